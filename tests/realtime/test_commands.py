"""Tests that each command is handled, and how those that write are acknowledged."""

from typing import Any

import pytest

from chat.models import Membership, Message, Room
from chat.protocol import COMMANDS, Ack, Command
from chat.realtime.consumers import HANDLERS
from chat.realtime.writes import WRITES, no_ack
from tests.support.commands import OF_ROOM, carry_out, filled
from tests.support.scene import post_message


def test_every_command_has_a_handler() -> None:
    assert HANDLERS.keys() == set(COMMANDS)


@pytest.mark.django_db
@pytest.mark.parametrize("command", WRITES)
def test_an_ack_names_the_room_and_the_changed_row_without_asking_the_database(
    command: type[Command], alice: Any, bob: Any, room: Room, django_assert_num_queries: Any
) -> None:
    room.memberships.update(role=Membership.Role.OWNER)  # so that one of them can leave
    message = post_message(bob.pk, room).pk
    asked = filled(command, room=room.key, message=message, person=bob.pk)
    result = carry_out(alice.pk, asked)
    with django_assert_num_queries(0):
        ack = WRITES[command].ack(asked, result)
    if WRITES[command].ack is no_ack:
        assert ack is None
    elif command in OF_ROOM:
        assert ack == Ack(room=room.key, seq=room.memberships.get(user=alice).seq, ref=asked.ref)
    else:
        seq = Message.objects.get(pk=message).seq
        assert ack == Ack(room=room.key, seq=seq, message=message, ref=asked.ref)
