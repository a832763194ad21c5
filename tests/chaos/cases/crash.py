"""Cases: after kill -9 nothing acknowledged is lost or doubled, and every client reconnects."""

import asyncio
from pathlib import Path

from tests.chaos.client_pool import Client, ClientPool, until
from tests.chaos.cluster import Cluster
from tests.chaos.failpoints import POINTS
from tests.chaos.run import Run, case

from .bad_input import commands

ROOMS = [list(range(20)), list(range(12)), list(range(8, 20))]


async def kill_and_restart(run: Run, cluster: Cluster, number: int, pause: float) -> None:
    await asyncio.sleep(pause)
    await cluster.kill9(number)
    await cluster.start(number)
    run.count("kill -9")


@case("F1", "kill -9 at random moments, 20 clients, 200 messages a second", limit=3600)
async def killed_at_random(run: Run) -> None:
    async with run.connected(rooms=ROOMS) as (cluster, pool):
        talking = asyncio.create_task(pool.talk(rate=200, seconds=1e6))
        for _ in range(run.rounds):
            await pool.most_in()
            number = pool.dice.randrange(cluster.size)
            await kill_and_restart(run, cluster, number, pool.dice.uniform(0.2, 1.5))
        await asyncio.sleep(1.0)
        talking.cancel()
        await run.settle(cluster, pool)


@case("L0", "100 sockets, 20 rooms, 50 messages a second, three kill -9", daily=False)
async def small_load(run: Run) -> None:
    rooms = [
        [number for number in range(100) if number % 20 in (room, (room + 1) % 20)] for room in range(20)
    ]
    async with run.connected(people=100, rooms=rooms) as (cluster, pool):
        talking = asyncio.create_task(pool.talk(rate=50, seconds=1e6))
        for _ in range(3):
            await kill_and_restart(run, cluster, pool.dice.randrange(cluster.size), 3.0)
            await pool.most_in()
        await asyncio.sleep(2.0)
        talking.cancel()
        await run.settle(cluster, pool)


@case("L1", "twenty people, 100 messages a second, nothing breaks", daily=False)
async def nothing_breaks(run: Run) -> None:
    async with run.connected(rooms=ROOMS) as (cluster, pool):
        await pool.talk(rate=100, seconds=3)
        await run.settle(cluster, pool)


@case("F1a", "one kill -9 under load", daily=False)
async def killed_once(run: Run) -> None:
    async with run.connected(rooms=ROOMS) as (cluster, pool):
        talking = asyncio.create_task(pool.talk(rate=100, seconds=1e6))
        await kill_and_restart(run, cluster, 0, 2.0)
        talking.cancel()
        await run.settle(cluster, pool)


@case("F2", "kill -9 before insert, COMMIT, ack and hint, and in a page of catch-up")
async def killed_at_points(run: Run) -> None:
    await _die_everywhere(run, 3)


@case("F2a", "kill -9 once at each of the points of F2", daily=False)
async def killed_at_points_once(run: Run) -> None:
    await _die_everywhere(run, 1)


async def _die_everywhere(run: Run, times: int) -> None:
    async with run.connected(rooms=ROOMS, inject={"CHAOS_FAIL": "yes"}) as (cluster, pool):
        arm = cluster.servers[0].environment["CHAOS_ARM"]
        talking = asyncio.create_task(pool.talk(rate=60, seconds=1e6))
        for point in list(POINTS) * times:
            await pool.most_in()
            await asyncio.sleep(0.3)
            Path(f"{arm}.{point}").touch()
            await _dead_one(run, cluster, pool, point)
        talking.cancel()
        await run.settle(cluster, pool)


async def _dead_one(run: Run, cluster: Cluster, pool: ClientPool, point: str) -> None:
    """Waits for a process to die. Somebody has to open a room for the points that lie on that path."""
    for _ in range(100):
        pool.dice.choice(pool.clients).ask_again()
        await asyncio.sleep(0.1)
        for number, server in enumerate(cluster.servers):
            if not server.is_alive():
                await cluster.start(number)
                run.count("kill -9")
                return
    run.must(False, f"{point}, which is armed, was never passed")


@case(
    "F37", "a command that fails is answered, a consumer that crashes ends alone, and leaves nothing behind"
)
async def crashing(run: Run) -> None:
    async with run.connected(people=6, inject={"CHAOS_BREAK": "crashing"}) as (cluster, pool):
        cluster.expected_tracebacks = ["injected"]
        victim = pool.clients.pop()
        talking = asyncio.create_task(pool.talk(rate=50, seconds=1e6))
        await _failing_commands(run, cluster, victim)
        await _dying(run, cluster, victim)
        talking.cancel()
        await run.settle(cluster, pool)
        run.must(not any(client.codes for client in pool.clients), "a bystander was cut off")


async def _failing_commands(run: Run, cluster: Cluster, victim: Client) -> None:
    victim.heard = []
    every = commands(victim.person.rooms[0], 1)
    for command in every:
        victim.send(command | {"ref": "fail"})

    def failed() -> int:
        return sum(e.get("code") == "failed" and e["ref"] == "fail" for _, e in victim.heard or ())

    await until(lambda: failed() == len(every), 30, "each command that failed is answered")
    run.must(not victim.codes, f"a failing command closed its connection: {victim.codes}")


async def _dying(run: Run, cluster: Cluster, victim: Client) -> None:
    victim.stopped = True
    victim.socket.send(b"die")  # type: ignore[union-attr]
    await until(lambda: victim.codes, 30, "whose consumer crashed is closed")
    run.must(victim.codes == [1011], f"closed with {victim.codes}")
    left = "SELECT count(*) FROM chat_session WHERE user_id = ? AND closed_at IS NULL"
    took = await until(lambda: not cluster.query(left, victim.person.id)[0][0], 20, "its session is closed")
    run.figure("a crashed consumer's session closed after s", round(took, 2))
