"""Tests connections that do not read, and that others are unaffected. (I12, I13)"""

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.raw_websocket import RawWebSocket
from tests.support.websocket import CLOSE, PING, TEXT, frame, handshake

from .client import Client
from .conftest import Person, Site, served

LONG = "x" * 3900
LONGEST = "汉" * 3900  # three bytes each
MEBIBYTE = 1_048_576


class SlowScene:
    def __init__(self, site: Site, alice: Person, bob: Person, charlie: Person, room: str) -> None:
        self.site, self.alice, self.bob, self.charlie, self.room = site, alice, bob, charlie, room
        self.server = site.servers[0]

    def raw(self, person: Person) -> RawWebSocket:
        session_key = person.cookie.partition("=")[2]
        return RawWebSocket(self.server.port, handshake(self.server.port, session_key))

    def memory(self) -> int:
        pages = int(Path(f"/proc/{self.server.pid}/statm").read_text().split()[1])
        return pages * 4096

    async def post(self, client: Client, count: int, text: str = LONG) -> list[str]:
        """Waits for the last ack, so that the room is busy but not flooded."""
        nonces = []
        for _ in range(count):
            nonces.append(client.write(self.room, text))
        await client.acked(nonces[-1], 60)
        return nonces


@pytest.fixture(scope="module")
def unlimited() -> Iterator[Site]:
    with served(1, {"CHAT_RATE_LIMITS": "off"}) as site:
        yield site


@pytest.fixture
def scene(unlimited: Site) -> SlowScene:
    alice, bob, charlie = (unlimited.person(name) for name in ("alice", "bob", "charlie"))
    return SlowScene(unlimited, alice, bob, charlie, unlimited.room(alice, bob, charlie))


async def test_a_client_that_never_reads_costs_little_and_is_closed_unnoticed_by_others(
    scene: SlowScene, record_property: Any
) -> None:
    async with scene.site.client(scene.alice) as hers, scene.site.client(scene.charlie) as theirs:
        await scene.post(hers, 50)
        before = scene.memory()
        async with scene.raw(scene.bob) as silent:
            silent.stop_reading()
            start, count = time.monotonic(), 0
            while time.monotonic() - start < 15 and count < 1500:  # 6 MB, of which it reads nothing
                await scene.post(hers, 50)
                count += 50
            grown = scene.memory() - before
            lap = time.monotonic()
            nonce = hers.write(scene.room, "how long does this take?")
            await theirs.sees(scene.room, nonce)
            record_property("grown", grown)
            assert time.monotonic() - lap < 1.0
            assert grown < 24 * MEBIBYTE, f"{grown / MEBIBYTE:.1f} MiB"
            await _open_sessions(scene, 0, start + 45)
            silent.resume_reading()
            frames = await _rest(silent)
        # A client that reads again finds the reason, if the close frame still got through.
        assert {payload[:2] for opcode, payload in frames if opcode == CLOSE} <= {(4008).to_bytes(2, "big")}
        assert theirs.gaps == 0
        assert theirs.is_open


async def _rest(raw: RawWebSocket) -> list[tuple[int, bytes]]:
    """What was under way when it ended; the last frame may be cut."""
    frames: list[tuple[int, bytes]] = []
    try:
        while not frames or frames[-1][0] != CLOSE:
            frames.append(await raw.frame())
    except (asyncio.IncompleteReadError, OSError):
        pass
    return frames


async def _open_sessions(scene: SlowScene, count: int, until: float) -> None:
    while await asyncio.to_thread(scene.site.call, "open_sessions", scene.bob.id) != count:
        assert time.monotonic() < until, "still open"
        await asyncio.sleep(0.25)


async def test_the_server_stops_reading_from_a_client_that_does_not_read(scene: SlowScene) -> None:
    async with scene.site.client(scene.alice) as hers:
        await scene.post(hers, 50)
        async with scene.raw(scene.bob) as silent:
            silent.stop_reading()
            await scene.post(hers, 300)
            before, sent = scene.memory(), 0
            try:
                for sent in range(400_000):  # noqa: B007  how many it could send
                    silent.send(frame(b'{"type": "ping"}'))
                    await asyncio.wait_for(silent.writer.drain(), 0.5)
            except TimeoutError:
                pass
            assert sent < 399_999, "everything it sent was read"
            assert scene.memory() - before < 16 * MEBIBYTE


async def test_a_slow_reader_gets_everything_in_order_without_a_gap(scene: SlowScene) -> None:
    """A reader far behind is sent the whole room, and starts again there."""
    async with scene.site.client(scene.alice) as hers, scene.raw(scene.bob) as slow:
        [start] = [room["seq"] for room in json.loads((await slow.frame())[1])["rooms"]]
        slow.stop_reading()
        # More than the kernel is ready to keep for it, in less time than it may stall.
        nonces = await scene.post(hers, 400, LONGEST)
        slow.resume_reading()
        reading = asyncio.create_task(_read_up_to(slow, start, start + 450))
        nonces += await scene.post(hers, 50, LONGEST)
        runs, pages = await reading
    assert runs[0][0] == nonces[0]
    assert runs[-1][-1] == nonces[-1]
    for run in runs:
        first = nonces.index(run[0])
        assert run == nonces[first : first + len(run)]
    assert pages, "it never lagged: this test proves nothing"


async def _read_up_to(slow: RawWebSocket, cursor: int, head: int) -> tuple[list[list[str]], int]:
    """Follows the client's rule. Returns the nonces in order, anew from each time the whole room was sent,
    and the number of catch-up pages."""
    runs: list[list[str]] = [[]]
    pages = 0
    while cursor < head:
        opcode, payload = await slow.frame()
        if opcode == PING:
            continue
        assert opcode == TEXT, (opcode, payload)
        event = json.loads(payload)
        if event["type"] not in ("message", "changes", "room") or event["seq"] <= cursor:
            continue
        if event["type"] == "room":
            runs.append([])
        else:
            since = event.get("since", event["seq"] - 1)
            assert since <= cursor, f"{event['type']} from {since} at {cursor}"
        rows = [event["message"]] if event["type"] == "message" else event["messages"]
        pages += event["type"] != "message"
        # A page may hold rows from above its end, and they come again: a row that is not newer is nothing.
        runs[-1] += [
            row["nonce"]
            for row in rows
            if (event["type"] == "room" or row["seq"] > cursor) and row["nonce"] not in runs[-1]
        ]
        cursor = event["seq"]
    return runs, pages


async def test_large_frames_to_many_clients_arrive_whole(scene: SlowScene) -> None:
    """Straight writes and Twisted's buffer take turns, and must never interleave."""
    async with scene.site.client(scene.alice) as hers, scene.site.client(scene.charlie) as theirs:
        nonces = [hers.write(scene.room, LONG) for _ in range(60)]
        for nonce in nonces:
            await theirs.sees(scene.room, nonce, 20)
        pages = [await theirs.ask("room.history", room=scene.room, before=2**50, limit=100) for _ in range(5)]
        assert all(len(page["messages"]) >= 30 for page in pages)
        assert theirs.rooms[scene.room].bodies == [LONG] * 60
