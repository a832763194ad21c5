"""Is a socket read right now? Not while it takes nothing from us, and not while too much it said is waiting.

daphne queues every frame that comes for the application, however many. Here the frames stay where they are,
in the kernel's buffers and the sender's, until the application has worked off what it has. Works on any
transport of Twisted's, with TLS or without.
"""

from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from .daphne import OPEN, Protocol
from .reader import read_whole_texts

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
    """What a connection has said and nobody has worked on. Stands between autobahn and daphne's queue."""

    def __init__(self, protocol: Protocol, reading: Reading) -> None:
        self._protocol, self._reading = protocol, reading
        self._sizes: deque[int] = deque()
        self._bytes = 0
        self._queue, self._next = protocol.onMessage, protocol.processData
        protocol.onMessage, protocol.processData = self._came, self._process

    @property
    def full(self) -> bool:
        return len(self._sizes) >= FRAMES_MOST or self._bytes >= BYTES_MOST

    def _came(self, payload: bytes, binary: bool) -> None:
        if not self._protocol.muted:
            self._sizes.append(len(payload))
            self._bytes += len(payload)
        self._queue(payload, binary)

    def _process(self) -> bool:
        """autobahn's next frame out of what was read, or False: not now."""
        if self.full and self._protocol.state == OPEN:
            self._reading.pause("inbox")
            return False
        return bool(self._next())

    def taken(self) -> None:
        """The application has one frame less to work on."""
        if not self._sizes:
            return
        was_full = self.full
        self._bytes -= self._sizes.popleft()
        if was_full and not self.full:
            self._protocol.consumeData()  # what was read already; it may fill us again
            if not self.full:
                self._reading.resume("inbox")


def bounded(protocol: Protocol | None, receive: Receive) -> Receive:
    """`receive`, with a bound on what waits in front of it. On another server it is as it was."""
    if protocol is None or not hasattr(protocol, "processData"):
        return receive
    protocol.chat_reading = Reading(protocol.transport)
    read_whole_texts(protocol)
    inbox = Inbox(protocol, protocol.chat_reading)

    async def take() -> dict[str, Any]:
        message = await receive()
        if message["type"] == "websocket.receive":
            inbox.taken()
        return message

    return take
