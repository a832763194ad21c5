"""A fast WebSocket client for hundreds of connections in one event loop, as an asyncio protocol.

It has no fragments (the server sends none), and masks frames with zeros, which is legal and costs nothing.
The client for invalid input is in raw_websocket.py.
"""

import asyncio
import base64
import contextlib
import os
import ssl
from collections.abc import Callable
from typing import Any

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


class HandshakeRefused(ConnectionError):
    """The handshake was answered with a status other than 101."""

    def __init__(self, status: int) -> None:
        super().__init__(f"handshake answered {status}")
        self.status = status


def frame(payload: bytes, opcode: int = TEXT, *, fin: bool = True, mask: bool = True, rsv: int = 0) -> bytes:
    """A client's frame, valid or not."""
    first, bit, size = (0x80 if fin else 0) | rsv << 4 | opcode, 0x80 if mask else 0, len(payload)
    if size < 126:
        head = bytes((first, bit | size))
    elif size < 65_536:
        head = bytes((first, bit | 126)) + size.to_bytes(2, "big")
    else:
        head = bytes((first, bit | 127)) + size.to_bytes(8, "big")
    return head + (b"\0\0\0\0" if mask else b"") + payload


def handshake(port: int, cookie: str | None, path: str = "/ws/", extra: str = "") -> bytes:
    key = base64.b64encode(os.urandom(16)).decode()
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {key}",
        *([f"Cookie: sessionid={cookie}"] if cookie else []),
    ]
    return ("\r\n".join(lines) + "\r\n" + extra + "\r\n").encode("latin-1")


class WebSocket(asyncio.Protocol):
    """Calls `on_open(socket)` when it is open, `on_frame(payload)` for each text frame, and
    `on_close(code)` once if it was open; the code is 1006 if none came."""

    def __init__(
        self,
        on_frame: Callable[[bytes], None],
        on_close: Callable[[int], None],
        on_open: Callable[["WebSocket"], None] | None = None,
    ) -> None:
        self.on_frame, self.on_close, self.on_open = on_frame, on_close, on_open
        self.open = False
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.transport: Any = None
        self.buffer = bytearray()
        self.code = 1006

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if self.opened.done() or self._shake():
            self._frames()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.opened.done():
            self.opened.set_exception(error or ConnectionResetError("closed during the handshake"))
        elif self.open:
            self.open = False
            self.on_close(self.code)

    def _shake(self) -> bool:
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return False
        status = int(self.buffer[9:12])
        del self.buffer[: end + 4]
        if status == 101:
            self.open = True
            self.opened.set_result(None)
            if self.on_open is not None:
                self.on_open(self)
        else:
            self.opened.set_exception(HandshakeRefused(status))
            self.transport.abort()
        return status == 101

    def _frames(self) -> None:
        buffer, at = self.buffer, 0
        while len(buffer) - at >= 2:
            size, start = buffer[at + 1] & 127, at + 2
            if size >= 126:
                width = 2 if size == 126 else 8
                size, start = int.from_bytes(buffer[start : start + width], "big"), start + width
            if len(buffer) < start + size:
                break
            payload, opcode = bytes(buffer[start : start + size]), buffer[at] & 15
            at = start + size
            self._take(opcode, payload)
        del buffer[:at]

    def _take(self, opcode: int, payload: bytes) -> None:
        if opcode == TEXT:
            self.on_frame(payload)
        elif opcode == PING:
            self.transport.write(frame(payload, PONG))
        elif opcode == CLOSE:
            self.code = int.from_bytes(payload[:2], "big") if len(payload) >= 2 else 1005
            self.transport.write(frame(payload[:2], CLOSE))
            self.transport.close()

    def send(self, payload: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(frame(payload))

    def close(self) -> None:
        if not self.transport.is_closing():
            self.transport.write(frame((1000).to_bytes(2, "big"), CLOSE))
            self.transport.close()

    def abort(self) -> None:
        self.transport.abort()


async def connect(
    port: int, cookie: str | None, on_frame: Callable[[bytes], None], on_close: Callable[[int], None],
    path: str = "/ws/", seconds: float = 30.0, on_open: Callable[[WebSocket], None] | None = None,
    tls: ssl.SSLContext | None = None,
) -> WebSocket:  # fmt: skip
    """Opens a connection. Raises OSError (HandshakeRefused is one) or TimeoutError."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(seconds):
        _, socket = await loop.create_connection(
            lambda: WebSocket(on_frame, on_close, on_open), "localhost" if tls else "127.0.0.1", port, ssl=tls
        )
        socket.transport.write(handshake(port, cookie, path))
        try:
            await socket.opened
        except BaseException:
            socket.transport.abort()
            with contextlib.suppress(BaseException):
                socket.opened.exception()
            raise
    return socket
