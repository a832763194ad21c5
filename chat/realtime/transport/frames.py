"""Text frames (RFC 6455, section 5.2), built once and shared by all sockets."""


def text_frame(payload: bytes) -> bytes:
    size = len(payload)
    if size < 126:
        return b"\x81" + bytes((size,)) + payload
    if size < 65_536:
        return b"\x81\x7e" + size.to_bytes(2, "big") + payload
    return b"\x81\x7f" + size.to_bytes(8, "big") + payload


class Frames:
    """Events for many connections. `joined` is built at its first use."""

    __slots__ = ("_joined", "payloads")

    def __init__(self, payloads: list[bytes]) -> None:
        self.payloads, self._joined = payloads, b""

    @property
    def joined(self) -> bytes:
        if not self._joined:
            self._joined = b"".join(map(text_frame, self.payloads))
        return self._joined

    def behind(self, payloads: list[bytes]) -> "Frames":
        """A copy that starts with one connection's own payloads and reuses the shared bytes."""
        both = Frames([*payloads, *self.payloads])
        both._joined = b"".join(map(text_frame, payloads)) + self.joined
        return both
