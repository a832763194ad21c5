"""Tests frames against RFC 6455, and ordered, bounded sending on unknown servers."""

import asyncio
from typing import Any

import pytest

from chat.realtime.fastpath import find_protocol
from chat.realtime.transport import Frames, PlainConnection, text_frame
from chat.realtime.transport.connection import PLAIN_UNSENT
from tests.support.virtual_time import run, until

HEADS = {
    0: b"\x81\x00",
    1: b"\x81\x01",
    125: b"\x81\x7d",
    126: b"\x81\x7e\x00\x7e",
    65_535: b"\x81\x7e\xff\xff",
    65_536: b"\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00",
}


@pytest.mark.parametrize("size", HEADS)
def test_the_length_is_written_in_its_shortest_form(size: int) -> None:
    payload = b"x" * size
    assert text_frame(payload) == HEADS[size] + payload


def test_frames_are_joined_once_and_the_same_bytes_serve_everybody() -> None:
    shared = Frames([b"one", b"two"])
    assert shared.joined == text_frame(b"one") + text_frame(b"two")
    assert shared.joined is shared.joined


def test_personal_answers_precede_the_shared_bytes_without_changing_them() -> None:
    shared = Frames([b"two"])
    mine = shared.behind([b"one"])
    assert mine.joined == text_frame(b"one") + text_frame(b"two")
    assert mine.payloads == [b"one", b"two"]
    assert shared.payloads == [b"two"]


class Server:
    """An ASGI server that accepts data while its gate is open."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def send(self, message: dict[str, Any]) -> None:
        await self.gate.wait()
        self.got.append(message)

    @property
    def texts(self) -> list[str]:
        return [message["text"] for message in self.got if message["type"] == "websocket.send"]


def test_on_an_unknown_server_frames_arrive_in_order_and_the_close_is_last() -> None:
    async def story() -> None:
        server = Server()
        connection = PlainConnection(server.send)
        for number in range(5):
            connection.write(Frames([str(number).encode()]))
        connection.close(4012)
        connection.write(Frames([b"too late"]))
        await until(lambda: len(server.got) == 6, "everything")
        assert server.texts == ["0", "1", "2", "3", "4"]
        assert server.got[-1] == {"type": "websocket.close", "code": 4012}

    run(story())


def test_on_an_unknown_server_a_stalled_reader_lags_and_recovers() -> None:
    async def story() -> None:
        server = Server()
        connection = PlainConnection(server.send)
        writable: list[Any] = []
        connection.on_writable = writable.append
        server.gate.clear()
        connection.write(Frames([b"x"]))
        await asyncio.sleep(0)
        assert not connection.lagging
        connection.write(Frames([b"x" * PLAIN_UNSENT]))
        assert connection.lagging
        server.gate.set()
        await until(lambda: writable, "writable again")
        assert writable == [connection]
        assert not connection.lagging

    run(story())


def test_a_failing_send_ends_only_its_own_connection() -> None:
    async def story() -> None:
        async def broken(_message: Any) -> None:
            raise ConnectionResetError

        connection = PlainConnection(broken)
        connection.write(Frames([b"x"]))
        await until(lambda: connection.closed, "closed")
        connection.write(Frames([b"y"]))
        connection.close(4012)

    run(story())


def test_nothing_is_found_behind_a_send_that_is_not_daphnes() -> None:
    async def send(_message: Any) -> None: ...

    assert find_protocol(send) is None
    assert find_protocol(Server.__init__.__get__(object())) is None
