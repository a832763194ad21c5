"""Reads whole text frames directly, which is most of what clients send and slow in autobahn.

Handles only a final, masked text frame (RFC 6455, section 5.2) of at most 65,535 bytes that is complete,
valid UTF-8, within the limits, and between messages. Everything else goes to autobahn untouched: fragments,
control frames, binary, errors.
"""

from .types import WebSocket

FINAL_TEXT, MASKED, SHORTEST_LONG = 0x81, 0x80, 126


def whole_text(data: bytes) -> tuple[bytes, int] | None:
    """The text message that `data` starts with and the offset of its end. None: leave it to autobahn."""
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
    """Unmask with one XOR of two large integers instead of one per byte."""
    keys = (key * (size // 4 + 1))[:size]
    return (int.from_bytes(masked, "little") ^ int.from_bytes(keys, "little")).to_bytes(size, "little")


def read_whole_texts(protocol: WebSocket) -> None:
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
    # Skip the method in between, which only formats a line for a disabled log.
    protocol.dataReceived = protocol._dataReceived


def _between_messages(protocol: WebSocket) -> bool:
    """autobahn sets these attributes after the handshake, which is after the reader is installed."""
    return getattr(protocol, "current_frame", protocol) is None and not protocol.inside_message


def _is_text(payload: bytes) -> bool:
    try:
        payload.decode()
    except UnicodeDecodeError:
        return False
    return True
