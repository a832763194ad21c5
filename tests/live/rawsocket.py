"""A WebSocket client without a library, for behaviour no library offers, such as never reading."""

import base64
import os
import socket
import struct
from typing import Any


class RawSocket:
    """Connected and upgraded; a small receive buffer: the other side soon notices that nobody reads."""

    def __init__(self, port: int, cookie: str) -> None:
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
        self.socket.settimeout(20)
        self.socket.connect(("127.0.0.1", port))
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            f"GET /ws/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Origin: http://127.0.0.1:{port}\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"Cookie: {cookie}\r\n\r\n".encode()
        )
        self.read = b""
        while b"\r\n\r\n" not in self.read:
            self.read += self.socket.recv(1)
        self.read = b""

    def __enter__(self) -> "RawSocket":
        return self

    def __exit__(self, *_: Any) -> None:
        self.socket.close()

    def send(self, text: str) -> None:
        """One masked text frame."""
        payload = text.encode()
        head = b"\x81" + bytes([0x80 | len(payload)]) if len(payload) < 126 else b"\x81\xfe" + struct.pack(
            ">H", len(payload)
        )  # fmt: skip
        self.socket.sendall(head + b"\0\0\0\0" + payload)

    def frame(self) -> tuple[int, bytes]:
        """The next frame's opcode and payload; (0, b"") at the end."""
        head = self._exactly(2)
        if len(head) < 2:
            return 0, b""
        size = head[1] & 0x7F
        assert not head[1] & 0x80, "a server masks nothing"
        if size >= 126:
            size = int.from_bytes(self._exactly(2 if size == 126 else 8), "big")
        return head[0] & 0x0F, self._exactly(size)

    def _exactly(self, size: int) -> bytes:
        while len(self.read) < size:
            more = self.socket.recv(min(65_536, size - len(self.read)))
            if not more:
                break
            self.read += more
        found, self.read = self.read[:size], self.read[size:]
        return found
