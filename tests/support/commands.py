"""Runs every writing command as the consumer does, so that a new one is in the tests of all of them."""

import json
from typing import Any

from chat.protocol import Command, parse
from chat.realtime.writes import WRITES
from tests.support.docs import protocol_examples

EXAMPLES = protocol_examples("Commands")

# Those that name a room, and those that name only a message.
OF_ROOM = [command for command in WRITES if "room" in command.__struct_fields__]
OF_MESSAGE = [
    command for command in WRITES if command not in OF_ROOM and "message" in command.__struct_fields__
]


def tag_of(command: type[Command]) -> str:
    return str(command.__struct_config__.tag)


def filled(command: type[Command], **keys: Any) -> Command:
    """The example of docs/protocol.md, with those of the keys that it has."""
    example = json.loads(EXAMPLES[tag_of(command)])
    return parse(json.dumps({key: keys.get(key, value) for key, value in example.items()}))


def carry_out(person: Any, command: Command) -> Any:
    action, args = WRITES[type(command)].call(person, command)
    return action(*args)
