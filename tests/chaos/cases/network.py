"""What of connections that are cut, and of thousands that come at once?"""

import asyncio
import time

from tests.chaos.proxy import Proxy
from tests.chaos.run import Run, case
from tests.chaos.swarm import BACK_OFF, Swarm, until

EXCHANGE = 420  # bytes of a send and its acknowledgement, with room to spare


@case("F30", "cut after every byte of a send and of its acknowledgement: one row each time", on=("sqlite",))
async def cut_everywhere(run: Run) -> None:
    async with run.cluster(people=3) as cluster, Proxy(cluster.servers[0].port) as proxy:
        swarm = Swarm(cluster.people, cluster.port, run.seed)
        swarm.clients[0].port = lambda: proxy.port
        async with swarm:
            for way in ("up", "down"):
                for more in range(0, EXCHANGE, 2):
                    await _cut_after(run, proxy, swarm, way, more)
            proxy.release()
            await run.settle(cluster, swarm)


async def _cut_after(run: Run, proxy: Proxy, swarm: Swarm, way: str, more: int) -> None:
    """One client is cut off `more` bytes after it began to send; it comes back and sends that again."""
    client = swarm.clients[0]
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
        Swarm(cluster.people, lambda: proxy.port, run.seed) as swarm,
    ):
        for _ in range(10):
            await _cut_after(run, proxy, swarm, "down", 0)
        proxy.release()
        await run.settle(cluster, swarm)


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
    async with run.crowd(people=size, rooms=rooms) as (cluster, swarm):
        await cluster.kill9()
        dead = time.monotonic()
        for client in swarm.clients:
            client.back_off, client.back_at = BACK_OFF, 0.0
        await cluster.start()
        serving = time.monotonic()
        await swarm.all_in(300)
        back = sorted(client.back_at for client in swarm.clients)
        run.figure(f"{size:,} back after kill -9, p99 s", round(back[int(size * 0.99)] - dead, 1))
        run.figure("of which the restart took s", round(serving - dead, 1))
        await run.settle(cluster, swarm)
        refused = sum(client.refused for client in swarm.clients)
        run.must(not refused, f"{refused} handshakes were answered with a refusal")
        run.must(cluster.rss() < 600 << 20, f"{cluster.rss() >> 20} MiB resident")
