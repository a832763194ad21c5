"""Tests that nobody is offered or shown whose account was deactivated, from that moment on."""

import json
from typing import Any

import pytest

from chat import actions, queries
from chat.broadcast import Hint
from chat.models import Membership, Room
from chat.protocol import Code
from tests.support.published import assert_hints_match_rows, decode_events, run_commit_hooks
from tests.support.refusals import refusal_code
from tests.support.scene import make_person, post_message, signed_in_client

pytestmark = pytest.mark.django_db


def set_active(user: Any, active: bool) -> None:
    user.is_active = active
    user.save()


def members(room: Room) -> tuple[set[Any], int]:
    shown = json.loads(queries.snapshot(room.pk).frame)
    return {row["person"] for row in shown["members"]}, shown["member_count"]


def test_open_pages_are_told_that_somebody_is_no_member_and_one_again(
    room: Room, alice: Any, bob: Any, published: list[Hint]
) -> None:
    attic, heads = actions.make_room(alice.pk, "Attic"), dict(Room.objects.values_list("pk", "seq"))
    actions.join_room(bob.pk, attic.key)
    heads = dict(Room.objects.values_list("pk", "seq"))
    for active in (False, True):
        del published[:]
        with run_commit_hooks():
            set_active(bob, active)
        events = decode_events(published)
        assert {event["room"] for event in events} == {room.key, attic.key}
        assert {event["member"]["removed_at"] is None for event in events} == {active}
        assert {event["people"][str(bob.pk)].get("deactivated", False) for event in events} == {not active}
        assert_hints_match_rows(published, heads)
        heads = dict(Room.objects.values_list("pk", "seq"))
        assert members(room) == ({alice.pk, bob.pk}, 2) if active else ({alice.pk}, 1)


def test_a_page_that_catches_up_learns_it(room: Room, bob: Any) -> None:
    since = Room.objects.get(pk=room.pk).seq
    set_active(bob, False)
    [row] = json.loads(queries.changes(room.pk, since).frame)["members"]
    assert (row["person"], row["removed_at"] is None) == (bob.pk, False)


def test_saving_anything_else_of_an_account_tells_nobody(room: Room, bob: Any, published: list[Hint]) -> None:
    with run_commit_hooks():
        bob.first_name = "Robert"
        bob.save()
    assert decode_events(published) == []


def test_nobody_mentions_finds_or_writes_to_somebody_who_was_deactivated(
    room: Room, alice: Any, bob: Any
) -> None:
    assert post_message(alice.pk, room, "@Bob").mentions
    set_active(bob, False)
    assert not post_message(alice.pk, room, "@Bob").mentions
    assert list(queries.acquaintances(alice.pk)) == []
    assert refusal_code(actions.open_direct_room, alice.pk, [bob.pk]) == Code.NOT_ALLOWED
    page = signed_in_client(alice)
    assert "Bob" not in page.get("/direct/").content.decode()
    assert "Bob" not in page.get(f"/rooms/{room.key}/settings/").content.decode()


def test_an_old_conversation_stays_and_says_that_the_other_is_deactivated(
    room: Room, alice: Any, bob: Any
) -> None:
    pair = actions.open_direct_room(bob.pk, [alice.pk])
    post_message(bob.pk, pair, "bye")
    set_active(bob, False)
    shown = json.loads(queries.snapshot(pair.pk).frame)
    assert shown["people"][str(bob.pk)] == {"name": "Bob", "kind": "account", "deactivated": True}
    assert [row["body"] for row in shown["messages"]] == ["bye"]


def test_an_owner_whose_account_is_deactivated_is_no_owner_to_leave_a_room_to(
    room: Room, alice: Any, bob: Any
) -> None:
    actions.join_room(make_person("carol"), room.key)
    actions.set_role(alice.pk, room.key, bob.pk, "owner")
    set_active(bob, False)
    assert refusal_code(actions.leave_room, alice.pk, room.key) == Code.NOT_ALLOWED
    assert Membership.objects.present().filter(room=room, user=bob).exists(), "it is kept for their return"


def test_the_directory_counts_those_whom_the_room_shows(room: Room, alice: Any, bob: Any) -> None:
    set_active(bob, False)
    assert [found.people for found in queries.directory(alice.pk)] == [members(room)[1]] == [1]


def test_an_owner_whom_nobody_else_is_shown_with_can_leave(room: Room, alice: Any, bob: Any) -> None:
    set_active(bob, False)
    assert refusal_code(actions.leave_room, alice.pk, room.key) is None
