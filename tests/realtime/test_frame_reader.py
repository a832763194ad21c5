"""Compares the frame reader with autobahn: for any input, however split, both deliver, answer and close
alike."""

from typing import Any

import pytest
from autobahn.twisted.websocket import WebSocketServerFactory, WebSocketServerProtocol
from hypothesis import example, given
from hypothesis import strategies as st
from twisted.internet.testing import StringTransport

from chat.realtime.fastpath.frame_reader import read_whole_texts, whole_text

LIMIT = 300
HANDSHAKE = (
    b"GET /ws/ HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


class Wire(StringTransport):  # type: ignore[misc]
    """Like Twisted's own transport."""

    def unregisterProducer(self) -> None:
        self.producer = None


class Listener(WebSocketServerProtocol):  # type: ignore[misc]
    """Like daphne's protocol, it starts the application before the handshake is finished."""

    ours = False

    def onConnect(self, request: Any) -> None:
        if self.ours:
            read_whole_texts(self)

    def onMessage(self, payload: bytes, isBinary: bool) -> None:
        self.heard.append((payload, isBinary))


def listener(ours: bool) -> Any:
    factory = WebSocketServerFactory()
    factory.protocol = Listener
    factory.setProtocolOptions(
        maxFramePayloadSize=LIMIT,
        maxMessagePayloadSize=LIMIT,
        openHandshakeTimeout=0,
        closeHandshakeTimeout=0,
    )
    protocol: Any = factory.buildProtocol(None)
    protocol.heard, protocol.ours = [], ours
    protocol.makeConnection(Wire())
    protocol.dataReceived(HANDSHAKE)
    protocol.transport.clear()
    return protocol


def outcome(chunks: list[bytes], ours: bool) -> tuple[Any, ...]:
    protocol = listener(ours)
    for chunk in chunks:
        protocol.dataReceived(chunk)
    return protocol.heard, protocol.transport.value(), protocol.state, protocol.transport.disconnecting


def frame(first: int, payload: bytes, key: bytes | None = b"\x37\xfa\x21\x3d", form: int = 0) -> bytes:
    """`form` is the number of length bytes, if not the shortest."""
    size = len(payload)
    form = form or (1 if size < 126 else 2 if size < 65_536 else 8)
    mark = size if form == 1 else {2: 126, 8: 127}[form]
    head = bytes((first, mark | (0x80 if key else 0))) + (b"" if form == 1 else size.to_bytes(form, "big"))
    if key is None:
        return head + payload
    return head + key + bytes(byte ^ key[at % 4] for at, byte in enumerate(payload))


keys = st.binary(min_size=4, max_size=4)
texts = st.text(max_size=200).map(str.encode)
messages = st.builds(frame, st.just(0x81), texts, keys)
# Fragments, binary, control frames, reserved bits and opcodes; no mask, sizes in a longer form, too much.
others = st.builds(
    frame,
    st.sampled_from([0x81, 0x01, 0x80, 0x00, 0x82, 0x88, 0x89, 0x8A, 0xC1, 0x83, 0x8B]),
    st.one_of(texts, st.binary(max_size=140), st.just(b"x" * (LIMIT + 1)), st.just(b"\xed\xa0\x80")),
    st.one_of(keys, st.none()),
    st.sampled_from([0, 0, 0, 2, 8]),
)  # fmt: skip


@given(
    st.lists(st.one_of(messages, messages, others), max_size=12), st.lists(st.integers(1, 400), max_size=12)
)
@example([frame(0x81, b"caf\xc3\xa9")], [])
@example([frame(0x81, b"caf\xc3")], [])
@example([frame(0x81, b"x" * LIMIT), frame(0x81, b"x" * (LIMIT + 1))], [])
@example([frame(0x01, b"one "), frame(0x89, b"ping"), frame(0x80, b"two"), frame(0x81, b"three")], [])
@example([frame(0x01, b"one "), frame(0x81, b"two")], [])
@example([frame(0x81, b""), frame(0x81, b"short", form=2), frame(0x81, b"after")], [])
def test_our_reader_and_autobahn_deliver_answer_and_close_alike(frames: list[bytes], cuts: list[int]) -> None:
    data, chunks = b"".join(frames), []
    for cut in cuts:
        chunks.append(data[:cut])
        data = data[cut:]
    chunks = [chunk for chunk in [*chunks, data] if chunk]
    assert outcome(chunks, ours=True) == outcome(chunks, ours=False)


@pytest.mark.parametrize("size", [0, 1, 3, 4, 5, 125, 126, 127, 4_000, 65_535])
def test_a_whole_message_is_consumed_to_its_end(size: int) -> None:
    payload = bytes(range(32, 127)) * (size // 95 + 1)
    data = frame(0x81, payload[:size])
    assert whole_text(data + b"more") == (payload[:size], len(data))
    assert whole_text(data[:-1]) is None


def test_a_whole_message_bypasses_autobahn() -> None:
    protocol = listener(ours=True)
    protocol.onFrameBegin = None  # would be called, and fail
    protocol.dataReceived(frame(0x81, b"first") + frame(0x81, b"second"))
    assert protocol.heard == [(b"first", False), (b"second", False)]


def test_a_message_too_long_for_two_bytes_of_size_is_left_to_autobahn() -> None:
    assert whole_text(frame(0x81, b"x" * 65_536)) is None
