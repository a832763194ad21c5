"""Tests pins: permission, events, the snapshot, and deletion with the message."""

import json
from typing import Any

import pytest

from chat import actions, limits, queries
from chat.broadcast import Hint
from chat.models import Room
from chat.protocol import Code
from tests.support.published import decode_events, run_commit_hooks
from tests.support.refusals import refusal_code
from tests.support.scene import post_message

pytestmark = pytest.mark.django_db


def pinned(room: Room) -> list[int]:
    return [row["id"] for row in json.loads(queries.snapshot(room.pk).frame)["pinned"]]


def test_the_snapshot_carries_what_is_pinned_latest_first_with_its_people(
    alice: Any, bob: Any, charlie: Any, room: Room
) -> None:
    actions.join_room(charlie.pk, room.key)
    first = post_message(charlie.pk, room, "worth finding")
    actions.leave_room(charlie.pk, room.key)
    others = [post_message(bob.pk, room).pk for _ in range(limits.HISTORY_PAGE)]
    for pk in (first.pk, others[3]):
        actions.pin_message(alice.pk, pk)
    assert pinned(room) == [others[3], first.pk]
    event = json.loads(queries.snapshot(room.pk).frame)
    assert event["pinned"][1]["body"] == "worth finding"
    assert event["people"][str(charlie.pk)]["name"] == "Charlie"
    actions.unpin_message(alice.pk, others[3])
    assert pinned(room) == [first.pk]


def test_pinning_and_unpinning_are_changes_of_the_room(
    alice: Any, bob: Any, room: Room, published: list[Hint]
) -> None:
    said = post_message(bob.pk, room)
    with run_commit_hooks():
        actions.pin_message(alice.pk, said.pk)
        actions.unpin_message(alice.pk, said.pk)
    rows = [event["message"] for event in decode_events(published)]
    assert [row["seq"] for row in rows] == [said.seq + 1, said.seq + 2]
    assert [row["pinned_at"] is None for row in rows] == [False, True]


def test_a_deleted_message_is_unpinned_and_stays_so_when_restored(
    alice: Any, bob: Any, room: Room, published: list[Hint]
) -> None:
    said = actions.pin_message(alice.pk, post_message(bob.pk, room).pk)
    with run_commit_hooks():
        actions.delete_message(bob.pk, said.pk)
    assert decode_events(published)[-1]["message"]["pinned_at"] is None
    assert pinned(room) == []
    actions.restore_message(said.pk)
    assert pinned(room) == []


def test_the_number_of_pins_in_a_room_is_limited(alice: Any, bob: Any, room: Room) -> None:
    said = [post_message(bob.pk, room).pk for _ in range(limits.PINS + 1)]
    for pk in said[1:]:
        actions.pin_message(alice.pk, pk)
    assert refusal_code(actions.pin_message, alice.pk, said[0]) == Code.TOO_MANY
    assert refusal_code(actions.pin_message, alice.pk, said[1]) is None, "again is nothing"
    actions.delete_message(alice.pk, said[1])
    assert refusal_code(actions.pin_message, alice.pk, said[0]) is None


def test_in_a_direct_room_everybody_can_pin(alice: Any, bob: Any, charlie: Any, room: Room) -> None:
    both = actions.open_direct_room(alice.pk, [bob.pk])
    said = post_message(alice.pk, both)
    assert refusal_code(actions.pin_message, bob.pk, said.pk) is None
    assert refusal_code(actions.unpin_message, alice.pk, said.pk) is None
    assert refusal_code(actions.pin_message, charlie.pk, said.pk) == Code.NO_SUCH_MESSAGE


def test_nothing_can_be_pinned_in_an_archived_room(alice: Any, bob: Any, room: Room) -> None:
    said = post_message(bob.pk, room)
    actions.change_room(alice.pk, room.key, archived=True)
    assert refusal_code(actions.pin_message, alice.pk, said.pk) == Code.ARCHIVED
