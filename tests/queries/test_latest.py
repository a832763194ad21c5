"""Tests the newest message of each room, as lists of rooms show it: one line, at a bounded cost."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat import actions, limits, queries
from chat.models import Message, Room
from chat.protocol import LatestRow
from tests.support.scene import make_person, make_upload, post_message


@pytest.fixture
def alice(db: None) -> Any:
    return make_person("alice")


@pytest.fixture
def room(alice: Any) -> Room:
    return actions.make_room(alice, "Lamp")


def latest(person: Any, room: Room) -> LatestRow | None:
    return queries.my_rooms(person)[room.pk].latest


def text_of(person: Any, room: Room) -> str | None:
    row = latest(person, room)
    assert row
    return row.text


def test_the_newest_message_is_one_line_with_its_author_and_time(alice: Any, room: Room) -> None:
    assert latest(alice, room) is None
    post_message(alice, room, "older")
    message = post_message(alice, room, "first line\n\n  and the second")
    row = latest(alice, room)
    assert row == LatestRow(
        id=message.pk, seq=message.seq, author=alice, text="first line and the second",
        created_at=message.created_at,
    )  # fmt: skip


def test_a_long_text_is_cut_and_files_are_named(alice: Any, room: Room) -> None:
    post_message(alice, room, "长" * 3000)
    assert text_of(alice, room) == "长" * limits.LATEST_CHARACTERS
    post_message(alice, room, "", attachments=[make_upload(alice, room, name="plan.pdf")])
    assert text_of(alice, room) == "plan.pdf"


def test_of_a_deleted_message_nothing_is_shown_but_that_it_was(alice: Any, room: Room) -> None:
    message = post_message(alice, room, "secret")
    actions.delete_message(alice, message.pk)
    row = latest(alice, room)
    assert row
    assert (row.id, row.text) == (message.pk, None)


def test_notices_are_skipped_but_not_a_whole_room_of_them(alice: Any, room: Room) -> None:
    message = post_message(alice, room, "before")
    for number in range(limits.LATEST_AMONG - 1):
        actions.change_room(alice, room.key, topic=f"topic {number}")
    row = latest(alice, room)
    assert row
    assert row.id == message.pk
    actions.change_room(alice, room.key, topic="one more")
    assert Message.objects.filter(room=room).count() > limits.LATEST_AMONG
    assert latest(alice, room) is None


def test_each_room_has_its_own_and_its_author_is_named(alice: Any, room: Room) -> None:
    bob, other = make_person("bob"), actions.make_room(alice, "Other")
    actions.join_room(bob, other.key)
    post_message(alice, room, "here")
    post_message(bob, other, "there")
    rooms = queries.my_rooms(alice)
    assert [rooms[one.pk].latest.text for one in (room, other)] == ["here", "there"]  # type: ignore[union-attr]
    assert queries.people_in_list(rooms.values()) == {alice, bob}


def statements(ask: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as captured:
        ask()
    return len(captured)


def test_a_list_takes_as_many_statements_however_many_rooms_and_people(alice: Any) -> None:
    bob = make_person("bob")
    for number in range(12):
        one = actions.make_room(alice, f"Room {number}")
        actions.join_room(bob, one.key)
        post_message(bob, one, f"message {number}")
    assert statements(lambda: queries.my_rooms(alice)) == 2
    assert statements(lambda: queries.my_rooms_of_each([alice, bob])) == 2
