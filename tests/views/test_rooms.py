"""Tests room lists and settings: who sees which rooms, and who may change what."""

import json
import re
from typing import Any

import pytest
from django.test import Client

from chat import actions
from chat.models import JoinLink, Membership, Room
from tests.support.scene import membership_of

pytestmark = pytest.mark.django_db

# -- rooms -----------------------------------------------------------------------------------------


def test_home_is_the_last_opened_room(as_bob: Client, bob: Any, room: Room) -> None:
    other = actions.make_room(bob.pk, "Other")
    as_bob.get(f"/rooms/{other.key}/")
    assert as_bob.get("/").headers["location"] == f"/rooms/{other.key}/"
    as_bob.get(f"/rooms/{room.key}/")
    assert as_bob.get("/").headers["location"] == f"/rooms/{room.key}/"


def test_home_without_a_room_is_the_list_of_rooms(as_charlie: Client, room: Room) -> None:
    assert as_charlie.get("/").headers["location"] == "/rooms/"


def test_strangers_sign_in_first_whether_the_room_exists_or_not(client: Client, room: Room) -> None:
    for key in (room.key, "nothing"):
        assert client.get(f"/rooms/{key}/").headers["location"] == f"/accounts/login/?next=/rooms/{key}/"


def embedded(answer: Any, name: str) -> Any:
    found = re.search(rf'<script id="{name}" type="application/json">(.*?)</script>', answer.content.decode())
    assert found is not None
    return json.loads(found[1])


def test_the_page_contains_the_room_s_event(as_bob: Client, bob: Any, room: Room) -> None:
    answer = as_bob.get(f"/rooms/{room.key}/")
    page, first = embedded(answer, "page"), embedded(answer, "first")
    assert first["type"] == "room"
    assert (page["me"], page["room"], page["moderates"]) == (bob.pk, room.key, False)
    assert {member["person"] for member in first["members"]} == {
        room.memberships.first().user_id,
        bob.pk,
    }


def test_a_public_room_shows_outsiders_a_join_page(as_charlie: Client, charlie: Any, room: Room) -> None:
    assert "Join room" in as_charlie.get(f"/rooms/{room.key}/").content.decode()
    assert membership_of(charlie, room) is None
    as_charlie.post(f"/rooms/{room.key}/join/")
    assert membership_of(charlie, room) is not None


PRIVATE_PAGES = ["", "settings/"]
PRIVATE_FORMS = ["join/", "leave/", "archive/", "links/", "links/revoke/", "members/", "settings/"]


@pytest.mark.parametrize(
    ("method", "page"), [("get", p) for p in PRIVATE_PAGES] + [("post", p) for p in PRIVATE_FORMS]
)
def test_a_private_room_answers_an_outsider_like_a_missing_room(
    as_charlie: Client, alice: Any, room: Room, method: str, page: str
) -> None:
    private = actions.make_room(alice.pk, "Whispers", kind="private")
    hidden = getattr(as_charlie, method)(f"/rooms/{private.key}/{page}")
    missing = getattr(as_charlie, method)(f"/rooms/nothing-of-that-name/{page}")
    assert hidden.status_code == missing.status_code == 404
    assert hidden.content == missing.content


def test_a_new_room_belongs_to_its_creator_and_has_a_link(as_bob: Client, bob: Any, room: Room) -> None:
    page = as_bob.post(
        "/rooms/new/", {"name": "设计 Design", "topic": " Ink ", "kind": "private"}, follow=True
    )
    made = page.context["room"]
    assert (made.name, made.topic, made.kind) == ("设计 Design", "Ink", "private")
    member = membership_of(bob, made)
    assert member is not None
    assert member.role == Membership.Role.OWNER
    assert page.context["page"]["join_link"]


def test_the_form_cannot_create_a_direct_room(as_bob: Client, room: Room) -> None:
    assert as_bob.post("/rooms/new/", {"name": "x", "kind": "direct"}).status_code == 400


def test_the_directory_hides_private_rooms_from_outsiders(as_charlie: Client, alice: Any, room: Room) -> None:
    actions.make_room(alice.pk, "Whispers", kind="private")
    names = [row.name for row in as_charlie.get("/rooms/").context["rooms"]]
    assert names == ["Lobby"]


def test_the_directory_costs_the_same_with_two_hundred_rooms(
    as_bob: Client, alice: Any, room: Room, django_assert_num_queries: Any
) -> None:
    as_bob.get("/rooms/")
    for many in (0, 200):
        for number in range(many):
            actions.make_room(alice.pk, f"Room {number}", topic="Tides" if number % 2 else "")
        with django_assert_num_queries(6):
            page = as_bob.get("/rooms/")
    assert len(page.context["rooms"]) == 30
    seen, number = set[str](), 1
    while number:
        rows = as_bob.get("/rooms/", {"page": number, "q": "room"}).context["rooms"]
        seen |= {row.name for row in rows}
        number = rows.next_page_number() if rows.has_next() else 0
    assert seen == {f"Room {number}" for number in range(200)}
    page = as_bob.get("/rooms/", {"q": "tides"}).content.decode()
    assert 'href="?q=tides&amp;page=2"' in page


def test_an_empty_search_says_what_to_do(as_bob: Client, room: Room) -> None:
    page = as_bob.get("/rooms/", {"q": "灯塔"}).content.decode()
    assert "No results for “灯塔”." in page
    assert 'href="/rooms/new/?name=%E7%81%AF%E5%A1%94"' in page
    assert as_bob.get("/rooms/new/", {"name": "灯塔"}).context["form"]["name"].value() == "灯塔"
    assert as_bob.get("/rooms/", {"q": "x\0"}).status_code == 200


def test_members_can_reach_their_archived_rooms(
    as_alice: Client, as_charlie: Client, alice: Any, room: Room
) -> None:
    assert "?archived" not in as_alice.get("/rooms/").content.decode()
    actions.change_room(alice.pk, room.key, archived=True)
    assert 'href="?archived"' in as_alice.get("/rooms/").content.decode()
    assert "?archived" not in as_charlie.get("/rooms/").content.decode()
    page = as_alice.get("/rooms/?archived").content.decode()
    assert f'href="/rooms/{room.key}/"' in page


def test_rooms_opened_since_the_last_visit_are_marked_new(as_bob: Client, alice: Any, room: Room) -> None:
    assert [row.new for row in as_bob.get("/rooms/").context["rooms"]] == [False]
    made = actions.make_room(alice.pk, "Garden")
    marked = {row.name: row.new for row in as_bob.get("/rooms/").context["rooms"]}
    assert marked == {"Lobby": False, "Garden": True}
    assert not any(row.new for row in as_bob.get("/rooms/").context["rooms"]), made.key


def test_leaving_a_room_is_confirmed_on_the_page(as_bob: Client, bob: Any, room: Room) -> None:
    page = as_bob.post(f"/rooms/{room.key}/leave/", follow=True)
    assert membership_of(bob, room) is None
    assert "You left “Lobby”." in page.content.decode()


# -- keeping a room --------------------------------------------------------------------------------


def test_only_moderators_change_a_room(as_alice: Client, as_bob: Client, room: Room) -> None:
    given = {"name": "Harbour", "topic": "Tides", "kind": "public"}
    as_bob.post(f"/rooms/{room.key}/settings/", given)
    room.refresh_from_db()
    assert room.name == "Lobby"
    as_alice.post(f"/rooms/{room.key}/settings/", given)
    room.refresh_from_db()
    assert (room.name, room.topic) == ("Harbour", "Tides")


def test_only_moderators_see_moderators_controls(as_alice: Client, as_bob: Client, room: Room) -> None:
    alices, bobs = (
        client.get(f"/rooms/{room.key}/settings/").content.decode() for client in (as_alice, as_bob)
    )
    for words in ("Archive room", "Remove from room", "Revoke", ">Save<"):
        assert words in alices
        assert words not in bobs


def test_a_room_can_be_archived_and_reopened(as_alice: Client, as_bob: Client, room: Room) -> None:
    as_bob.post(f"/rooms/{room.key}/archive/", {"archived": "on"})
    room.refresh_from_db()
    assert room.archived_at is None
    as_alice.post(f"/rooms/{room.key}/archive/", {"archived": "on"})
    room.refresh_from_db()
    assert room.archived_at is not None
    as_alice.post(f"/rooms/{room.key}/archive/", {"archived": "off"})
    room.refresh_from_db()
    assert room.archived_at is None


def test_a_join_link_is_created_with_limits_and_revoked(as_alice: Client, as_bob: Client, room: Room) -> None:
    as_bob.post(f"/rooms/{room.key}/links/", {"days": "7", "uses": "10"})
    made = room.join_links.latest("pk")
    assert made.max_uses == 10
    assert made.expires_at is not None
    as_bob.post(f"/rooms/{room.key}/links/revoke/", {"code": made.code})
    assert JoinLink.objects.usable().filter(pk=made.pk).exists()
    as_alice.post(f"/rooms/{room.key}/links/revoke/", {"code": made.code})
    assert not JoinLink.objects.usable().filter(pk=made.pk).exists()


def test_only_people_who_may_invite_get_a_link_s_qr_code(
    as_alice: Client, as_bob: Client, as_charlie: Client, client: Client, room: Room, link: JoinLink
) -> None:
    picture = f"/join/{link.code}/qr.svg"
    hers = as_alice.get(picture)
    assert (hers.status_code, hers["Content-Type"]) == (200, "image/svg+xml")
    assert "private" in hers["Cache-Control"]
    assert as_bob.get(picture).status_code == 200
    assert as_charlie.get(picture).status_code == as_alice.get("/join/none/qr.svg").status_code == 404
    assert client.get(picture).status_code == 302
    Room.objects.filter(pk=room.pk).update(kind="private")
    assert (as_alice.get(picture).status_code, as_bob.get(picture).status_code) == (200, 404)
    JoinLink.objects.filter(pk=link.pk).update(uses=1, max_uses=1)
    assert as_alice.get(picture).status_code == 404


def test_a_link_can_be_revoked_only_in_its_own_room(as_bob: Client, bob: Any, link: JoinLink) -> None:
    own = actions.make_room(bob.pk, "Own")
    assert as_bob.post(f"/rooms/{own.key}/links/revoke/", {"code": link.code}).status_code == 404


@pytest.mark.parametrize(
    ("form", "holds"),
    [
        ({"do": "mute", "hours": "24"}, lambda m: m.muted_until is not None),
        ({"do": "unmute"}, lambda m: m.muted_until is None),
        ({"do": "role", "role": "moderator"}, lambda m: m.role == "moderator"),
        ({"do": "remove"}, lambda m: m.removed_at is not None and not m.cannot_rejoin),
        ({"do": "block_rejoin"}, lambda m: m.removed_at is not None and m.cannot_rejoin),
    ],
)
def test_an_owner_can_moderate_a_member_but_not_the_reverse(
    as_alice: Client, as_bob: Client, alice: Any, bob: Any, room: Room, form: dict[str, str], holds: Any
) -> None:
    before = Membership.objects.values().get(user=alice)
    as_bob.post(f"/rooms/{room.key}/members/", form | {"person": alice.pk})
    assert Membership.objects.values().get(user=alice) == before
    as_alice.post(f"/rooms/{room.key}/members/", form | {"person": bob.pk})
    assert holds(Membership.objects.get(user=bob))


def test_the_last_owner_is_told_why_they_stay(as_alice: Client, alice: Any, room: Room) -> None:
    form = {"do": "role", "role": "member", "person": alice.pk}
    page = as_alice.post(f"/rooms/{room.key}/members/", form, follow=True)
    assert "needs at least one owner" in page.content.decode()


def test_members_are_found_by_name(as_bob: Client, room: Room) -> None:
    found = as_bob.get(f"/rooms/{room.key}/settings/?q=ALI").context["members"]
    assert [member.name for member in found] == ["Alice"]
