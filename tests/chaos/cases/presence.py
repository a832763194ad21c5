"""Cases: people shown as online are online, and a process without a lease serves nobody."""

import asyncio
import time

from tests.chaos.client_pool import Client, ClientPool, until
from tests.chaos.cluster import Cluster
from tests.chaos.run import Run, case

CLUSTER = ("cluster",)
LEASE, SLACK = 15.0, 3.0  # of a machine that does other things too


def here(client: Client, person: int) -> bool:
    return person in client.presence.get(client.person.rooms[0], {})


async def split(run: Run, cluster: Cluster) -> ClientPool:
    """Connects half of the clients to one daphne and half to the other."""
    pool = ClientPool(cluster.people, cluster.port, run.seed)
    for number, client in enumerate(pool.clients):
        client.port = lambda number=number: cluster.servers[number % 2].port
    return pool


async def offline_after(run: Run, apart: bool, limit: float, name: str) -> None:
    async with run.cluster(people=10, apart=apart) as cluster, await split(run, cluster) as pool:
        await pool.all_in()
        gone = [c.person.id for c in pool.clients[0::2]]
        watchers = pool.clients[1::2]
        await until(lambda: all(here(w, p) for w in watchers for p in gone), 20, "all are shown online")
        await asyncio.sleep(6.0)
        await cluster.kill9(0)
        start = time.monotonic()
        await until(
            lambda: not any(here(w, p) for w in watchers for p in gone),
            run.patience,
            "the dead are shown offline",
        )
        run.figure(f"offline after kill -9, {name}, s", round(time.monotonic() - start, 1))
        run.must(
            time.monotonic() - start < limit + SLACK, f"offline only after {time.monotonic() - start:.1f} s"
        )
        await cluster.start(0)
        await until(
            lambda: all(here(w, p) for w in watchers for p in gone), 60, "those who came back are shown"
        )
        await run.settle(cluster, pool)


@case(
    "F43a",
    "kill -9 of one of two daphnes on one machine: its people are shown offline within 2 s",
    on=CLUSTER,
)
async def dead_here(run: Run) -> None:
    await offline_after(run, False, 2.0, "same machine")


@case(
    "F43b", "kill -9 of one of two daphnes on two machines: its people are shown offline in 20 s", on=CLUSTER
)
async def dead_elsewhere(run: Run) -> None:
    await offline_after(run, True, 20.0, "another machine")


@case("F44", "ten reloads are not announced", on=("sqlite", "cluster"))
async def reloads(run: Run) -> None:
    async with run.connected(people=4) as (cluster, pool):
        watcher, reloading = pool.clients[0], pool.clients[1]
        await until(lambda: here(watcher, reloading.person.id), 20, "all are shown")
        await asyncio.sleep(6.0)
        watcher.heard = []
        for _ in range(10):
            reloading.attempts, known = 0, reloading.back_at
            reloading.socket.close()
            await until(lambda k=known: reloading.back_at > k, 30, "the reload is over")
            await asyncio.sleep(0.3)
        await asyncio.sleep(7.0)
        noise = [e for _, e in watcher.heard if e["type"] == "presence" and not e["whole"]
                 and reloading.person.id in e["online"] + e["away"] + e["offline"]]  # fmt: skip
        run.must(not noise, f"ten reloads made {len(noise)} notices: {noise[:2]}")
        run.must(here(watcher, reloading.person.id), "whoever reloads is shown offline")
        await run.settle(cluster, pool)


@case("F44b", "kill -9, an instant restart, back within 5 s: nobody else sees them go", on=CLUSTER)
async def flicker(run: Run) -> None:
    async with run.cluster(people=6, apart=True) as cluster, await split(run, cluster) as pool:
        await pool.all_in()
        await asyncio.sleep(6.0)
        watcher = pool.clients[1]
        watcher.heard = []
        await cluster.kill9(0)
        for client in pool.clients[0::2]:
            client.port, client.back_off = (lambda: cluster.servers[1].port), 0.5
        await pool.all_in()
        await asyncio.sleep(25)
        gone = [e["offline"] for _, e in watcher.heard if e["type"] == "presence" and e["offline"]]
        run.must(not gone, f"shown as gone: {gone}")
        await cluster.start(0)
        await run.settle(cluster, pool)


@case(
    "F27",
    "cut off from the database: the lease expires, its people are disconnected with 4013 in 15 s",
    on=CLUSTER,
)
async def fenced(run: Run) -> None:
    """The database refuses one daphne's account and no other."""
    async with run.cluster(people=8) as cluster:
        cluster.execute("CREATE ROLE other LOGIN SUPERUSER PASSWORD 'other'")
        try:
            await _fence(run, cluster)
        finally:
            cluster.execute("ALTER ROLE other NOLOGIN")
            cluster.execute("DROP ROLE other")


async def _fence(run: Run, cluster: Cluster) -> None:
    url, env = cluster.env["DATABASE_URL"], cluster.servers[0].environment
    env["DATABASE_URL"] = "postgresql://other:other@" + url.rpartition("@")[2]
    await asyncio.to_thread(cluster.servers[0].restart, 30)
    async with await split(run, cluster) as pool:
        await pool.all_in()
        cluster.execute("ALTER ROLE other NOLOGIN")
        cluster.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'other'")
        start, served = time.monotonic(), pool.clients[0::2]
        for client in served:
            client.port = lambda: cluster.servers[1].port
        await until(
            lambda: all(c.codes for c in served), run.patience, "the lease ran out and all were let go"
        )
        took = round(time.monotonic() - start, 1)
        run.figure("fenced after s", took)
        run.must(took <= LEASE + SLACK, f"served for {took} s by a process whose lease had run out")
        codes = {c.codes[0] for c in served}
        run.must(codes == {4013}, f"let go with {codes}")
        await pool.talk(rate=20, seconds=2)
        await run.settle(cluster, pool)
