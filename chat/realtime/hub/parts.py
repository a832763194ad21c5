"""Small types of a room feed: outgoing batches, early hints and states of subscriptions."""

import enum
from collections.abc import Callable
from typing import NamedTuple

from chat.ids import PersonId
from chat.realtime.transport import Connection

FrameTransform = Callable[[bytes], bytes]


class OutgoingBatch(NamedTuple):
    """Events that take a client from `since` to `seq`."""

    since: int
    seq: int
    frames: list[bytes]

    def after(self, seq: int) -> list[bytes]:
        """The frames a client at `seq` still needs. A `changes` event covers several seqs: all or nothing."""
        if seq >= self.seq:
            return []
        return self.frames[seq - self.since :] if seq > self.since and self._one_frame_each else self.frames

    @property
    def _one_frame_each(self) -> bool:
        return len(self.frames) == self.seq - self.since


class HeldHint(NamedTuple):
    last: int
    frames: list[bytes]
    removed: list[tuple[PersonId, int]]


class Live(enum.Enum):
    """Gets every batch as it goes out."""

    LIVE = enum.auto()


class Behind(NamedTuple):
    """Gets nothing until it can be written to again, or the next head check; then it catches up."""

    since: int


class CatchUp:
    """Is being sent what it missed. `had` is the seq it certainly had before."""

    __slots__ = ("_transform", "connection", "had", "meanwhile")

    def __init__(self, connection: Connection, had: int, transform: FrameTransform | None = None) -> None:
        self.connection, self.had, self._transform = connection, had, transform
        self.meanwhile: list[OutgoingBatch] = []

    def first_transformed(self, frame: bytes) -> bytes:
        """The first frame of a catch-up is the answer to the command that asked for it."""
        transform, self._transform = self._transform, None
        return transform(frame) if transform is not None else frame


# What a connection has for each room that it is subscribed to.
Subscription = Live | CatchUp | Behind


def removal_in(person: PersonId, removed: list[tuple[PersonId, bytes]]) -> bytes | None:
    return next((frame for removed_one, frame in removed if removed_one == person), None)
