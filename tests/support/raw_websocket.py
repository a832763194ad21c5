"""A WebSocket client for invalid input: bytes are sent as they are, frames are returned as they come."""

import asyncio
import socket
from typing import NamedTuple, Self

import msgspec

from tests.support import websocket


class Received(NamedTuple):
    """What was received: payloads of pongs, events, the close code if one came, whether the socket is
    closed."""

    pongs: list[bytes]
    events: list[dict]
    code: int | None
    closed: bool

    @property
    def types(self) -> list[str]:
        return [event["type"] for event in self.events]

    @property
    def codes(self) -> list[str]:
        return [event["code"] for event in self.events if event["type"] == "error"]


def small_buffer_socket(port: int) -> socket.socket:
    """A socket with a small receive buffer, so that the server soon notices that we do not read."""
    conn = socket.socket()
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
    conn.connect(("127.0.0.1", port))
    return conn


class RawWebSocket:
    """An async context manager; `status` is the status of the handshake's answer."""

    def __init__(self, port: int, request: bytes) -> None:
        self.port, self.request = port, request

    async def __aenter__(self) -> Self:
        self.reader, self.writer = await asyncio.open_connection(sock=small_buffer_socket(self.port))
        self.writer.write(self.request)
        try:
            head = await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), 30)
            self.status = int(head.split()[1])
        except asyncio.IncompleteReadError:
            self.status = 0
        return self

    async def __aexit__(self, *_: object) -> None:
        self.writer.transport.abort()

    def send(self, data: bytes) -> None:
        self.writer.write(data)

    def stop_reading(self) -> None:
        self.writer.transport.pause_reading()  # type: ignore[attr-defined]

    def resume_reading(self) -> None:
        self.writer.transport.resume_reading()  # type: ignore[attr-defined]

    async def receive(self, until: str = "", seconds: float = 10.0) -> Received:
        """Reads until an event of this type, the end of the connection, or a timeout."""
        heard = Received([], [], None, False)
        try:
            async with asyncio.timeout(seconds):
                while not (until and until in heard.types):
                    heard = self._add(heard, *await self.frame())
        except TimeoutError:
            return heard
        except (asyncio.IncompleteReadError, OSError):
            return heard._replace(closed=True)
        return heard

    async def frame(self) -> tuple[int, bytes]:
        """The next frame's opcode and payload. Raises IncompleteReadError or OSError at the end."""
        first, second = await self.reader.readexactly(2)
        size = second & 127
        if size >= 126:
            size = int.from_bytes(await self.reader.readexactly(2 if size == 126 else 8), "big")
        return first & 15, await self.reader.readexactly(size)

    def _add(self, heard: Received, opcode: int, payload: bytes) -> Received:
        if opcode == websocket.PONG:
            heard.pongs.append(payload)
        elif opcode == websocket.TEXT:
            heard.events.append(msgspec.json.decode(payload))
        elif opcode == websocket.CLOSE:
            return heard._replace(code=int.from_bytes(payload[:2], "big") if payload else 1005)
        return heard
