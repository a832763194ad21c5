"""Tests hostile uploads: strangers are refused before the body, nobody takes up others' slots, and a slow
picture delays nobody else."""

import asyncio
import contextlib
import itertools
import json
import os
import select
import shutil
import socket
import time
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from chat.realtime.fastpath import uploads
from tests.services.processes import wait_until

from .conftest import Person, Site
from .test_files import LARGE, MIB, TOKEN, bring, server

assert server  # a fixture


def opening(at: str, length: int | None, cookie: str = "", more: str = "") -> bytes:
    lines = [
        f"POST {at} HTTP/1.1",
        "Host: localhost",
        "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}",
        f"X-CSRFToken: {TOKEN}",
        f"Cookie: {cookie}; csrftoken={TOKEN}",
    ]
    return ("\r\n".join(lines) + f"\r\n{more}\r\n").encode()


def begin(server: Any, room: str, person: Person | None, length: int = MIB, more: str = "") -> socket.socket:
    """An upload of which only the headers and one byte were sent."""
    conn = socket.create_connection(("127.0.0.1", server.port), timeout=20)
    cookie = person.cookie if person else ""
    conn.sendall(opening(f"/rooms/{room}/files/", length, cookie, more) + (b"" if more else b"x"))
    return conn


def answer_of(conn: socket.socket) -> tuple[int, Any]:
    """Status and JSON of a response, whether or not it ends the connection."""
    said = b""
    with contextlib.suppress(ConnectionError, TimeoutError):
        while b"\r\n\r\n" not in said or len(said.partition(b"\r\n\r\n")[2]) < length_of(said):
            data = conn.recv(65_536)
            if not data:
                break
            said += data
    return int(said.split()[1]), json.loads(said.partition(b"\r\n\r\n")[2] or "null")


def length_of(said: bytes) -> int:
    found = [line for line in said.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return int(found[0].split(b":")[1]) if found else 0


def files_on_their_way(server: Any) -> int:
    """The number of open unnamed files in the upload folder."""
    found = 0
    for link in Path(f"/proc/{server.pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            found += "/incoming/" in os.readlink(link)
    return found


async def test_half_sent_uploads_of_strangers_keep_no_member_waiting(
    server: Any, alice: Person, room: str
) -> None:
    stale = Person(0, "stale", "sessionid=abcdefghijklmnopqrstuvwxyz012345")
    with contextlib.ExitStack() as stack:
        for number in range(uploads.ALL + 8):
            conn = begin(server, room, stale if number % 2 else None)
            stack.callback(conn.close)
            assert answer_of(conn)[0] == 401
        assert files_on_their_way(server) == 0
        bring(server, alice, room, b"a member's")


def send_until_answered(conn: socket.socket, most: int) -> tuple[int, bytes]:
    """How many bytes were sent before an answer came, and its beginning."""
    sent = 0
    while sent < most:
        conn.settimeout(0.0)
        with contextlib.suppress(BlockingIOError):
            return sent, conn.recv(65_536)
        with contextlib.suppress(BlockingIOError):
            sent += conn.send(LARGE[: 1 << 16])
    conn.settimeout(20)
    return sent, conn.recv(65_536)


def test_a_stranger_s_body_is_refused_before_it_is_sent(server: Any, room: str) -> None:
    before = bytes_read(server)
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as conn:
        conn.sendall(opening(f"/rooms/{room}/files/", 24 * MIB))
        sent, answer = send_until_answered(conn, 24 * MIB)
    assert answer.startswith(b"HTTP/1.1 401"), answer
    assert sent < 8 * MIB
    assert bytes_read(server) - before < 8 * MIB
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as conn:
        conn.sendall(opening(f"/rooms/{room}/files/", None))
        assert answer_of(conn)[0] == 401


def bytes_read(server: Any) -> int:
    return int(Path(f"/proc/{server.pid}/io").read_text().split()[1])


def test_only_members_get_100_continue(server: Any, alice: Person, charlie: Person, room: str) -> None:
    """`curl -T` asks before it sends."""
    expect = "Expect: 100-continue\r\n"
    for person, status in ((None, 401), (charlie, 404)):
        with begin(server, room, person, more=expect) as conn:
            assert answer_of(conn)[0] == status
    with begin(server, room, alice, length=5, more=expect) as conn:
        assert conn.recv(65_536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        conn.sendall(b"hello")
        assert answer_of(conn)[0] == 201


def test_outsiders_and_people_without_space_are_refused_at_once(
    site: Site, server: Any, charlie: Person, alice: Person, room: str
) -> None:
    with begin(server, room, charlie, 20 * MIB) as conn:
        status, said = answer_of(conn)
    assert (status, said["code"]) == (404, "no_such_room")
    assert said["sentence"] == "This room doesn’t exist, or you don’t have access to it."
    site.call("actions.ban_person", charlie.id)
    with begin(server, room, charlie, 20 * MIB) as conn:
        assert answer_of(conn)[0] == 403


def test_one_person_cannot_take_the_upload_slots_of_others(
    server: Any, alice: Person, bob: Person, room: str
) -> None:
    with contextlib.ExitStack() as stack:
        held = [stack.enter_context(begin(server, room, bob)) for _ in range(uploads.EACH_PERSON)]
        wait_until(lambda: files_on_their_way(server) == len(held), "all of them are let in")
        with begin(server, room, bob) as conn:
            assert answer_status(conn) == 503
        bring(server, alice, room, b"a member's")
        start = time.monotonic()
        assert {answer_status(conn) for conn in held} == {408}, "and too slow is too slow"
        assert time.monotonic() - start < 15
    wait_until(lambda: files_on_their_way(server) == 0, "their files are gone")
    bring(server, bob, room, b"and again")


def answer_status(conn: socket.socket) -> int:
    return int(conn.recv(65_536).split()[1])


def moving_picture(frames: int) -> bytes:
    """An animation that takes a second or two for each ten frames."""
    drawn = [
        Image.effect_mandelbrot((600, 600), (-2 + n / 50, -1.5, 1, 1.5), 30).convert("P")
        for n in range(min(frames, 6))
    ]
    file = BytesIO()
    rest = itertools.islice(itertools.cycle(drawn), 1, frames)
    drawn[0].save(file, "GIF", save_all=True, append_images=list(rest), duration=40)
    return file.getvalue()


def is_decoding(server: Any) -> bool:
    """The decoder process, a child of one of its threads."""
    return any(file.read_text() for file in Path(f"/proc/{server.pid}/task").glob("*/children"))


async def test_four_animations_delay_neither_a_text_nor_another_person_s_picture(
    server: Any, alice: Person, bob: Person, room: str
) -> None:
    slow, quick = moving_picture(60), moving_picture(1)
    done: list[str] = []

    async def send(person: Person, name: str, data: bytes) -> None:
        await asyncio.to_thread(bring, server, person, room, data)
        done.append(name)

    pictures = [asyncio.create_task(send(bob, "slow", slow)) for _ in range(4)]
    decoding = "one of them is being decoded"
    await asyncio.to_thread(wait_until, lambda: is_decoding(server), decoding)
    await asyncio.gather(send(alice, "text", b"plain words"), send(alice, "picture", quick))
    await asyncio.gather(*pictures)
    assert sorted(done[:3]) in (["picture", "slow", "text"], ["picture", "text", "slow"]), done
    assert done.index("text") <= 1


def guests_of(site: Site, room: str, count: int) -> list[Person]:
    guests = [site.person(f"guest{number}") for number in range(count)]
    for guest in guests:
        site.call("actions.join_room", guest.id, room)
        site.call("make_guest", guest.id)
    return guests


def test_guests_who_send_slowly_keep_neither_members_nor_other_guests_waiting(
    site: Site, server: Any, alice: Person, room: str
) -> None:
    *slow, other = guests_of(site, room, 9)
    with contextlib.ExitStack() as stack:
        conns = [stack.enter_context(begin(server, room, guest)) for guest in slow for _ in range(6)]
        wait_until(lambda: files_on_their_way(server) == uploads.GUESTS, "guests have their share, not more")
        bring(server, alice, room, b"a member's")
        bring(server, other, room, b"a guest's who has none")
        assert {answer_status(conn) for conn in select.select(conns, [], [], 5.0)[0]} == {503}


def test_pictures_waiting_to_be_decoded_hold_no_slots(site: Site, server: Any, room: str) -> None:
    """More at once than guests have slots, and none of them is refused."""
    picture = moving_picture(4)
    conns = []
    with contextlib.ExitStack() as stack:
        for guest in guests_of(site, room, 3):
            for _ in range(uploads.EACH_PERSON):
                conn = stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=60))
                conn.sendall(opening(f"/rooms/{room}/files/", len(picture), guest.cookie) + picture)
                conns.append(conn)
        assert len(conns) > uploads.GUESTS
        assert {answer_status(conn) for conn in conns} == {201}


def test_space_for_running_uploads_is_reserved(own_site: Any, tmp_path: Path) -> None:
    """800 MB are free, and twelve uploads arrive in chunks, each of up to 300 MB. Little is written, for
    other programs use the same disk meanwhile."""
    free = shutil.disk_usage(tmp_path).free // MIB
    site = own_site(1, {"CHAT_FREE_DISK_MB": str(free - 800), "CHAT_FILE_MB": "300"}).start()
    [server], owner = site.servers, site.person("owner")
    room, people = site.room(owner), [owner, site.person("member")]
    site.call("actions.join_room", people[1].id, room)
    with contextlib.ExitStack() as stack:
        conns = []
        for number in range(12):
            conn = socket.create_connection(("127.0.0.1", server.port), timeout=20)
            stack.callback(conn.close)
            conn.sendall(opening(f"/rooms/{room}/files/", None, people[number % 2].cookie))
            conns.append(conn)
        refused = [conn for conn in conns if select.select([conn], [], [], 3.0)[0]]
        assert {answer_status(conn) for conn in refused} <= {413, 503}
        assert 1 <= len(conns) - len(refused) <= 2
        assert files_on_their_way(server) == len(conns) - len(refused)
