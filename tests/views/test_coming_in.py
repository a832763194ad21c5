"""Tests joining as a guest by link, and making an account.

Alice owns the room, bob is in it, charlie is not.
"""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from chat import actions
from chat.models import JoinLink, Profile, Room
from tests.support.scene import PASSWORD, membership_of, signed_in_client

pytestmark = pytest.mark.django_db

# -- coming in by a link ---------------------------------------------------------------------------


def test_a_guest_opens_the_link_types_a_name_and_is_in(client: Client, room: Room, link: JoinLink) -> None:
    assert client.get(f"/join/{link.code}/").status_code == 200
    page = client.post(f"/join/{link.code}/", {"name": "林夏"}, follow=True)
    assert page.context["room"].key == room.key
    profile = Profile.objects.get(name="林夏")
    assert profile.kind == Profile.Kind.GUEST
    assert not profile.user.has_usable_password()


def test_the_join_page_names_the_workspace_and_not_the_room(
    client: Client, room: Room, link: JoinLink
) -> None:
    text = client.get(f"/join/{link.code}/").content.decode()
    assert "Lamplight" in text
    assert room.name not in text
    assert room.key not in text


def test_links_that_do_not_work_look_alike(client: Client, room: Room, link: JoinLink) -> None:
    unknown = client.get("/join/nothing/")
    JoinLink.objects.update(max_uses=1, uses=1)
    spent = client.get(f"/join/{link.code}/")
    JoinLink.objects.update(max_uses=None, revoked_at="2026-01-01T00:00Z")
    revoked = client.post(f"/join/{link.code}/", {"name": "Eve"})
    assert unknown.status_code == spent.status_code == revoked.status_code == 404
    assert unknown.content == spent.content == revoked.content


def test_a_link_used_up_before_the_form_is_sent_leaves_no_guest(
    client: Client, link: JoinLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = actions.make_guest

    def meanwhile(*args: Any) -> Any:
        JoinLink.objects.update(max_uses=1, uses=1)
        return original(*args)

    monkeypatch.setattr(actions, "make_guest", meanwhile)
    before = get_user_model()._default_manager.count()
    assert client.post(f"/join/{link.code}/", {"name": "Late"}).status_code == 400
    assert get_user_model()._default_manager.count() == before


def test_somebody_signed_in_joins_with_one_button(as_charlie: Client, charlie: Any, link: JoinLink) -> None:
    page = as_charlie.get(f"/join/{link.code}/").content.decode()
    assert 'name="name"' not in page
    as_charlie.post(f"/join/{link.code}/")
    assert membership_of(charlie, link.room) is not None
    link.refresh_from_db()
    assert link.uses == 1


def test_a_member_who_opens_the_link_is_in_the_room_at_once(
    as_bob: Client, room: Room, link: JoinLink
) -> None:
    assert as_bob.get(f"/join/{link.code}/").headers["location"] == f"/rooms/{room.key}/"


def test_a_person_banned_from_a_room_learns_nothing_of_it(
    as_bob: Client, alice: Any, bob: Any, room: Room, link: JoinLink
) -> None:
    actions.remove_member(alice.pk, room.key, bob.pk, block_rejoin=True)
    answer = as_bob.post(f"/join/{link.code}/")
    assert answer.status_code == 403
    assert room.name not in answer.content.decode()


# -- accounts --------------------------------------------------------------------------------------

NEW = {"name": "Tom Okafor", "username": "tom", "password1": PASSWORD}


def test_signing_up_needs_a_join_link(client: Client, room: Room) -> None:
    assert "invite link" in client.get("/accounts/signup/").content.decode()
    client.post("/accounts/signup/", NEW)
    assert not get_user_model()._default_manager.filter(username="tom").exists()
    assert "/accounts/signup/" not in client.get("/accounts/login/").content.decode()


def test_a_visitor_with_a_link_can_create_an_account_and_continues_to_the_link(
    client: Client, link: JoinLink
) -> None:
    here = f"/join/{link.code}/"
    client.get(here)
    answer = client.post("/accounts/signup/", NEW | {"next": here})
    assert answer.headers["location"] == here
    assert Profile.objects.get(user__username="tom").name == "Tom Okafor"


def test_signing_up_can_be_open_to_all(client: Client, room: Room, settings: Any) -> None:
    settings.CHAT_SIGNUP = "open"
    assert client.post("/accounts/signup/", NEW).status_code == 302
    assert get_user_model()._default_manager.filter(username="tom").exists()


def test_nobody_signs_up_before_the_workspace_exists(client: Client, settings: Any) -> None:
    settings.CHAT_SIGNUP = "open"
    client.post("/accounts/signup/", NEW)
    assert not get_user_model()._default_manager.exists()


def test_signing_in_never_redirects_to_another_site(client: Client, alice: Any, room: Room) -> None:
    given = {"login": "alice", "password": PASSWORD, "next": "https://evil.example/"}
    alice.set_password(PASSWORD)
    alice.save()
    answer = client.post("/accounts/login/", given)
    assert answer.headers["location"] == "/"


def test_the_admin_uses_the_rate_limited_sign_in_page(client: Client, room: Room) -> None:
    assert client.get("/admin/login/?next=/admin/").headers["location"].startswith("/accounts/login/")


def test_a_guest_becomes_an_account_and_stays_signed_in(client: Client, link: JoinLink) -> None:
    client.post(f"/join/{link.code}/", {"name": "Lin"})
    key = client.session.session_key
    answer = client.post("/profile/account/", {"username": "lin", "password": PASSWORD}, follow=True)
    assert answer.context["guest"] is False
    assert client.session.session_key != key, "somebody may have planted the old one"
    assert Client().login(username="lin", password=PASSWORD)
    assert membership_of(get_user_model()._default_manager.get(username="lin"), link.room)


def test_a_guest_cannot_take_an_existing_username(client: Client, alice: Any, link: JoinLink) -> None:
    client.post(f"/join/{link.code}/", {"name": "Eve"})
    theirs = "harbour lights at nine"
    answer = client.post("/profile/account/", {"username": "ALICE", "password": theirs})
    assert answer.status_code == 400
    assert not Client().login(username="ALICE", password=theirs)


def test_signing_out_ends_the_login_session_before_the_recheck(
    alice: Any, room: Room, published: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    client = signed_in_client(alice)
    key = client.session.session_key
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/accounts/logout/")
    assert not client.session.exists(key)
    assert [hint["audience"] for hint in published if hint["recheck"]] == [f"chat.person.{alice.pk}"]


def test_a_new_password_rechecks_connections_but_signing_in_does_not(
    alice: Any, room: Room, published: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        signed_in_client(alice)
    assert published == []
    with django_capture_on_commit_callbacks(execute=True):
        alice.set_password("another one altogether")
        alice.save()
    assert [hint["audience"] for hint in published] == [f"chat.person.{alice.pk}"]
