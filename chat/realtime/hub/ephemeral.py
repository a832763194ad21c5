"""Sends typing and presence: once and without a seq. Remembers enough to find what was lost."""

from collections.abc import Iterable

from chat.realtime.transport import Connection

from .flusher import Flusher

# Different events that are remembered. After more, nobody's presence is certain.
MAX_RECENT = 1000


class Ephemeral:
    __slots__ = ("count", "presence", "recent", "unsure")

    def __init__(self) -> None:
        # How often something was sent.
        self.count = 0
        # The room's presence as it was last checked; empty while nothing is certain.
        self.presence = b""
        # What was sent since then, each event where it was sent last, and who may have missed something.
        self.recent: dict[bytes, None] = {}
        self.unsure: dict[Connection, None] = {}

    def send(self, frames: list[bytes], live: Iterable[Connection], flusher: Flusher) -> None:
        self._remember(frames)
        for connection in live:
            if connection.lagging:
                self.unsure[connection] = None
                continue
            for frame in frames:
                flusher.answer(connection, frame)

    def _remember(self, frames: list[bytes]) -> None:
        self.count += 1
        for frame in frames:
            self.recent.pop(frame, None)
            self.recent[frame] = None
        if len(self.recent) > MAX_RECENT:
            self.checked(b"")

    def checked(self, presence: bytes) -> None:
        self.presence = presence
        self.recent.clear()
