"""Tests that admin changes are actions and logged, and that nothing is deleted or counted without bound."""

import json
import time
from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from chat import actions
from chat.admin.base import BoundedPages
from chat.models import (
    JoinLink,
    Membership,
    Message,
    Profile,
    Room,
    ServerProcess,
    Session,
    Workspace,
)
from tests.support.scene import post_message

pytestmark = pytest.mark.django_db

OURS = [Message, Session, Room, Membership, Profile, JoinLink, Workspace]


@pytest.fixture
def root(db: None) -> Any:
    return get_user_model()._default_manager.create(
        username="root", password="!", is_staff=True, is_superuser=True
    )


@pytest.fixture
def moderator(db: None) -> Any:
    """Staff who may view and change the chat's rows and nothing else."""
    user = get_user_model()._default_manager.create(username="mo", password="!", is_staff=True)
    rights = Permission.objects.filter(content_type__app_label="chat")
    user.user_permissions.set(rights.filter(codename__regex="^(view|change)_"))
    return user


@pytest.fixture
def office(moderator: Any) -> Client:
    client = Client()
    client.force_login(moderator)
    return client


@pytest.fixture
def message(room: Room, bob: Any) -> Message:
    return post_message(bob.pk, room, "今晚七点 at the quay")


def address(model: Any, page: str = "changelist", *args: Any) -> str:
    return reverse(f"admin:chat_{model._meta.model_name}_{page}", args=args)


def act(client: Client, model: Any, action: str, *rows: Any) -> Any:
    given = {"action": action, "_selected_action": [row.pk for row in rows]}
    return client.post(address(model), given, follow=True)


# -- messages --------------------------------------------------------------------------------------


def test_deleting_and_restoring_a_message_are_changes_of_the_room(
    office: Client,
    room: Room,
    message: Message,
    published: list[Any],
    django_capture_on_commit_callbacks: Any,
) -> None:
    for action, deleted in (("delete_messages", True), ("restore_messages", False)):
        room.refresh_from_db()
        before = room.seq
        with django_capture_on_commit_callbacks(execute=True):
            act(office, Message, action, message)
        message.refresh_from_db()
        room.refresh_from_db()
        assert (message.deleted_at is not None) is deleted
        assert message.seq == room.seq == before + 1
        assert published[-1]["audience"] == f"chat.room.{room.pk}"


def test_every_action_is_logged(office: Client, moderator: Any, message: Message) -> None:
    act(office, Message, "delete_messages", message)
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id) == (moderator, str(message.pk))


def test_an_author_is_banned_and_unbanned(
    office: Client, bob: Any, message: Message, published: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        act(office, Message, "ban_authors", message)
    assert Profile.objects.get(pk=bob.pk).banned_at is not None
    assert [hint["audience"] for hint in published if hint["recheck"]] == [f"chat.person.{bob.pk}"]
    act(office, Message, "unban_authors", message)
    assert Profile.objects.get(pk=bob.pk).banned_at is None


def test_moderators_cannot_ban_administrators_or_themselves(
    office: Client, moderator: Any, room: Room, root: Any
) -> None:
    for person in (root, moderator):
        actions.join_room(person.pk, room.key)
        answer = act(office, Message, "ban_authors", post_message(person.pk, room))
        assert "You don’t have permission to do this." in answer.content.decode()
        assert Profile.objects.get(pk=person.pk).banned_at is None


def test_messages_are_found_by_text_room_author_and_state(
    office: Client, room: Room, alice: Any, bob: Any, message: Message
) -> None:
    other = post_message(alice.pk, actions.make_room(alice.pk, "Other"), "elsewhere")
    actions.delete_message(alice.pk, other.pk)
    asks = {
        f"?q={'七点'}": [message],
        f"?room={room.pk}": [message],
        f"?author={alice.pk}": [other],
        "?deleted=yes": [other],
        "?deleted=no": [message],
        f"?author={bob.pk}&deleted=yes": [],
        "?created_at__gte=2020-01-01%2000:00%2B00:00": [other, message],
        "?room=": [other, message],
    }
    for asked, found in asks.items():
        assert list(office.get(address(Message) + asked).context["cl"].result_list) == found, asked


def test_a_message_is_shown_and_cannot_be_written(office: Client, root: Any, message: Message) -> None:
    office.force_login(root)
    page = address(Message, "change", message.pk)
    assert "今晚七点" in office.get(page).content.decode()
    assert office.post(page, {"body": "forged"}).status_code == 403
    assert office.get(address(Message, "add")).status_code == 403
    message.refresh_from_db()
    assert message.body == "今晚七点 at the quay"


def test_earlier_versions_are_shown_with_a_message_even_if_it_is_deleted(
    office: Client, bob: Any, message: Message
) -> None:
    actions.edit_message(bob.pk, message.pk, "Tomorrow, rather", None)
    actions.delete_message(bob.pk, message.pk)
    page = address(Message, "change", message.pk)
    shown = office.get(page).content.decode()
    assert "今晚七点" in shown
    assert "Tomorrow, rather" in shown
    assert 'name="revisions-0-body"' not in shown, "to be read only"
    assert office.post(page, {"revisions-0-body": "forged"}).status_code == 403


def test_an_erased_message_cannot_be_restored_and_the_page_says_so(
    office: Client, bob: Any, message: Message
) -> None:
    actions.delete_message(bob.pk, message.pk)
    Message.objects.update(deleted_at=timezone.now() - timedelta(days=31))
    answer = act(office, Message, "restore_messages", message)
    assert "This message was deleted too long ago to be restored." in answer.content.decode()
    message.refresh_from_db()
    assert message.deleted_at is not None


def test_a_notice_says_what_has_changed(office: Client, room: Room, alice: Any) -> None:
    actions.change_room(alice.pk, room.key, name="Lighthouse")
    assert "name: Lobby → Lighthouse" in office.get(address(Message)).content.decode()


def test_markup_in_a_message_stays_text(office: Client, room: Room, bob: Any) -> None:
    post_message(bob.pk, room, "<img src=x onerror=alert(1)>")
    assert "<img src=x" not in office.get(address(Message)).content.decode()


# -- the rest --------------------------------------------------------------------------------------


def test_sessions_show_person_address_start_and_end(office: Client, bob: Any) -> None:
    now = timezone.now()
    alive = ServerProcess.objects.create(host="a", started_at=now, lease_until=now + timedelta(hours=1))
    dead = ServerProcess.objects.create(host="b", started_at=now, lease_until=now - timedelta(hours=1))
    here = {"user": bob, "address": "192.0.2.1", "agent": "Firefox", "opened_at": now}
    is_open = Session.objects.create(process=alive, **here)
    closed = Session.objects.create(process=alive, closed_at=now, **here)
    Session.objects.create(process=dead, **here)
    page = office.get(address(Session)).content.decode()
    assert "192.0.2.1" in page
    assert "Firefox" in page
    opened = office.get(address(Session) + "?open=yes").context["cl"].result_list
    assert list(opened) == [is_open]
    assert office.post(address(Session, "change", closed.pk), {}).status_code == 403


def test_a_room_is_changed_by_the_action(office: Client, room: Room) -> None:
    before = room.seq
    given = {
        "name": "Harbour",
        "topic": "Tides",
        "kind": "private",
        "posting": "moderators",
        "archived": "on",
    }
    office.post(address(Room, "change", room.pk), given)
    room.refresh_from_db()
    assert (room.name, room.kind, room.archived_at is not None) == ("Harbour", "private", True)
    assert room.posting == "moderators"
    assert room.info_seq == before + 1
    # The room hears of whoever did it, though they are not in it.
    told = [json.loads(notice.body) for notice in room.messages.filter(kind="notice").order_by("pk")]
    assert [(one["what"], one["by"]) for one in told] == [
        (what, told[0]["by"]) for what in ("name", "topic", "kind", "posting", "archived")
    ]


def test_a_room_created_in_the_admin_belongs_to_its_creator(office: Client, root: Any) -> None:
    office.force_login(root)
    office.post(address(Room, "add"), {"name": "New", "kind": "public", "posting": "everybody", "topic": ""})
    assert Membership.objects.get(room__name="New").user == root


def test_a_member_can_be_muted_promoted_removed_and_banned_from_the_room(
    office: Client, room: Room, bob: Any
) -> None:
    member = Membership.objects.get(room=room, user=bob)
    page = address(Membership, "change", member.pk)
    office.post(page, {"role": "moderator", "muted_until_0": "2030-01-01", "muted_until_1": "00:00"})
    member.refresh_from_db()
    room.refresh_from_db()
    assert (member.role, member.muted_until is not None, member.seq) == ("moderator", True, room.seq)
    act(office, Membership, "remove", member)
    member.refresh_from_db()
    assert (member.removed_at is not None, member.cannot_rejoin) == (True, False)
    act(office, Membership, "block_rejoin", member)
    member.refresh_from_db()
    assert member.cannot_rejoin


def test_staff_give_themselves_no_role_in_a_room(
    office: Client, moderator: Any, room: Room, alice: Any
) -> None:
    actions.join_room(moderator.pk, room.key)
    mine = Membership.objects.get(room=room, user=moderator)
    for role in ("owner", "moderator"):
        office.post(address(Membership, "change", mine.pk), {"role": role})
        mine.refresh_from_db()
        assert mine.role == "member"
    actions.set_role(alice.pk, room.key, moderator.pk, "owner")
    office.post(address(Membership, "change", mine.pk), {"role": "member"})
    mine.refresh_from_db()
    assert mine.role == "member", "an owner may lay it down"


def test_a_refusal_is_shown_and_not_logged(office: Client, room: Room, alice: Any) -> None:
    owner = Membership.objects.get(room=room, user=alice)
    answer = office.post(address(Membership, "change", owner.pk), {"role": "member"}, follow=True)
    assert "needs at least one owner" in answer.content.decode()
    owner.refresh_from_db()
    assert owner.role == "owner"
    assert not LogEntry.objects.exists()


def test_a_name_is_changed_by_the_action(office: Client, room: Room, bob: Any) -> None:
    office.post(address(Profile, "change", bob.pk), {"name": "Robert"})
    room.refresh_from_db()
    assert Profile.objects.get(pk=bob.pk).name == "Robert"
    assert Membership.objects.get(room=room, user=bob).seq == room.seq


def test_people_are_banned_from_their_own_list_too(office: Client, bob: Any) -> None:
    profile = Profile.objects.get(pk=bob.pk)
    act(office, Profile, "ban", profile)
    assert list(office.get(address(Profile) + "?banned=yes").context["cl"].result_list) == [profile]
    act(office, Profile, "unban", profile)
    profile.refresh_from_db()
    assert profile.banned_at is None


def test_the_workspace_can_be_renamed_but_not_added(office: Client, room: Room) -> None:
    office.post(address(Workspace, "change", 1), {"name": "Harbour office"})
    assert Workspace.current().name == "Harbour office"
    assert office.get(address(Workspace, "add")).status_code == 403


def test_a_join_links_code_is_not_shown(office: Client, room: Room) -> None:
    link = room.join_links.first()
    assert link is not None
    for page in (address(JoinLink), address(JoinLink, "change", link.pk)):
        assert link.code not in office.get(page).content.decode()


# -- for all of them -------------------------------------------------------------------------------


@pytest.mark.parametrize("model", [*OURS, get_user_model()])
def test_nothing_can_be_deleted_not_even_by_an_administrator(model: Any, rf: Any, root: Any) -> None:
    request = rf.get("/")
    request.user = root
    page = admin.site._registry[model]
    assert not page.has_delete_permission(request)
    assert "delete_selected" not in page.get_actions(request)


@pytest.mark.parametrize("model", OURS)
def test_people_without_permission_see_no_admin_page(model: Any, bob: Any, client: Client) -> None:
    client.force_login(bob)
    assert client.get(address(model)).status_code == 302
    bob.is_staff = True
    bob.save()
    assert client.get(address(model)).status_code == 403


@pytest.mark.parametrize("model", OURS)
def test_a_list_costs_the_same_however_long_it_is(model: Any, office: Client, room: Room, bob: Any) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert office.get(address(model)).status_code == 200
        return len(caught)

    post_message(bob.pk, room)
    before = queries()
    for name in ("one", "two", "three"):
        person = get_user_model()._default_manager.create(username=name, password="!")
        actions.join_room(person.pk, room.key)
        post_message(person.pk, room)
        actions.make_join_link(person.pk, room.key)
    assert queries() == before


def test_counts_are_bounded(room: Room, bob: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chat.admin.base.MAX_COUNTED", 2)
    for _ in range(4):
        post_message(bob.pk, room)
    assert BoundedPages(Message.objects.order_by("-pk"), 50).count == 2


def test_no_form_holds_a_transaction_while_the_writer_works(
    office: Client, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On SQLite a transaction would hold the lock that the writer waits for, until one of them gives up."""
    depth: list[int] = []
    outer = len(connection.savepoint_ids)
    original = actions.change_room

    def looks(*args: Any, **kwargs: Any) -> Any:
        depth.append(len(connection.savepoint_ids) - outer)
        return original(*args, **kwargs)

    monkeypatch.setattr(actions, "change_room", looks)
    office.post(
        address(Room, "change", room.pk), {"name": "x", "kind": "public", "posting": "everybody", "topic": ""}
    )
    assert depth == [1]


def test_staff_from_outside_the_room_withdraw_a_join_link(office: Client, room: Room) -> None:
    link = room.join_links.get()
    chosen = {"action": "revoke", "_selected_action": [link.pk]}
    office.post(address(JoinLink), chosen)
    link.refresh_from_db()
    assert link.revoked_at is not None


def test_an_address_cannot_run_a_regular_expression(room: Room, root: Any) -> None:
    """SQLite lets Python match it, and one pattern on one long name would stop the whole process."""
    client = Client()
    client.force_login(root)
    actions.change_profile(root.pk, name="a" * 40)
    assert client.get(reverse("admin:index")).status_code == 200  # by then all pages are known
    for page in admin.site._registry.values():
        for lookup in ("pk__regex", "pk__iregex"):
            assert not page.lookup_allowed(lookup, "1", RequestFactory().get("/"))
    assert {*OURS, get_user_model(), Group} <= admin.site._registry.keys()
    began = time.process_time()
    assert client.get(address(Profile) + "?name__regex=(a|aa)%2Bb$").status_code == 400
    assert client.get(address(Message) + "?body__iregex=a").status_code == 400
    assert time.process_time() - began < 2
