"""Cases: with Redis away, frozen or emptied, sends are acknowledged, events arrive within 2.5 s, no socket
ends."""

import asyncio
from collections.abc import Awaitable, Callable

from redis import Redis as Client

from tests.chaos.client_pool import ClientPool, until
from tests.chaos.cluster import Cluster, redis
from tests.chaos.run import Run, case, delivery_delays

LATE = 2.5
# Ours, on a machine that does other things too.
SLACK = 2.0
CLUSTER = ("cluster",)

Fault = Callable[[], Awaitable[None]]


def asked(*words: str) -> None:
    with Client.from_url(redis().url) as client:
        client.execute_command(*words)


async def under_load(run: Run, fault: Fault, rate: float = 30) -> None:
    """Posts before, during and after the fault. Nobody may lose a connection or wait long."""
    async with run.connected() as (cluster, pool):
        talking = asyncio.create_task(pool.talk(rate=rate, seconds=1e6))
        await asyncio.sleep(1.0)
        await fault()
        await asyncio.sleep(3.0)
        talking.cancel()
        # The layer's own words about what it lost; ours is one line.
        cluster.expected_tracebacks = ["channels_redis"]
        await run.settle(cluster, pool)
        judge(run, cluster, pool)


def judge(run: Run, cluster: Cluster, pool: ClientPool) -> None:
    closed = [code for client in pool.clients for code in client.codes]
    run.must(not closed, f"sockets were closed: {closed[:5]}")
    worst = max(delivery_delays(pool.recordings), default=0.0)
    run.figure("delivery without Redis, worst s", round(worst, 2))
    run.must(worst < LATE + SLACK, f"an event was {worst:.2f} s late")
    run.count("Redis faults")


@case("F7", "Redis killed for 10 s", on=CLUSTER)
async def killed(run: Run) -> None:
    async def fault() -> None:
        await asyncio.to_thread(redis().kill9)
        await asyncio.sleep(10)
        await asyncio.to_thread(redis().start)

    await under_load(run, fault)


@case("F8a", "Redis: FLUSHALL, its connections cut, paused for 5 s", on=CLUSTER)
async def emptied(run: Run) -> None:
    async def fault() -> None:
        for words in (("FLUSHALL",), ("CLIENT", "KILL", "TYPE", "pubsub"), ("CLIENT", "PAUSE", "5000")):
            await asyncio.to_thread(asked, *words)
            await asyncio.sleep(6 if "PAUSE" in words else 2)
            run.count("Redis faults")

    await under_load(run, fault)


@case("F8b", "Redis frozen for 8 s", on=CLUSTER)
async def frozen(run: Run) -> None:
    async def fault() -> None:
        redis().pause()
        await asyncio.sleep(8)
        redis().resume()

    await under_load(run, fault)


@case("F9", "Redis idle for 60 s with 100 idle sockets: none is closed", on=CLUSTER)
async def idle(run: Run) -> None:
    async with run.connected(people=100) as (cluster, pool):
        await asyncio.sleep(60)
        pool.clients[0].post(cluster.rooms[0])
        await run.settle(cluster, pool)
        judge(run, cluster, pool)


@case("F10", "500 connections in the same second: all are connected", on=CLUSTER)
async def many_at_once(run: Run) -> None:
    rooms = [list(range(start, start + 25)) for start in range(0, 500, 25)]
    async with (
        run.cluster(people=500, rooms=rooms) as cluster,
        ClientPool(cluster.people, cluster.port, run.seed) as pool,
    ):
        run.figure("500 in at once, s", round(await pool.all_in(200), 1))
        await run.settle(cluster, pool)
        run.must(not any(c.codes for c in pool.clients), "somebody was closed")


@case("F11", "a message right after somebody joined: never missed", on=CLUSTER)
async def right_after_joining(run: Run) -> None:
    rooms = [[0, number] for number in range(1, 101)]
    async with (
        run.cluster(people=101, rooms=rooms) as cluster,
        ClientPool(cluster.people[:1], cluster.port, run.seed) as author,
    ):
        await author.all_in()
        async with ClientPool(cluster.people[1:], cluster.port, run.seed + 1) as joiners:
            for number, client in enumerate(joiners.clients):
                await until(lambda c=client: c.welcomed, 60)
                for _ in range(5):
                    author.clients[0].post(cluster.rooms[number])
            joiners.clients = author.clients + joiners.clients
            await run.settle(cluster, joiners)
