"""Cases: one person sends as fast as possible on many connections; they get one person's rate, others are
unaffected.

The flood runs in a process of its own, so that the bystander's clock does not wait for the flood's event
loop.
"""

import asyncio
import contextlib
import json
import multiprocessing
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

from chat import limits
from tests.chaos.client_pool import ClientPool, Person
from tests.chaos.cluster import Cluster
from tests.chaos.run import Run, case
from tests.support import websocket

from .hostile_sockets import ACKNOWLEDGED, acknowledged

SECONDS, CONNECTIONS, AT_ONCE = 15.0, 20, 60


async def flood(port: int, person: Person, number: int, seen: Counter[str]) -> None:
    """Posts at once on one new connection after another for SECONDS."""
    end, post = time.monotonic() + SECONDS, {"type": "message.post", "room": person.rooms[0]}
    while time.monotonic() < end:
        closed = asyncio.Event()
        with contextlib.suppress(OSError, TimeoutError):
            socket = await websocket.connect(
                port,
                person.cookie,
                lambda _frame: None,
                lambda _code: closed.set(),  # noqa: B023
            )
            for _ in range(AT_ONCE):
                seen["posts"] += 1
                nonce = f"flood-{number:03}-{seen['posts']:012}"
                socket.send(json.dumps(post | {"nonce": nonce, "body": f"flood {nonce}"}).encode())
            try:
                async with asyncio.timeout(1.0):
                    await closed.wait()
            finally:
                socket.transport.abort()
        await asyncio.sleep(0.01)


def floods(ports: list[int], person: Person) -> int:
    """Runs in a process of its own. Returns how many posts were sent."""

    async def flood_all() -> int:
        seen: Counter[str] = Counter()
        async with asyncio.TaskGroup() as group:
            for number, port in enumerate(ports):
                group.create_task(flood(port, person, number, seen))
        return seen["posts"]

    return asyncio.run(flood_all())


async def flooded(run: Run, cluster: Cluster, pool: ClientPool, by: Person) -> None:
    """Runs the flood while the first of the others posts."""
    start, ports = time.monotonic(), [cluster.port() for _ in range(CONNECTIONS)]
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as processes:
        sending = asyncio.get_running_loop().run_in_executor(processes, floods, ports, by)
        await pool.talk(rate=4, seconds=SECONDS + 2.0, writers=1)
        run.count("posts of a flood", await sending)
    took = time.monotonic() - start
    await run.settle(cluster, pool)
    [[accepted]] = cluster.query("SELECT count(*) FROM chat_message WHERE body LIKE 'flood %'")
    rate, burst = limits.RATES["message.post"]
    most = len(cluster.servers) * (burst + rate * took)
    run.figure("accepted of a flood", accepted)
    run.must(burst <= accepted <= most, f"{accepted} posts of a flood were accepted, {most:.0f} may be")


@case("H3", "one person floods on 20 connections and connects again at once: others post and stay")
async def one_person_floods(run: Run) -> None:
    async with (
        run.cluster(people=6, env={"CHAT_RATE_LIMITS": "on"}) as cluster,
        ClientPool(cluster.people[:-1], cluster.port, run.seed) as pool,
    ):
        await pool.all_in(300)
        await flooded(run, cluster, pool, cluster.people[-1])
        delays = acknowledged(pool)
        p99 = round(delays[int(len(delays) * 0.99)], 3)
        run.figure("acknowledged p99, s", p99)
        run.must(p99 <= ACKNOWLEDGED, f"a bystander's post was acknowledged after {p99} s")
        codes = [code for client in pool.clients for code in client.codes]
        run.must(not codes, f"people were closed: {codes[:5]}")
