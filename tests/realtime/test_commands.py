"""Tests that each command is handled, and how those that write are acknowledged."""

from typing import Any

import pytest

from chat.models import Membership, Message, Room
from chat.protocol import COMMANDS, Ack, BlockPerson, Command, UnblockPerson
from chat.realtime.consumers import HANDLERS
from chat.realtime.writes import WRITES
from tests.support.scene import post_message

ANSWERED_BY_AN_EVENT = {BlockPerson, UnblockPerson}


def test_every_command_has_a_handler() -> None:
    assert HANDLERS.keys() == set(COMMANDS)


@pytest.mark.django_db
@pytest.mark.parametrize("command", WRITES)
def test_an_ack_names_the_room_and_the_changed_row_without_asking_the_database(
    command: type[Command], alice: Any, bob: Any, room: Room, django_assert_num_queries: Any
) -> None:
    room.memberships.update(role=Membership.Role.OWNER)  # so that one of them can leave
    message = post_message(bob.pk, room).pk
    known = {"room": room.key, "message": message, "emoji": "👍", "level": "mentions", "person": bob.pk}
    keys = {key: known[key] for key in command.__struct_fields__ if key != "ref"}
    asked = command(**keys, ref="17")
    action, args = WRITES[command].call(alice.pk, asked)
    result = action(*args)
    with django_assert_num_queries(0):
        ack = WRITES[command].ack(asked, result)
    if command in ANSWERED_BY_AN_EVENT:
        assert ack is None
    elif "room" in keys:
        assert ack == Ack(room=room.key, seq=room.memberships.get(user=alice).seq, ref="17")
    else:
        seq = Message.objects.get(pk=message).seq
        assert ack == Ack(room=room.key, seq=seq, message=message, ref="17")
