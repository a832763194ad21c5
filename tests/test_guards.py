"""What stands between daphne and our memory: bodies refused early, frames left where they are. Each with what
daphne does by itself, so that the day it does better is noticed."""

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import services
from tests.chaos import wire

MIB = 1 << 20


def served(guarded: bool) -> Iterator[services.Server]:
    server = services.daphne({"CHAOS_GUARDED": "1" if guarded else ""})
    server.command = [
        "tests.chaos.plain:application" if "application" in word else word for word in server.command
    ]
    with server:
        yield server


@pytest.fixture(scope="module")
def guarded() -> Iterator[services.Server]:
    yield from served(True)


@pytest.fixture(scope="module")
def stock() -> Iterator[services.Server]:
    yield from served(False)


def resident(server: services.Server) -> int:
    pages = Path(f"/proc/{server.pid}/statm").read_text().split()[1]
    return int(pages) * 4096


def post(server: services.Server, head: str, chunks: int, chunk: bytes) -> tuple[bytes, int]:
    """What was answered, and how many bytes went out before it came."""
    sent = 0
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as conn:
        conn.sendall(f"POST / HTTP/1.1\r\nHost: localhost\r\n{head}\r\n\r\n".encode())
        conn.settimeout(0.0)
        for _ in range(chunks):
            try:
                if answer := conn.recv(65_536):
                    return answer, sent
            except BlockingIOError:
                pass
            conn.settimeout(20)
            conn.sendall(chunk)
            conn.settimeout(0.0)
            sent += len(chunk)
        conn.settimeout(20)
        return conn.recv(65_536), sent


def test_a_declared_body_is_refused_before_it_is_sent(guarded: services.Server) -> None:
    answer, sent = post(guarded, f"Content-Length: {400 * MIB}", 0, b"")
    assert answer.startswith(b"HTTP/1.1 413")
    assert sent == 0


def test_a_chunked_body_is_refused_when_it_passes_the_limit(guarded: services.Server) -> None:
    chunk = b"40000\r\n" + b"x" * 0x40000 + b"\r\n"
    answer, sent = post(guarded, "Transfer-Encoding: chunked", 400, chunk)
    assert answer.startswith(b"HTTP/1.1 413")
    assert sent < 60 * MIB


def test_memory_stays_flat_whatever_is_posted(guarded: services.Server) -> None:
    before = resident(guarded)
    chunk = b"40000\r\n" + b"x" * 0x40000 + b"\r\n"
    for _ in range(5):
        post(guarded, "Transfer-Encoding: chunked", 100, chunk)
    assert resident(guarded) - before < 8 * MIB


def test_a_body_within_the_limit_arrives(guarded: services.Server) -> None:
    answer, _ = post(guarded, "Content-Length: 1000000", 10, b"x" * 100_000)
    assert answer.startswith(b"HTTP/1.1 200")


def test_daphne_by_itself_takes_any_body(stock: services.Server) -> None:
    answer, sent = post(stock, f"Content-Length: {32 * MIB}", 32, b"x" * MIB)
    assert answer.startswith(b"HTTP/1.1 200"), "daphne refuses large bodies now: bodies.py may go"
    assert sent == 32 * MIB


async def flood(server: services.Server) -> tuple[int, str]:
    """48 MiB of frames to somebody who does not listen: by how much the server grew, how many it heard."""
    answers: asyncio.Queue[str] = asyncio.Queue()
    frames = 48 * 20
    talker = await wire.dial(server.port, None, lambda payload: answers.put_nowait(payload.decode()), print)
    before = resident(server)
    for _ in range(frames):
        talker.send(b"x" * 52_000)
    talker.send(b"how many?")
    await asyncio.sleep(1.5)
    grown = resident(server) - before
    async with asyncio.timeout(60):
        heard = await answers.get()
    talker.abort()
    assert heard == str(frames + 1), "a frame was lost on the way"
    return grown, heard


async def test_frames_nobody_takes_stay_outside(guarded: services.Server) -> None:
    grown, _ = await flood(guarded)
    assert grown < 8 * MIB


async def test_daphne_by_itself_takes_all_frames(stock: services.Server) -> None:
    grown, _ = await flood(stock)
    assert grown > 30 * MIB, "daphne bounds what waits now: reading.py may go"
