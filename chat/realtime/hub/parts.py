"""What a feed keeps: events on their way out, hints that came too early, readers of the past."""

from collections.abc import Callable
from typing import Any, NamedTuple

from chat.realtime.transport import Connection

FrameTransform = Callable[[bytes], bytes]


class OutgoingBatch(NamedTuple):
    """Events that take who has `since` to `seq`."""

    since: int
    seq: int
    frames: list[bytes]

    def after(self, seq: int) -> list[bytes]:
        """What of it somebody at `seq` still needs. A `changes` covers several seqs with one event: all or
        nothing."""
        if seq >= self.seq:
            return []
        return self.frames[seq - self.since :] if seq > self.since and self._dense else self.frames

    @property
    def _dense(self) -> bool:
        return len(self.frames) == self.seq - self.since


class HeldHint(NamedTuple):
    last: int
    frames: list[bytes]
    removed: list[tuple[Any, int]]


class CatchUp:
    """A connection that is being handed the past, and what went out meanwhile."""

    __slots__ = ("_dress", "connection", "meanwhile")

    def __init__(self, connection: Connection, dress: FrameTransform | None) -> None:
        self.connection, self._dress = connection, dress
        self.meanwhile: list[OutgoingBatch] = []

    def dressed(self, frame: bytes) -> bytes:
        """The first one as this connection's own answer."""
        dress, self._dress = self._dress, None
        return dress(frame) if dress is not None else frame
