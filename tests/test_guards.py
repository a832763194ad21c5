"""What stands between daphne and our memory: bodies refused early, frames left where they are; where daphne
speaks TLS itself, too. Each with what daphne does by itself, so that the day it does better is noticed."""

import asyncio
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests import services
from tests.chaos import wire
from tests.encryption import certificate, endpoint

MIB = 1 << 20
MUCH = 30


class Door(NamedTuple):
    """A daphne, and the way in that is tried."""

    server: services.Server
    port: int
    tls: ssl.SSLContext | None
    fresh: int  # resident bytes before anybody came

    def knock(self) -> Any:
        conn = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        return self.tls.wrap_socket(conn, server_hostname="localhost") if self.tls else conn


@pytest.fixture(scope="module", params=["plain", "tls"])
def way(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def opened(way: str, guarded: bool, folder: Path) -> Iterator[Door]:
    server = services.daphne({"CHAOS_GUARDED": "1" if guarded else ""})
    server.command = [
        "tests.chaos.plain:application" if "application" in word else word for word in server.command
    ]
    if way == "plain":
        with server:
            yield Door(server, server.port, None, resident(server))
        return
    port, files = services.free_port(), certificate(folder)
    server.command += endpoint(port, files)
    with server:
        tls = ssl.create_default_context(cafile=files.certificate)
        yield Door(server, port, tls, resident(server))


@pytest.fixture(scope="module")
def guarded(way: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    yield from opened(way, True, tmp_path_factory.mktemp("guarded"))


@pytest.fixture(scope="module")
def stock(way: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    yield from opened(way, False, tmp_path_factory.mktemp("stock"))


def resident(server: services.Server) -> int:
    pages = Path(f"/proc/{server.pid}/statm").read_text().split()[1]
    return int(pages) * 4096


def post(door: Door, head: str, chunks: int, chunk: bytes) -> tuple[bytes, int]:
    """What was answered, and how many bytes went out before it came."""
    sent = 0
    with door.knock() as conn:
        conn.sendall(f"POST / HTTP/1.1\r\nHost: localhost\r\n{head}\r\n\r\n".encode())
        conn.settimeout(0.0)
        for _ in range(chunks):
            try:
                if answer := conn.recv(65_536):
                    return answer, sent
            except (BlockingIOError, ssl.SSLWantReadError):
                pass
            conn.settimeout(20)
            conn.sendall(chunk)
            conn.settimeout(0.0)
            sent += len(chunk)
        conn.settimeout(20)
        return conn.recv(65_536), sent


def test_a_declared_body_is_refused_before_it_is_sent(guarded: Door) -> None:
    answer, sent = post(guarded, f"Content-Length: {400 * MIB}", 0, b"")
    assert answer.startswith(b"HTTP/1.1 413")
    assert sent == 0


def test_a_chunked_body_is_refused_when_it_passes_the_limit(guarded: Door) -> None:
    chunk = b"40000\r\n" + b"x" * 0x40000 + b"\r\n"
    answer, sent = post(guarded, "Transfer-Encoding: chunked", 400, chunk)
    assert answer.startswith(b"HTTP/1.1 413")
    assert sent < 60 * MIB


def test_memory_stays_flat_whatever_is_posted(guarded: Door) -> None:
    before = resident(guarded.server)
    chunk = b"40000\r\n" + b"x" * 0x40000 + b"\r\n"
    for _ in range(5):
        post(guarded, "Transfer-Encoding: chunked", 100, chunk)
    assert resident(guarded.server) - before < 8 * MIB


def test_a_body_within_the_limit_arrives(guarded: Door) -> None:
    answer, _ = post(guarded, "Content-Length: 1000000", 10, b"x" * 100_000)
    assert answer.startswith(b"HTTP/1.1 200")


def test_daphne_by_itself_takes_any_body(stock: Door) -> None:
    answer, sent = post(stock, f"Content-Length: {32 * MIB}", 32, b"x" * MIB)
    assert answer.startswith(b"HTTP/1.1 200"), "daphne refuses large bodies now: bodies.py may go"
    assert sent == 32 * MIB


async def flood(door: Door) -> int:
    """48 MiB of frames to somebody who does not listen: by how many MiB the server grew before it does."""
    answers: asyncio.Queue[str] = asyncio.Queue()
    frames = 48 * 20
    talker = await wire.dial(
        door.port, None, lambda payload: answers.put_nowait(payload.decode()), print, tls=door.tls
    )
    for _ in range(frames):
        talker.send(b"x" * 52_000)
    talker.send(b"how many?")
    grown = await growth(door)
    post(door, "Content-Length: 0", 0, b"")  # from now on it listens
    async with asyncio.timeout(60):
        heard = await answers.get()
    talker.abort()
    assert heard == str(frames + 1), "a frame was lost on the way"
    return grown


async def growth(door: Door) -> int:
    """By how much since nobody had come, when it grows no more; or by so much that nobody bounds it. A server
    that has no processor for the moment grows on later: three seconds are waited for."""
    looks = [0] * 6
    while looks[-1] <= MUCH and (len(looks) < 12 or len(set(looks[-6:])) > 1):
        await asyncio.sleep(0.5)
        looks.append((resident(door.server) - door.fresh) // MIB)
    return looks[-1]


async def test_frames_nobody_takes_stay_outside(guarded: Door) -> None:
    grown = await flood(guarded)
    assert grown < 8


async def test_daphne_by_itself_takes_all_frames(stock: Door) -> None:
    grown = await flood(stock)
    assert grown > MUCH, "daphne bounds what waits now: reading.py may go"
