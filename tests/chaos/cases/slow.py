"""Cases: clients that do not read, read slowly or have vanished cost little and are disconnected."""

import asyncio
import contextlib
import time

from tests.chaos.client_pool import ClientPool, until
from tests.chaos.cluster import Cluster
from tests.chaos.proxy import Proxy
from tests.chaos.run import Run, case
from tests.support.raw_websocket import RawWebSocket, small_buffer_socket
from tests.support.websocket import TEXT, frame, handshake

FILE = ("sqlite",)
BODY = "x" * 3000
ROOM = 20
# Of one socket, whatever it does; Python's allocator rounds, so many are measured together.
MOST = 512 << 10
SECONDS = 40
# When a server has noticed that nobody is there any more; and what a busy machine takes on top.
NOTICED, SLACK = 45.0, 3.0
GONE = "SELECT count(*) FROM chat_session WHERE user_id = ? AND closed_at IS NOT NULL"


async def babble(pool: ClientPool, seconds: float, rate: float = 100) -> None:
    """Long messages, so that a client that does not read is soon full."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        client = pool.dice.choice(pool.clients)
        client.post(client.person.rooms[0], f"{client.name} says {client.written} {BODY}")
        await asyncio.sleep(1 / rate)


async def sockets(cluster: Cluster, number: int) -> list[RawWebSocket]:
    """Opened and welcomed raw sockets."""
    port, cookie = cluster.servers[0].port, cluster.people[-1].cookie
    opened = [await RawWebSocket(port, handshake(port, cookie)).__aenter__() for _ in range(number)]
    for raw in opened:
        await raw.receive("welcome")
        raw.stop_reading()
    return opened


def gone_of(cluster: Cluster) -> int:
    """How many connections of the last person have ended, by the server's sessions."""
    return int(cluster.query(GONE, cluster.people[-1].id)[0][0])


async def memory(run: Run, name: str, talkative: bool) -> None:
    """A few clients never read in a busy room: measures their cost, and when they are disconnected."""
    # Many: the server itself grows by some 20 MB while a room talks like this, however many do not read.
    count = 120 if run.patience > 30 else 4
    async with run.connected(people=ROOM + 1) as (cluster, pool):
        pool.clients.pop().stop()
        await babble(pool, 3)
        before, known = cluster.rss(), gone_of(cluster)
        mute = await sockets(cluster, count)
        talk = asyncio.create_task(babble(pool, SECONDS))
        most, gone = before, 0
        while not talk.done():
            most = max(most, cluster.rss())
            for raw in mute if talkative else ():
                if not raw.writer.transport.is_closing():
                    raw.send(frame(b'{"type":"ping"}', TEXT))
            gone = gone_of(cluster) - known
            await asyncio.sleep(0.3)
        run.figure(f"{name}: memory of each, KiB", (most - before) // count >> 10)
        run.must(
            (most - before) // count < MOST,
            f"{(most - before) // count >> 10} KiB for each that does not read",
        )
        run.must(
            gone >= count, f"{count - gone} of {count} that never read are still there after {SECONDS} s"
        )
        for raw in mute:
            raw.writer.transport.abort()
        await run.settle(cluster, pool)
        run.must(not any(c.codes for c in pool.clients), "somebody who does read was cut off")


@case("F23", "sockets that never read but go on sending: bounded, disconnected, nobody else notices", on=FILE)
async def mute_but_talking(run: Run) -> None:
    await memory(run, "never reads, goes on sending", talkative=True)


@case("F24", "sockets that neither read nor send: bounded, disconnected, nobody else notices", on=FILE)
async def mute(run: Run) -> None:
    await memory(run, "never reads", talkative=False)


@case("F22", "a slow reader of 2 KiB a second: it lags and is disconnected; nobody else notices", on=FILE)
async def slow_reader(run: Run) -> None:
    async with run.connected(people=ROOM + 1) as (cluster, pool):
        pool.clients.pop().stop()
        port, cookie = cluster.servers[0].port, cluster.people[-1].cookie
        await babble(pool, 1)
        known = gone_of(cluster)
        with small_buffer_socket(port) as slow:
            slow.sendall(handshake(port, cookie))
            slow.setblocking(False)
            talk, start = asyncio.create_task(babble(pool, 120)), time.monotonic()
            while gone_of(cluster) == known and not talk.done():
                with contextlib.suppress(OSError):  # nothing there, or cut off
                    slow.recv(1024)
                await asyncio.sleep(0.5)
            talk.cancel()
        took = round(time.monotonic() - start, 1)
        run.figure("a slow reader is let go after s", took)
        run.must(gone_of(cluster) > known, f"a slow reader is still there after {took} s")
        await run.settle(cluster, pool)
        run.must(not any(c.codes for c in pool.clients), "somebody who does read was cut off")


@case("F25", "half-open: nothing passes, neither side is notified; both find out, nothing is lost", on=FILE)
async def half_open(run: Run) -> None:
    async with run.cluster(people=6) as cluster, Proxy(cluster.servers[0].port) as proxy:
        pool = ClientPool(cluster.people, cluster.port, run.seed)
        for client in pool.clients[:3]:
            client.port = lambda: proxy.port
        async with pool:
            await pool.all_in()
            proxy.swallow = True
            start = time.monotonic()
            talk = asyncio.create_task(pool.talk(rate=5, seconds=70))
            cut = pool.clients[:3]
            await until(lambda: all(c.codes for c in cut), 60, "the clients notice")
            run.figure("half-open noticed by the client, s", round(time.monotonic() - start, 1))
            ended = "SELECT count(*) FROM chat_session WHERE closed_at IS NULL AND user_id IN (?, ?, ?)"
            people = [client.person.id for client in cut]
            await until(lambda: cluster.query(ended, *people)[0][0] == 0, 80, "the server notices")
            took = round(time.monotonic() - start, 1)
            run.figure("half-open noticed by the server, s", took)
            run.must(took <= NOTICED + SLACK, f"the server kept a dead connection for {took} s")
            proxy.swallow = False
            proxy.cut_all()
            await talk
            await run.settle(cluster, pool)
