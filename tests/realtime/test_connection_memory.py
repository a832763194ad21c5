"""Tests that idle connections use little memory: common data is shared, and sent data is released."""

import asyncio
from typing import Any

import pytest
from autobahn.twisted.websocket import WebSocketServerFactory, WebSocketServerProtocol
from autobahn.websocket import protocol as autobahn

from chat.realtime.fastpath import backpressure, forget_handshake, share_options
from chat.realtime.fastpath.backpressure import Inbox, Reading, bounded
from tests.realtime.test_frame_reader import HANDSHAKE, Wire


class Pausing(Wire):
    """Whether the transport is reading."""

    reads = True

    def pauseProducing(self) -> None:
        self.reads = False

    def resumeProducing(self) -> None:
        self.reads = True


@pytest.fixture
def factory(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A class of its own, because shared options stay until the process ends."""
    monkeypatch.setattr(autobahn, "pformat", autobahn.pformat)
    made = WebSocketServerFactory()
    made.protocol = type("Listener", (WebSocketServerProtocol,), {})
    made.setProtocolOptions(maxFramePayloadSize=300, openHandshakeTimeout=0, echoCloseCodeReason=True)
    return made


def connected(factory: Any) -> Any:
    protocol = factory.buildProtocol(None)
    protocol.makeConnection(Pausing())
    protocol.dataReceived(HANDSHAKE)
    assert b"101 Switching" in protocol.transport.value()
    return protocol


def test_options_are_stored_once_and_apply_to_each_connection(factory: Any) -> None:
    first = connected(factory)
    share_options(first)
    second = connected(factory)
    share_options(second)
    names = set(WebSocketServerProtocol.CONFIG_ATTRS)
    assert {name for name in vars(first) if name in names} == names
    assert not [name for name in vars(second) if name in names and not callable(getattr(second, name))]
    assert {name: getattr(second, name) for name in names} == {name: getattr(first, name) for name in names}
    assert (second.maxFramePayloadSize, second.echoCloseCodeReason) == (300, True)


def test_options_are_not_formatted_for_a_disabled_log(factory: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    printed: list[Any] = []
    monkeypatch.setattr(autobahn, "pformat", printed.append)
    share_options(connected(factory))
    connected(factory)
    assert len(printed) == 1


def test_only_handshake_data_is_released(factory: Any) -> None:
    protocol = connected(factory)
    headers = [(b"cookie", b"sessionid=abc")]
    forget_handshake({"type": "websocket", "headers": headers, "chat.protocol": protocol})
    assert (headers, protocol.http_headers, protocol.http_request_data) == ([], {}, b"")
    assert protocol.state == protocol.STATE_OPEN


def test_an_unknown_server_is_left_unchanged() -> None:
    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    share_options(None)
    forget_handshake({"headers": []})
    assert bounded(None, receive) is receive


# -- what was said and is not yet worked on --------------------------------------------------------


class Behind:
    """A protocol as daphne hands it over, with the connect message already queued."""

    state, data = 3, b""
    maxFramePayloadSize = maxMessagePayloadSize = 300

    def __init__(self) -> None:
        self.transport = Pausing()
        self.application_queue: Any = asyncio.Queue()
        self.application_queue.put_nowait({"type": "websocket.connect"})
        self.read = 0

    def processData(self) -> bool:
        self.read += 1
        return False

    def consumeData(self) -> None:
        self.processData()

    def _dataReceived(self, data: bytes) -> None:
        self.data += data


def text(said: str) -> dict[str, Any]:
    return {"type": "websocket.receive", "text": said}


def test_frames_queued_by_daphne_come_first_and_its_queue_is_released() -> None:
    async def story() -> None:
        behind: Any = Behind()
        receive = bounded(behind, behind.application_queue.get)
        assert isinstance(behind.application_queue, Inbox)
        assert await asyncio.wait_for(receive(), 5) == {"type": "websocket.connect"}
        waiting = asyncio.ensure_future(receive())
        await asyncio.sleep(0)
        behind.application_queue.put_nowait(text("a"))
        behind.application_queue.put_nowait(text("b"))
        assert [await waiting, await receive()] == [text("a"), text("b")]

    asyncio.run(story())


def test_a_server_with_another_queue_is_not_taken_over() -> None:
    async def story() -> None:
        behind: Any = Behind()
        receive = asyncio.Queue().get
        assert bounded(behind, receive) is receive

    asyncio.run(story())


@pytest.mark.parametrize(("said", "many"), [("x", backpressure.MAX_FRAMES), ("汉" * 30_000, 5)])
def test_reading_pauses_while_enough_frames_wait_and_all_arrive(said: str, many: int) -> None:
    async def story() -> None:
        behind: Any = Behind()
        inbox = Inbox(behind, Reading(behind.transport), asyncio.Queue())
        for number in range(many):
            assert behind.transport.reads, number
            inbox.put_nowait(text(said))
            behind.processData()
        read = behind.read
        assert (inbox.full, behind.transport.reads, read) == (True, False, many - 1)
        assert await inbox.take() == text(said)
        assert (inbox.full, behind.transport.reads, behind.read) == (False, True, read + 1)
        assert [await inbox.take() for _ in range(many - 1)] == [text(said)] * (many - 1)

    asyncio.run(story())
