"""Stops reading a socket while it takes no data or has too many unprocessed frames.

daphne queues any number of frames for the application. Here they stay in the kernel's and the sender's
buffers until the application catches up. Works on any Twisted transport, with or without TLS.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from .daphne import OPEN, Protocol
from .frame_reader import read_whole_texts

# Most unprocessed frames and bytes of one connection.
MAX_FRAMES, MAX_BYTES = 64, 262_144

Receive = Callable[[], Awaitable[dict[str, Any]]]


class Reading:
    __slots__ = ("_reasons", "_transport")

    def __init__(self, transport: Any) -> None:
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

    __slots__ = ("_bytes", "_called", "_next", "_protocol", "_reading", "_waiting")

    def __init__(self, protocol: Protocol, reading: Reading, before: Any) -> None:
        self._protocol, self._reading = protocol, reading
        self._waiting: list[dict[str, Any]] = []
        self._bytes = 0
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
        """Let autobahn process its next frame. Returns False, for not now, while the inbox is full."""
        if self.full and self._protocol.state == OPEN:
            self._reading.pause("inbox")
            return False
        return bool(self._next())


def _weight(message: dict[str, Any]) -> int:
    """Its size in memory, where a character takes up to four bytes."""
    return sys.getsizeof(message.get("text") or message.get("bytes") or "")


def bounded(protocol: Protocol | None, receive: Receive) -> Receive:
    """`receive` with a limit on waiting frames. Returned unchanged on servers other than daphne."""
    before = getattr(receive, "__self__", None)
    if before is None or getattr(protocol, "application_queue", None) is not before:
        return receive
    if protocol is None or not hasattr(protocol, "processData"):
        return receive
    protocol.chat_reading = Reading(protocol.transport)
    read_whole_texts(protocol)
    return Inbox(protocol, protocol.chat_reading, before).take
