"""Text frames as RFC 6455 (section 5.2) writes them: built once, the same bytes for every socket."""


def text_frame(payload: bytes) -> bytes:
    """One final, unmasked text frame."""
    size = len(payload)
    if size < 126:
        return b"\x81" + bytes((size,)) + payload
    if size < 65_536:
        return b"\x81\x7e" + size.to_bytes(2, "big") + payload
    return b"\x81\x7f" + size.to_bytes(8, "big") + payload


class Frames:
    """Some events on their way to many connections. `joined` is made when the first of them asks."""

    __slots__ = ("_joined", "payloads")

    def __init__(self, payloads: list[bytes]) -> None:
        self.payloads, self._joined = payloads, b""

    @property
    def joined(self) -> bytes:
        if not self._joined:
            self._joined = b"".join(map(text_frame, self.payloads))
        return self._joined

    def behind(self, payloads: list[bytes]) -> "Frames":
        """The same, with something before it that concerns one connection only; the shared bytes are not made
        again."""
        both = Frames([*payloads, *self.payloads])
        both._joined = b"".join(map(text_frame, payloads)) + self.joined
        return both
