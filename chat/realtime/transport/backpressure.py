"""Is a socket read right now? Not while it takes nothing from us, and not while too much it said is waiting.

daphne queues every frame that comes for the application, however many. Here the frames stay where they are,
in the kernel's buffers and the sender's, until the application has worked off what it has. Works on any
transport of Twisted's, with TLS or without.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from .daphne import OPEN, Protocol
from .frame_reader import read_whole_texts

# Waiting for the application, of one connection.
FRAMES_MOST, BYTES_MOST = 64, 262_144

Receive = Callable[[], Awaitable[dict[str, Any]]]


class Reading:
    """Several may ask for a pause; it is over when none of them does."""

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
        """A connection that is being closed has to see the other side's answer."""
        self._reasons.clear()
        self._transport.resumeProducing()


class Inbox:
    """What a connection has said and nobody has worked on. In the place of daphne's queue, which would hold
    three kilobytes for a connection that says nothing."""

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
        return len(self._waiting) >= FRAMES_MOST or self._bytes >= BYTES_MOST

    def put_nowait(self, message: dict[str, Any]) -> None:
        """daphne's way in."""
        self._waiting.append(message)
        self._bytes += _weight(message)
        if self._called is not None and not self._called.done():
            self._called.set_result(None)

    async def take(self) -> dict[str, Any]:
        """The application's way out."""
        while not self._waiting:
            self._called = asyncio.get_running_loop().create_future()
            await self._called
        was_full, message = self.full, self._waiting.pop(0)
        self._bytes -= _weight(message)
        if was_full and not self.full:
            self._protocol.consumeData()  # what was read already; it may fill us again
            if not self.full:
                self._reading.resume("inbox")
        return message

    def _process(self) -> bool:
        """autobahn's next frame out of what was read, or False: not now."""
        if self.full and self._protocol.state == OPEN:
            self._reading.pause("inbox")
            return False
        return bool(self._next())


def _weight(message: dict[str, Any]) -> int:
    """What it said, as it lies in memory: a character takes up to four bytes there."""
    return sys.getsizeof(message.get("text") or message.get("bytes") or "")


def bounded(protocol: Protocol | None, receive: Receive) -> Receive:
    """`receive`, with a bound on what waits in front of it. On another server it is as it was."""
    before = getattr(receive, "__self__", None)
    if before is None or getattr(protocol, "application_queue", None) is not before:
        return receive
    if protocol is None or not hasattr(protocol, "processData"):
        return receive
    protocol.chat_reading = Reading(protocol.transport)
    read_whole_texts(protocol)
    return Inbox(protocol, protocol.chat_reading, before).take
