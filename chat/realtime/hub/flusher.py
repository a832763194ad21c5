"""When what gathered goes out: once a turn of the loop, and the busier, the more is joined.

The next flush waits as long as the last one took, at most MOST; an idle room waits for nothing. Waits under
two milliseconds are further turns of the loop, because a timer is rounded up to the next millisecond.
"""

import asyncio
from typing import TYPE_CHECKING

from chat.realtime.transport import Connection, Frames

if TYPE_CHECKING:
    from .room_feed import RoomFeed

MOST = 0.020
SPIN = 0.002


class Flusher:
    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._feeds: dict[RoomFeed, None] = {}
        self._answered: dict[Connection, None] = {}
        self._scheduled = False
        self._last = self._cost = 0.0

    def wake(self, feed: "RoomFeed") -> None:
        """`feed` has something to flush."""
        self._feeds[feed] = None
        self._schedule()

    def answer(self, connection: Connection, frame: bytes) -> None:
        """To one connection only, in the same write as what its rooms say next."""
        connection.answers.append(frame)
        self._answered[connection] = None
        self._schedule()

    def write(self, connection: Connection, frames: Frames) -> None:
        """What a room says, behind this connection's own answers."""
        if connection.answers:
            frames = frames.behind(connection.answers)
            connection.answers = []
        connection.write(frames)

    def flush(self) -> None:
        """Write everything now."""
        self._scheduled = False
        start = self._loop.time()
        feeds, self._feeds = self._feeds, {}
        for feed in feeds:
            feed.flush()
        self._flush_answers()
        self._last = self._loop.time()
        self._cost = self._last - start

    def _flush_answers(self) -> None:
        """What many are told alike, such as who is typing, is framed once."""
        answered, self._answered = self._answered, {}
        alike: dict[tuple[bytes, ...], Frames] = {}
        for connection in answered:
            if told := tuple(connection.answers):
                connection.answers = []
                connection.write(alike.setdefault(told, Frames([*told])))

    def _schedule(self) -> None:
        if not self._scheduled:
            self._scheduled = True
            self._loop.call_soon(self._turn)

    def _turn(self) -> None:
        wait = self._last + min(MOST, self._cost) - self._loop.time()
        if wait <= 0:
            self.flush()
        elif wait < SPIN:
            self._loop.call_soon(self._turn)
        else:
            self._loop.call_later(wait, self.flush)
