"""Cases: connections that are cut, and thousands that arrive at once."""

import asyncio
import time

from tests.chaos.client_pool import BACK_OFF, ClientPool, until
from tests.chaos.proxy import Proxy
from tests.chaos.run import Run, case

EXCHANGE = 420  # bytes of a send and its acknowledgement, with room to spare


@case("F30", "cut after every byte of a send and of its acknowledgement: one row each time", on=("sqlite",))
async def cut_everywhere(run: Run) -> None:
    async with run.cluster(people=3) as cluster, Proxy(cluster.servers[0].port) as proxy:
        pool = ClientPool(cluster.people, cluster.port, run.seed)
        pool.clients[0].port = lambda: proxy.port
        async with pool:
            for way in ("up", "down"):
                for more in range(0, EXCHANGE, 2):
                    await _cut_after(run, proxy, pool, way, more)
            proxy.release()
            await run.settle(cluster, pool)


async def _cut_after(run: Run, proxy: Proxy, pool: ClientPool, way: str, more: int) -> None:
    """Cuts a client off `more` bytes after it began to send; it reconnects and sends that again."""
    client = pool.clients[0]
    proxy.release()
    client.attempts = 0
    await until(lambda: client.is_in and not client.unsettled, 60, f"back after a cut {way} at {more}")
    proxy.cut_after(way, more)
    client.post(client.person.rooms[0])
    await asyncio.sleep(0.03)
    run.count("cuts")


@case("F30a", "cut off ten times before the acknowledgement comes: one row each time", daily=False)
async def cut_a_little(run: Run) -> None:
    async with (
        run.cluster(people=3) as cluster,
        Proxy(cluster.servers[0].port) as proxy,
        ClientPool(cluster.people, lambda: proxy.port, run.seed) as pool,
    ):
        for _ in range(10):
            await _cut_after(run, proxy, pool, "down", 0)
        proxy.release()
        await run.settle(cluster, pool)


@case(
    "F34",
    "1,000 and 2,000 sockets at once after kill -9: back, nobody turned away",
    on=("sqlite",),
    limit=1800,
)
async def herds(run: Run) -> None:
    for size in (1000, 2000):
        await _herd(run, size)


async def _herd(run: Run, size: int) -> None:
    rooms = [list(range(start, start + 50)) for start in range(0, size, 50)]
    async with run.connected(people=size, rooms=rooms) as (cluster, pool):
        await cluster.kill9()
        dead = time.monotonic()
        for client in pool.clients:
            client.back_off, client.back_at = BACK_OFF, 0.0
        await cluster.start()
        serving = time.monotonic()
        await pool.all_in(300)
        back = sorted(client.back_at for client in pool.clients)
        run.figure(f"{size:,} back after kill -9, p99 s", round(back[int(size * 0.99)] - dead, 1))
        run.figure("of which the restart took s", round(serving - dead, 1))
        await run.settle(cluster, pool)
        refused = sum(client.refused for client in pool.clients)
        run.must(not refused, f"{refused} handshakes were answered with a refusal")
        run.must(cluster.rss() < 600 << 20, f"{cluster.rss() >> 20} MiB resident")
