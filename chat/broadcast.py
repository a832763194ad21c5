"""Publishes changes to a room's or a person's audience after the transaction commits.

Called by `actions` and `presence` only. A serving process sets `outlet`, which reaches its hub. Others use
the channel layer if it is shared, and else leave it to the hubs' head check.
"""

import logging
from collections.abc import Callable, Iterable
from functools import partial
from typing import NamedTuple, TypedDict

from asgiref.sync import async_to_sync
from channels.layers import BaseChannelLayer, InMemoryChannelLayer, get_channel_layer
from django.db import transaction

from chat.ids import PersonId, RoomId

log = logging.getLogger(__name__)


class Hint(TypedDict):
    """The message of the channel layer. It may be lost: the database says the same a little later."""

    type: str
    audience: str
    first: int
    last: int
    frames: list[bytes]
    removed: list[tuple[PersonId, int]]
    recheck: bool


class Change(NamedTuple):
    """One durable change of a room, encoded from the row as it is in this transaction."""

    room: RoomId
    seq: int
    frame: bytes
    removed: PersonId | None = None


# Set by a serving process. Takes hints from any thread, never blocks, never raises.
outlet: Callable[[list[Hint]], None] | None = None


# The audience of everybody who is connected. Names begin with "chat.": a project may have groups of its own.
EVERYBODY = "chat.everybody"


def room_audience(room: RoomId) -> str:
    return f"chat.room.{room}"


def person_audience(person: PersonId) -> str:
    return f"chat.person.{person}"


def publish_on_commit(changes: Iterable[Change]) -> None:
    """One hint for each room."""
    rooms: dict[RoomId, list[Change]] = {}
    for change in changes:
        rooms.setdefault(change.room, []).append(change)
    hints = [_durable(room, of_room) for room, of_room in rooms.items()]
    if hints:
        transaction.on_commit(partial(_send, hints), robust=True)


def recheck_access(person: PersonId) -> None:
    hint = _hint(person_audience(person), recheck=True)
    transaction.on_commit(partial(_send, [hint]), robust=True)


def recheck_public_rooms() -> None:
    transaction.on_commit(partial(_send, [_hint(EVERYBODY, recheck=True)]), robust=True)


def send_to_person(person: PersonId, frame: bytes) -> None:
    """Personal events have no seq: the latest wins."""
    transaction.on_commit(partial(_send, [_hint(person_audience(person), frames=[frame])]), robust=True)


def send_ephemeral(frames: Iterable[tuple[RoomId, bytes]]) -> None:
    """At once and at most once."""
    _send([_hint(room_audience(room), frames=[frame]) for room, frame in frames])


def _durable(room: RoomId, changes: list[Change]) -> Hint:
    removed = [(change.removed, change.seq) for change in changes if change.removed is not None]
    first, last = changes[0].seq, changes[-1].seq
    return _hint(room_audience(room), first, last, [change.frame for change in changes], removed)


def _hint(
    audience: str, first: int = 0, last: int = 0, frames: list[bytes] | None = None,
    removed: list[tuple[PersonId, int]] | None = None, recheck: bool = False,
) -> Hint:  # fmt: skip
    return Hint(
        type="hint",
        audience=audience,
        first=first,
        last=last,
        frames=frames or [],
        removed=removed or [],
        recheck=recheck,
    )


def _send(hints: list[Hint]) -> None:
    if outlet is not None:
        outlet(hints)
    elif not isinstance(layer := get_channel_layer(), InMemoryChannelLayer) and layer is not None:
        async_to_sync(_send_through)(layer, hints)


async def _send_through(layer: BaseChannelLayer, hints: list[Hint]) -> None:
    try:
        for hint in hints:
            await layer.group_send(hint["audience"], hint)
    except Exception as error:  # whatever the layer's driver raises
        log.warning("hints not sent, the head check will find them: %r", error)
