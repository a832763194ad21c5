"""Tests the memory limits between daphne and the chat: bodies refused early, frames left unread, also with
daphne's own TLS. Each is compared with plain daphne, so that improvements there are noticed."""

import asyncio
import contextlib
import itertools
import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests import services
from tests.support import websocket
from tests.support.certificates import certificate, endpoint

MIB = 1 << 20
MUCH = 30


class Door(NamedTuple):
    """A daphne and the path that is tested."""

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
        "tests.support.bare_application:application" if "application" in word else word
        for word in server.command
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
    """The answer, and how many bytes were sent before it came."""
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


def test_a_body_in_tiny_chunks_is_refused_and_one_in_ordinary_chunks_is_not(guarded: Door) -> None:
    """Each takes the event loop's time, whatever it holds."""
    answer, _ = post(guarded, "Transfer-Encoding: chunked", 2, b"1\r\nx\r\n" * 10_000)
    assert answer.startswith(b"HTTP/1.1 413")
    chunks = b"400\r\n" + b"x" * 0x400 + b"\r\n"
    answer, _ = post(guarded, "Transfer-Encoding: chunked", 1, chunks * 900 + b"0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200")


def test_memory_stays_flat_whatever_is_posted(guarded: Door) -> None:
    before = resident(guarded.server)
    chunk = b"40000\r\n" + b"x" * 0x40000 + b"\r\n"
    for _ in range(5):
        post(guarded, "Transfer-Encoding: chunked", 100, chunk)
    assert resident(guarded.server) - before < 8 * MIB


def test_a_body_within_the_limit_arrives(guarded: Door) -> None:
    answer, _ = post(guarded, "Content-Length: 1000000", 10, b"x" * 100_000)
    assert answer.startswith(b"HTTP/1.1 200")


def test_daphne_alone_accepts_any_body(stock: Door) -> None:
    answer, sent = post(stock, f"Content-Length: {32 * MIB}", 32, b"x" * MIB)
    assert answer.startswith(b"HTTP/1.1 200"), "daphne refuses large bodies now: request_bodies.py may go"
    assert sent == 32 * MIB


async def flood(door: Door) -> int:
    """Sends 48 MiB of frames to an application that does not read. Returns the server's growth in MiB until
    it reads."""
    answers: asyncio.Queue[str] = asyncio.Queue()
    frames = 48 * 20
    talker = await websocket.connect(
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


async def test_unread_frames_stay_in_the_socket(guarded: Door) -> None:
    grown = await flood(guarded)
    assert grown < 8


async def test_daphne_alone_accepts_all_frames(stock: Door) -> None:
    grown = await flood(stock)
    assert grown > MUCH, "daphne bounds what waits now: backpressure.py may go"


# -- headers ---------------------------------------------------------------------------------------

COOKIE = f"Cookie: {'c' * 15_000}\r\n"
TOO_LARGE = {
    "two that are too large together": COOKIE * 2,
    "one that is too large": f"Cookie: {'c' * 20_000}\r\n",
    "too many": "".join(f"X-{number}: y\r\n" for number in range(600)),
}


def get(door: Door, headers: str, path: str = "/", seconds: float = 20) -> bytes:
    """Everything received until the connection is closed or nothing comes for so many seconds."""
    answer = b""
    with door.knock() as conn:
        conn.settimeout(seconds)
        conn.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n".encode())
        with contextlib.suppress(ConnectionError, TimeoutError):
            while data := conn.recv(65_536):
                answer += data
    return answer


@pytest.mark.parametrize("headers", TOO_LARGE.values(), ids=TOO_LARGE.keys())
def test_headers_that_are_too_large_are_answered_431(guarded: Door, headers: str) -> None:
    answer = get(guarded, headers)
    assert answer.startswith(b"HTTP/1.1 431 Request Header Fields Too Large\r\n")
    assert answer.endswith(b"\r\n\r\nHeader fields too large\n")


def test_an_address_that_is_too_long_is_answered_414(guarded: Door) -> None:
    assert get(guarded, "", "/" + "a" * 20_000).startswith(b"HTTP/1.1 414 ")


def test_large_headers_within_the_limit_are_taken(guarded: Door) -> None:
    assert get(guarded, COOKIE + "Connection: close\r\n").startswith(b"HTTP/1.1 200")


def test_daphne_alone_does_not_answer_431(stock: Door) -> None:
    for headers in TOO_LARGE.values():
        assert not get(stock, headers, seconds=1).startswith(b"HTTP/1.1 431")


def seconds_until_cut(conn: Any, drops: bytes, most: float = 20) -> float:
    """Sends one byte of `drops` every half second, until the other side closes."""
    start = time.monotonic()
    with contextlib.suppress(OSError):
        for drop in itertools.chain(drops, itertools.repeat(None)):
            if time.monotonic() - start > most:
                break
            if drop is not None:
                conn.sendall(bytes([drop]))
            conn.settimeout(0.5)
            with contextlib.suppress(TimeoutError):
                if not conn.recv(65_536):
                    break
    return time.monotonic() - start


@pytest.mark.parametrize("said", [b"", b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"y" * 100])
def test_headers_that_are_not_complete_within_ten_seconds_are_cut(guarded: Door, said: bytes) -> None:
    with guarded.knock() as conn:
        assert 9 < seconds_until_cut(conn, said) < 18


def test_a_further_request_has_ten_seconds_of_its_own(guarded: Door) -> None:
    with guarded.knock() as conn:
        conn.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert conn.recv(65_536).startswith(b"HTTP/1.1 200")
        assert 9 < seconds_until_cut(conn, b"GET / HTTP/1.1\r\nX: " + b"y" * 100) < 18


@pytest.mark.parametrize("way", ["tls"], indirect=True, scope="module")
def test_a_tls_handshake_that_stalls_is_cut(guarded: Door) -> None:
    assert guarded.tls is not None
    with socket.create_connection(("127.0.0.1", guarded.port), timeout=20) as conn:
        assert 9 < seconds_until_cut(conn, b"\x16\x03\x01") < 18


def test_a_body_that_comes_too_slowly_is_answered_408(guarded: Door) -> None:
    with guarded.knock() as conn:
        conn.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\n\r\n")
        start = time.monotonic()
        for _ in range(8):
            conn.sendall(b"xx")
            time.sleep(0.5)
        assert conn.recv(65_536).startswith(b"HTTP/1.1 408")
        assert 9 < time.monotonic() - start < 18


def test_large_forms_at_once_are_few_and_small_ones_pass(guarded: Door) -> None:
    """Loopback addresses are not counted per person, so all sixteen are used."""
    with contextlib.ExitStack() as stack:
        answers = []
        for _ in range(17):
            conn = stack.enter_context(guarded.knock())
            conn.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 70000\r\n\r\n")
            answers.append(conn)
        assert answers[-1].recv(65_536).startswith(b"HTTP/1.1 503")
        answer, _ = post(guarded, "Content-Length: 60000", 6, b"x" * 10_000)
        assert answer.startswith(b"HTTP/1.1 200")
