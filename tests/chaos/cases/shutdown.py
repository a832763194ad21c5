"""Cases: an orderly shutdown answers every command, says goodbye to every client and exits with 0."""

import asyncio
import signal
import socket
import time

from tests.chaos.cluster import Cluster
from tests.chaos.run import Run, case
from tests.support import websocket

LIMIT = 25.0


async def drained(run: Run, cluster: Cluster, number: int = 0) -> None:
    start = time.monotonic()
    code = await cluster.terminate(number)
    run.figure("drain s", round(time.monotonic() - start, 2))
    run.must(code == 0, f"exit code {code} after SIGTERM")
    run.must(time.monotonic() - start < LIMIT, f"the drain took {time.monotonic() - start:.1f} s")


@case("F3", "SIGTERM with 300 sockets and 100 messages under way: 4012 for all, exit 0, nothing lost")
async def told_to_end(run: Run) -> None:
    size = 300 if run.patience > 30 else 40
    rooms = [list(range(size)), list(range(40))]
    async with run.connected(people=size, rooms=rooms, daphnes=1) as (cluster, pool):
        for number in range(100):
            client = pool.clients[number % 40]
            client.post(client.person.rooms[-1])
        await drained(run, cluster)
        await asyncio.sleep(0.5)
        codes = [client.codes[-1] if client.codes else None for client in pool.clients]
        wrong = {code: codes.count(code) for code in set(codes) - {4012}}
        run.must(not wrong, f"closed otherwise than by 4012: {wrong}")
        await cluster.start()
        await run.settle(cluster, pool)


@case("F4", "SIGTERM with a request half sent and an upgrade under way: exit 0, no traceback")
async def half_a_request(run: Run) -> None:
    async with run.connected(daphnes=1) as (cluster, pool):
        port = cluster.servers[0].port
        halves = [
            b"GET / HT",
            websocket.handshake(port, None)[:-2],
            websocket.handshake(port, cluster.people[0].cookie),
        ]
        sockets = [socket.create_connection(("127.0.0.1", port)) for _ in halves]
        for each, half in zip(sockets, halves, strict=True):
            each.sendall(half)
        await asyncio.sleep(0.05)
        await drained(run, cluster)
        for each in sockets:
            each.close()
        await cluster.start()
        await run.settle(cluster, pool)


@case("F5", "SIGTERM twice: ends at once, and no acknowledged message is lost")
async def told_twice(run: Run) -> None:
    async with run.connected(daphnes=1) as (cluster, pool):
        talking = asyncio.create_task(pool.talk(rate=100, seconds=1e6))
        await asyncio.sleep(1.0)
        cluster.servers[0].process.send_signal(signal.SIGTERM)
        await asyncio.sleep(0.05)
        start = time.monotonic()
        await cluster.terminate()
        run.must(time.monotonic() - start < 3.0, f"the second SIGTERM took {time.monotonic() - start:.1f} s")
        await cluster.start()
        await asyncio.sleep(1.0)
        talking.cancel()
        await run.settle(cluster, pool)


@case(
    "F6",
    "rolling restart of two daphnes under load: nothing lost, nobody without service for 10 s",
    on=("cluster",),
)
async def rolling(run: Run) -> None:
    async with run.connected() as (cluster, pool):
        talking = asyncio.create_task(pool.talk(rate=50, seconds=1e6))
        for number in range(2):
            await asyncio.sleep(1.0)
            await drained(run, cluster, number)
            await pool.most_in()
            await cluster.start(number)
        talking.cancel()
        await run.settle(cluster, pool)
        run.must(1006 not in {code for c in pool.clients for code in c.codes[:1]}, "somebody saw a 1006")
        away = sorted(pool.absences())
        run.figure("rolling restart, without service p99 s", round(away[int(len(away) * 0.99)], 1))
        run.must(away[int(len(away) * 0.99)] <= 10, f"without service for {away[-3:]} s")
