"""Cases: endless uploads or silent sockets take every slot; others are still served and nobody is closed."""

import asyncio
import contextlib
import http.client
import time
from collections import Counter
from collections.abc import AsyncIterator

from tests.chaos.client_pool import ClientPool, Person, until
from tests.chaos.cluster import Cluster
from tests.chaos.run import Run, case

SECONDS = 15.0
# A bystander's: seconds from a post to its acknowledgement, 99 of 100.
ACKNOWLEDGED = 0.25
ANSWERED = 2.0
TOKEN = "t" * 32
STRANGERS, BY_ONE_GUEST, SILENT = 40, 32, 1100
FILES, AT_ONCE = 1024, 20


def half_an_upload(person: Person | None, room: str) -> bytes:
    cookie = f"sessionid={person.cookie}; " if person else ""
    lines = [
        f"POST /rooms/{room}/files/?name=x HTTP/1.1",
        "Host: localhost",
        "Content-Length: 1000000",
        f"Cookie: {cookie}csrftoken={TOKEN}",
        f"X-CSRFToken: {TOKEN}",
    ]
    return ("\r\n".join(lines) + "\r\n\r\nx").encode()


async def hold(port: int, said: bytes, seen: Counter[str]) -> None:
    """Keeps a socket open that sends only this, and opens another when it is closed."""
    while True:
        with contextlib.suppress(OSError):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            seen["opened"] += 1
            writer.write(said)
            try:
                while await reader.read(65_536):
                    pass
            finally:
                writer.transport.abort()
        seen["closed"] += 1
        await asyncio.sleep(1.0)


@contextlib.asynccontextmanager
async def held(run: Run, cluster: Cluster, said: list[bytes]) -> AsyncIterator[None]:
    """Opens one such socket for each of `said`, on each server in turn."""
    seen: Counter[str] = Counter()
    tasks: list[asyncio.Task[None]] = []
    for number, words in enumerate(said):
        tasks.append(asyncio.create_task(hold(cluster.port(), words, seen)))
        # More at once do not fit into the kernel's queue, and would try again in a second.
        await until(lambda least=number - AT_ONCE: seen["opened"] >= least, 30, "they are taken")
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        run.count("hostile sockets opened", seen["opened"])


def asked(port: int, person: Person, method: str, path: str, body: bytes | None = None) -> int:
    headers = {"Cookie": f"sessionid={person.cookie}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN}
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as conn:
        conn.request(method, path, body, headers)
        return conn.getresponse().status


async def serve_a_member(run: Run, cluster: Cluster, pool: ClientPool) -> None:
    """For SECONDS the first client posts; the second opens a room's page and uploads a file."""
    member, end = cluster.people[1], time.monotonic() + SECONDS
    room, talk = member.rooms[0], asyncio.create_task(pool.talk(rate=20, seconds=SECONDS, writers=1))
    while time.monotonic() < end:
        for name, wanted, method, path, body in (
            ("page", 200, "GET", f"/rooms/{room}/", None),
            ("upload", 201, "POST", f"/rooms/{room}/files/?name=a", b"a member's"),
        ):
            start = time.monotonic()
            status = await asyncio.to_thread(asked, cluster.port(), member, method, path, body)
            run.figure(f"a member's {name}, s", round(time.monotonic() - start, 3))
            run.must(status == wanted, f"a member's {name} was answered {status}")
            run.count(f"members' {name}s")
        await asyncio.sleep(0.25)
    await talk


def acknowledged(pool: ClientPool) -> list[float]:
    """Seconds from each post of the first client to its acknowledgement."""
    entries = pool.clients[0].recording
    sent = {entry.nonce: entry.at for entry in entries.of("submit")}
    return sorted(entry.at - sent[entry.nonce] for entry in entries.of("ack"))


async def under_attack(run: Run, cluster: Cluster, pool: ClientPool, said: list[bytes]) -> None:
    async with held(run, cluster, said):
        await asyncio.sleep(1.0)
        await serve_a_member(run, cluster, pool)
    await run.settle(cluster, pool)
    delays = acknowledged(pool)
    p99 = round(delays[int(len(delays) * 0.99)], 3)
    run.figure("acknowledged p99, s", p99)
    run.must(p99 <= ACKNOWLEDGED, f"a bystander's post was acknowledged after {p99} s")
    for name in ("page", "upload"):
        took = run.figures[f"a member's {name}, s"]
        run.must(took <= ANSWERED, f"a member's {name} took {took} s")
    codes = [code for client in pool.clients for code in client.codes]
    run.must(not codes, f"people were closed: {codes[:5]}")


@case("H1", "half-sent uploads, 40 of strangers and 32 of one guest: members upload, post and read")
async def half_open_uploads(run: Run) -> None:
    async with run.connected(people=6) as (cluster, pool):
        guest, room = cluster.people[-1], cluster.people[0].rooms[0]
        said = [half_an_upload(None, room)] * STRANGERS + [half_an_upload(guest, room)] * BY_ONE_GUEST
        await under_attack(run, cluster, pool, said)


@case("H2", "1,100 silent sockets for each server, which may open 1,024 files: members upload, post and read")
async def silent_sockets(run: Run) -> None:
    async with run.connected(people=6, open_files=FILES) as (cluster, pool):
        await under_attack(run, cluster, pool, [b""] * SILENT * len(cluster.servers))
