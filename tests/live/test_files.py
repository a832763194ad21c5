"""Tests large, concurrent and slow file transfers through a real server, with bounded memory."""

import asyncio
import http.client
import json
import os
import socket
import time
from pathlib import Path
from typing import Any

import pytest

from tests.realtime.test_request_bodies import MIB

from .conftest import Person, Site

TOKEN = "t" * 32
LARGE = os.urandom(MIB) * 20


@pytest.fixture
def server(site: Site) -> Any:
    return site.servers[0]


def resident(server: Any) -> int:
    return int(Path(f"/proc/{server.pid}/statm").read_text().split()[1]) * 4096


def head(person: Person, more: dict[str, str] | None = None) -> dict[str, str]:
    cookie = f"{person.cookie}; csrftoken={TOKEN}"
    return {"Cookie": cookie, "X-CSRFToken": TOKEN, "Content-Type": "application/octet-stream"} | (more or {})


def ask(
    server: Any, person: Person, method: str, at: str, data: Any = None, **more: str
) -> tuple[int, dict[str, str], bytes]:
    conn = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    try:
        conn.request(method, at, data, head(person, more))
        answer = conn.getresponse()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
    finally:
        conn.close()


def bring(server: Any, person: Person, room: str, data: Any) -> dict[str, Any]:
    status, _, said = ask(server, person, "POST", f"/rooms/{room}/files/?name=large.bin", data)
    assert status == 201, said
    return dict(json.loads(said))


async def test_an_upload_is_stored_without_growing_memory(server: Any, alice: Person, room: str) -> None:
    """With a declared size or in chunks; three at once."""
    bring(server, alice, room, b"the first one loads what is needed")
    before = resident(server)
    chunks = (LARGE[at : at + MIB] for at in range(0, len(LARGE), MIB))
    rows = await asyncio.gather(
        *(asyncio.to_thread(bring, server, alice, room, data) for data in (LARGE, chunks, LARGE))
    )
    assert resident(server) - before < 10 * MIB
    for row in rows:
        _, _, came = await asyncio.to_thread(ask, server, alice, "GET", f"/files/{row['id']}/large.bin")
        assert came == LARGE
    assert resident(server) - before < 10 * MIB


async def test_a_file_that_is_too_large_is_refused_before_it_is_sent(
    server: Any, alice: Person, room: str
) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as conn:
        lines = [
            f"POST /rooms/{room}/files/ HTTP/1.1",
            "Host: localhost",
            f"Content-Length: {26 * MIB}",
            "",
            "",
        ]
        conn.sendall("\r\n".join(lines).encode())
        assert conn.recv(65_536).startswith(b"HTTP/1.1 413")


async def test_other_paths_still_refuse_large_bodies(server: Any, alice: Person, room: str) -> None:
    for at in (f"/rooms/{room}/leave/", f"/rooms/{room}/files/more/", "/"):
        with socket.create_connection(("127.0.0.1", server.port), timeout=20) as conn:
            lines = [f"POST {at} HTTP/1.1", "Host: localhost", f"Content-Length: {4 * MIB}", "", ""]
            conn.sendall("\r\n".join(lines).encode())
            assert conn.recv(65_536).startswith(b"HTTP/1.1 413")


async def test_a_slow_download_takes_no_memory(server: Any, alice: Person, room: str) -> None:
    """Eight clients request 20 MiB each and do not read: Twisted buffers a part for each."""
    row = bring(server, alice, room, LARGE)
    before = resident(server)
    asked = f"GET /files/{row['id']}/x HTTP/1.1\r\nHost: localhost\r\nCookie: {alice.cookie}\r\n\r\n".encode()
    conns = [socket.create_connection(("127.0.0.1", server.port), timeout=20) for _ in range(8)]
    try:
        for conn in conns:
            conn.sendall(asked)
            assert conn.recv(1000).startswith(b"HTTP/1.1 200")
        status, _, came = await asyncio.to_thread(ask, server, alice, "GET", f"/files/{row['id']}/x")
        assert (status, came) == (200, LARGE), "others are served meanwhile"
        assert resident(server) - before < 16 * MIB
        rest = await asyncio.to_thread(read_to_end, conns[0], len(LARGE))
        assert rest.endswith(LARGE[-1000:]), "and whoever goes on reading has all of it"
    finally:
        for conn in conns:
            conn.close()


def test_a_slow_download_of_a_large_file_completes(own_site: Any) -> None:
    """Longer than daphne's timeout: what counts is that the client goes on reading."""
    site = own_site(1)
    [server] = site.servers
    at = server.command.index("--http-timeout") + 1
    server.command[at] = "2"
    alice = site.start().person("alice")
    row = bring(server, alice, site.room(alice), LARGE)
    asked = f"GET /files/{row['id']}/x HTTP/1.1\r\nHost: localhost\r\nCookie: {alice.cookie}\r\n\r\n".encode()
    with socket.socket() as conn:
        conn.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
        conn.settimeout(20)
        conn.connect(("127.0.0.1", server.port))
        conn.sendall(asked)
        size, end = 0, time.monotonic() + 7
        while time.monotonic() < end:
            size += len(conn.recv(65_536))
            time.sleep(0.05)
        assert read_to_end(conn, len(LARGE) - size).endswith(LARGE[-1000:])


def read_to_end(conn: socket.socket, at_least: int) -> bytes:
    parts, size = [], 0
    conn.settimeout(20)
    while data := conn.recv(MIB):
        parts.append(data)
        size += len(data)
        if size >= at_least - 2000:
            conn.settimeout(0.5)
        if size > at_least:
            break
        try:
            conn.recv(1, socket.MSG_PEEK)
        except TimeoutError:
            break
    return b"".join(parts)


async def test_a_range_of_a_large_file_costs_only_that_range(server: Any, alice: Person, room: str) -> None:
    row = bring(server, alice, room, LARGE)
    status, said, came = ask(server, alice, "GET", f"/files/{row['id']}/x", Range="bytes=9000000-9000099")
    assert (status, came) == (206, LARGE[9_000_000:9_000_100])
    assert said["content-range"] == f"bytes 9000000-9000099/{len(LARGE)}"
