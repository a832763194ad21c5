"""Stops reading a socket while it takes no data, has too many unprocessed frames, or floods with frames that
are no messages.

daphne queues any number of frames for the application. Here they stay in the kernel's and the sender's
buffers until the application catches up. Works on any Twisted transport, with or without TLS.
"""

import asyncio
import sys
import time
from typing import Any

from chat.realtime.transport import Receive

from .daphne import OPEN
from .frame_reader import read_whole_texts
from .types import Transport, WebSocket

# Most unprocessed frames and bytes of one connection.
MAX_FRAMES, MAX_BYTES = 64, 262_144
# Pings, pongs and fragments that are processed in one second; the rest waits. No rate limit counts them, each
# takes autobahn about 50 µs, and one read from a socket holds ten thousand.
MAX_BARE, SECOND = 64, 1.0
# Frames of a connection that is being closed, among which its own close frame is looked for.
MAX_LAST = 256


class Reading:
    __slots__ = ("_reasons", "_transport")

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._reasons: set[str] = set()

    def pause(self, reason: str) -> None:
        self._reasons.add(reason)
        self._transport.pauseProducing()

    def resume(self, reason: str) -> None:
        self._reasons.discard(reason)
        if not self._reasons:
            self._transport.resumeProducing()

    def resume_anyway(self) -> None:
        """Read again whatever the reasons: a closing connection has to see the client's close frame."""
        self._reasons.clear()
        self._transport.resumeProducing()


class Inbox:
    """A connection's unprocessed frames. daphne's own queue takes three kilobytes even when idle."""

    __slots__ = (
        "_bare", "_bytes", "_called", "_last", "_next", "_protocol", "_reading", "_resting", "_second",
        "_waiting",
    )  # fmt: skip

    def __init__(self, protocol: WebSocket, reading: Reading, before: asyncio.Queue[dict[str, Any]]) -> None:
        self._protocol, self._reading = protocol, reading
        self._waiting: list[dict[str, Any]] = []
        self._bytes = self._bare = self._last = 0
        self._second, self._resting = 0.0, False
        self._called: asyncio.Future[None] | None = None
        while not before.empty():
            self.put_nowait(before.get_nowait())
        self._next, protocol.processData = protocol.processData, self._process
        protocol.application_queue = self

    @property
    def full(self) -> bool:
        return len(self._waiting) >= MAX_FRAMES or self._bytes >= MAX_BYTES

    def put_nowait(self, message: dict[str, Any]) -> None:
        """Called by daphne."""
        self._waiting.append(message)
        self._bytes += _weight(message)
        if self._called is not None and not self._called.done():
            self._called.set_result(None)

    async def take(self) -> dict[str, Any]:
        """Called by the application."""
        while not self._waiting:
            self._called = asyncio.get_running_loop().create_future()
            await self._called
        was_full, message = self.full, self._waiting.pop(0)
        self._bytes -= _weight(message)
        if was_full and not self.full:
            self._protocol.consumeData()  # process what was already read; it may fill the inbox again
            if not self.full:
                self._reading.resume("inbox")
        return message

    def _process(self) -> bool:
        """Let autobahn process its next frame. Returns False, for not now, while the inbox is full or after a
        flood of frames that are no messages."""
        if self._protocol.state != OPEN:
            return self._process_last()
        if self.full:
            self._reading.pause("inbox")
        if self.full or self._resting:
            return False
        unread, waiting = len(self._protocol.data), len(self._waiting)
        more = bool(self._next())
        if len(self._protocol.data) < unread and len(self._waiting) == waiting:
            self._count_bare()
        return more and not self._resting

    def _process_last(self) -> bool:
        self._last += 1
        if self._last > MAX_LAST:
            self._protocol.data = b""
            return False
        return bool(self._next())

    def _count_bare(self) -> None:
        now = time.monotonic()
        if now - self._second >= SECOND:
            self._second, self._bare = now, 0
        self._bare += 1
        if self._bare >= MAX_BARE:
            self._resting = True
            self._reading.pause("bare frames")
            asyncio.get_running_loop().call_later(self._second + SECOND - now, self._go_on)

    def _go_on(self) -> None:
        self._resting, self._bare = False, 0
        if self._protocol.state == OPEN:
            self._reading.resume("bare frames")
            self._protocol.consumeData()


def _weight(message: dict[str, Any]) -> int:
    """Its size in memory, where a character takes up to four bytes."""
    return sys.getsizeof(message.get("text") or message.get("bytes") or "")


def bounded(protocol: WebSocket | None, receive: Receive) -> Receive:
    """Limit the frames that wait. Without the fast path nothing changes."""
    before: Any = getattr(receive, "__self__", None)
    if protocol is None or before is None or protocol.application_queue is not before:
        return receive
    protocol.chat_reading = Reading(protocol.transport)
    read_whole_texts(protocol)
    return Inbox(protocol, protocol.chat_reading, before).take
