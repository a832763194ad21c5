"""Tests that pings, pongs and fragments are processed at a bounded rate: no rate limit of messages counts
them."""

import asyncio
from typing import Any

import pytest

from chat.realtime.fastpath import backpressure
from chat.realtime.fastpath.backpressure import MAX_BARE, MAX_LAST, Inbox, Reading
from chat.realtime.fastpath.frame_reader import read_whole_texts
from tests.realtime.test_connection_memory import connected
from tests.realtime.test_connection_memory import factory as factory
from tests.realtime.test_frame_reader import frame

PING, FRAGMENT = frame(0x89, b""), frame(0x00, b"")
OK = frame(0x81, b"ok")


def listening(factory: Any) -> tuple[Any, Inbox]:
    protocol = connected(factory)
    protocol.transport.clear()
    reading = Reading(protocol.transport)
    read_whole_texts(protocol)
    inbox = Inbox(protocol, reading, asyncio.Queue())
    protocol.onMessage = lambda payload, binary: inbox.put_nowait({"text": payload.decode()})
    return protocol, inbox


def pongs(protocol: Any) -> int:
    return len(protocol.transport.value()) // 2


def test_after_so_many_pings_in_a_second_nothing_is_read(factory: Any) -> None:
    async def story() -> None:
        protocol, inbox = listening(factory)
        protocol.dataReceived(PING * 10_000)
        assert not protocol.transport.reads
        assert 0 < pongs(protocol) <= MAX_BARE
        protocol.dataReceived(OK)
        await asyncio.sleep(0)
        assert not inbox._waiting

    asyncio.run(story())


def test_pings_one_at_a_time_are_counted_too(factory: Any) -> None:
    async def story() -> None:
        protocol, _ = listening(factory)
        for _ in range(MAX_BARE):
            protocol.dataReceived(PING)
        assert not protocol.transport.reads

    asyncio.run(story())


def test_fragments_that_never_end_are_counted(factory: Any) -> None:
    async def story() -> None:
        protocol, _ = listening(factory)
        protocol.dataReceived(frame(0x01, b"") + FRAGMENT * 5_000)
        assert len(protocol.data) > 4_900 * len(FRAGMENT)
        assert not protocol.transport.reads

    asyncio.run(story())


def test_after_a_rest_all_of_it_arrives(factory: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backpressure, "MAX_BARE", 10)
    monkeypatch.setattr(backpressure, "SECOND", 0.05)

    async def story() -> None:
        protocol, inbox = listening(factory)
        protocol.dataReceived(PING * 25 + OK)
        async with asyncio.timeout(5):
            assert await inbox.take() == {"text": "ok"}
        assert pongs(protocol) == 25
        await asyncio.sleep(0.1)
        assert protocol.transport.reads

    asyncio.run(story())


def test_messages_are_not_counted(factory: Any) -> None:
    """They have limits of their own."""

    async def story() -> None:
        protocol, inbox = listening(factory)
        for _ in range(10):
            protocol.dataReceived(OK * 40)
            for _ in range(40):
                assert (await inbox.take())["text"] == "ok"
        assert protocol.transport.reads

    asyncio.run(story())


def test_of_a_connection_that_is_being_closed_only_so_many_frames_are_looked_at(factory: Any) -> None:
    async def story() -> None:
        protocol, inbox = listening(factory)
        protocol.sendClose(1000)
        protocol.dataReceived(OK * 10_000)
        assert len(inbox._waiting) <= MAX_LAST
        assert protocol.data == b""
        protocol.dataReceived(OK * 10_000)
        assert len(inbox._waiting) <= MAX_LAST

    asyncio.run(story())


def test_its_close_frame_is_found_among_them(factory: Any) -> None:
    async def story() -> None:
        protocol, _ = listening(factory)
        protocol.sendClose(1000)
        protocol.dataReceived(OK * 20 + frame(0x88, b"\x03\xe8"))
        assert protocol.state == protocol.STATE_CLOSED

    asyncio.run(story())
