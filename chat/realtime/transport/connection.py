"""The sending side of a connection: writes never block, keep their order, and unsent data is bounded.

A connection whose socket takes no more is *lagging*. It gets no room events and is not read, because its
commands would fill memory with answers. `on_writable` is called when its socket is empty again. `feeds` and
`person` belong to the hub.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from .frames import Frames

log = logging.getLogger(__name__)

# Bytes unsent on a server without backpressure, above which a connection is lagging.
PLAIN_UNSENT = 262_144

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]


class Connection:
    __slots__ = (
        "answers", "closed", "feeds", "lagging_since", "login", "on_writable", "person", "protocol",
        "removed_from", "send", "session",
    )  # fmt: skip

    def __init__(self, send: Send) -> None:
        self.send = send
        self.person: Any = None
        self.login: Any = None
        self.session: Any = None
        self.feeds: dict[Any, Any] = {}
        # Rooms that it was removed from and has not been sent `left` for yet.
        self.removed_from: list[str] = []
        self.answers: list[bytes] = []
        self.closed = False
        self.lagging_since = 0.0
        self.on_writable: Callable[[Connection], None] | None = None

    @property
    def lagging(self) -> bool:
        return self.lagging_since > 0.0

    def write(self, frames: Frames) -> None:
        raise NotImplementedError

    def close(self, code: int) -> None:
        raise NotImplementedError

    def abort(self) -> None:
        raise NotImplementedError

    def lag(self) -> None:
        if not self.lagging:
            self.lagging_since = time.monotonic()

    def catch_up(self) -> None:
        if self.lagging:
            self.lagging_since = 0.0
            if self.on_writable is not None and not self.closed:
                self.on_writable(self)


class PlainConnection(Connection):
    """Writes through ASGI `send`, on any server. Lagging only works where `send` waits for the socket."""

    __slots__ = ("_closing", "_pump", "_size", "_waiting")

    def __init__(self, send: Send) -> None:
        super().__init__(send)
        self.protocol = None
        self._waiting: list[bytes] = []
        self._size = 0
        self._closing = 0
        self._pump: asyncio.Task[None] | None = None

    def write(self, frames: Frames) -> None:
        if self.closed:
            return
        self._waiting += frames.payloads
        self._size += len(frames.joined)
        if self._size > PLAIN_UNSENT:
            self.lag()
        self._start()

    def close(self, code: int) -> None:
        if not self.closed:
            self.closed, self._closing = True, int(code)
            self._start()

    def abort(self) -> None:
        self.close(1000)

    def _start(self) -> None:
        if self._pump is None:
            self._pump = asyncio.ensure_future(self._send_all())

    async def _send_all(self) -> None:
        try:
            while self._waiting:
                out, self._waiting, self._size = self._waiting, [], 0
                for payload in out:
                    await self.send({"type": "websocket.send", "text": payload.decode()})
            if self._closing:
                await self.send({"type": "websocket.close", "code": self._closing})
        except Exception as error:  # a broken connection must not affect others
            log.info("connection lost while writing: %r", error)
            self.closed = True
        finally:
            self._pump = None
        self.catch_up()
