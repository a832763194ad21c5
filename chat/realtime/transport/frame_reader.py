"""What is in the bytes that came, where they begin with one whole text message? Nearly all that people send
is that, and autobahn takes seven times as long to say so.

Complete for what it takes: a final, masked text frame (RFC 6455, section 5.2) of at most 65,535 bytes, all of
it here, valid UTF-8, within the limits, and not in the middle of anything. Everything else goes to autobahn,
untouched: fragments, control frames, binary, what is wrong.
"""

from .daphne import Protocol

FINAL_TEXT, MASKED, SHORTEST_LONG = 0x81, 0x80, 126


def whole_text(data: bytes) -> tuple[bytes, int] | None:
    """The text message that `data` begins with, and where it ends. None: let autobahn look."""
    if len(data) < 6 or data[0] != FINAL_TEXT or not data[1] & MASKED:
        return None
    size, at = data[1] - MASKED, 2
    if size == SHORTEST_LONG:
        size, at = int.from_bytes(data[2:4], "big"), 4
        if size < SHORTEST_LONG:
            return None
    elif size > SHORTEST_LONG:
        return None
    end = at + 4 + size
    if len(data) < end:
        return None
    return _unmasked(data[at : at + 4], data[at + 4 : end], size), end


def _unmasked(key: bytes, masked: bytes, size: int) -> bytes:
    """One operation on two large numbers instead of one for each byte."""
    keys = (key * (size // 4 + 1))[:size]
    return (int.from_bytes(masked, "little") ^ int.from_bytes(keys, "little")).to_bytes(size, "little")


def read_whole_texts(protocol: Protocol) -> None:
    """From now on `protocol` meets them before autobahn does. An autobahn without these insides stays as it
    is."""
    if not all(hasattr(protocol, name) for name in ("data", "processData", "consumeData", "onMessage")):
        return
    stock = protocol.processData
    limits = [most for most in (protocol.maxFramePayloadSize, protocol.maxMessagePayloadSize) if most]
    most = min(limits, default=65_535)

    def process() -> bool:
        found = whole_text(protocol.data) if _between_messages(protocol) else None
        if found is None or len(found[0]) > most or not _is_text(found[0]):
            return bool(stock())
        payload, end = found
        protocol.data = protocol.data[end:]
        protocol.onMessage(payload, False)
        return len(protocol.data) > 0

    protocol.processData = process
    # The one in between only composes a line for a log that is off.
    protocol.dataReceived = protocol._dataReceived


def _between_messages(protocol: Protocol) -> bool:
    """autobahn has these notes from the end of the handshake on, which is after we were asked in."""
    return getattr(protocol, "current_frame", protocol) is None and not protocol.inside_message


def _is_text(payload: bytes) -> bool:
    try:
        payload.decode()
    except UnicodeDecodeError:
        return False
    return True
