"""Writes gathered events once per turn of the loop; the busier the loop, the larger the batches.

The next flush waits as long as the last one took, at most MAX_WAIT; an idle room does not wait. Waits under
two milliseconds are extra loop turns, because timers round up to the next millisecond.
"""

import asyncio
from typing import TYPE_CHECKING

from chat.realtime.transport import Connection, Frames

if TYPE_CHECKING:
    from .room_feed import RoomFeed

MAX_WAIT = 0.020
SPIN = 0.002


class Flusher:
    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._feeds: dict[RoomFeed, None] = {}
        self._answered: dict[Connection, None] = {}
        self._scheduled = False
        self._last = self._cost = 0.0

    def wake(self, feed: "RoomFeed") -> None:
        self._feeds[feed] = None
        self._schedule()

    def answer(self, connection: Connection, frame: bytes) -> None:
        """Send to one connection, in the same write as the next events of its rooms."""
        connection.answers.append(frame)
        self._answered[connection] = None
        self._schedule()

    def write(self, connection: Connection, frames: Frames) -> None:
        """Send a room's events, after the connection's own answers."""
        if connection.answers:
            frames = frames.behind(connection.answers)
            connection.answers = []
        connection.write(frames)

    def flush(self) -> None:
        self._scheduled = False
        start = self._loop.time()
        feeds, self._feeds = self._feeds, {}
        for feed in feeds:
            feed.flush()
        self._flush_answers()
        self._last = self._loop.time()
        self._cost = self._last - start

    def _flush_answers(self) -> None:
        """A frame sent to many connections, such as typing, is framed only once."""
        answered, self._answered = self._answered, {}
        alike: dict[tuple[bytes, ...], Frames] = {}
        for connection in answered:
            if frames := tuple(connection.answers):
                connection.answers = []
                connection.write(alike.setdefault(frames, Frames([*frames])))

    def _schedule(self) -> None:
        if not self._scheduled:
            self._scheduled = True
            self._loop.call_soon(self._turn)

    def _turn(self) -> None:
        wait = self._last + min(MAX_WAIT, self._cost) - self._loop.time()
        if wait <= 0:
            self.flush()
        elif wait < SPIN:
            self._loop.call_soon(self._turn)
        else:
            self._loop.call_later(wait, self.flush)
