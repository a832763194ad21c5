"""Case: an hour of kills and faults, with every message accounted for.

A run consists of stretches, each with its own database, people and check, because the recordings would fill
the memory. long_runs.py adds up all runs. Deadlines are wide: the machine may be busy.
"""

import asyncio
import time

from tests.chaos import long_runs
from tests.chaos.client_pool import ClientPool
from tests.chaos.cluster import Cluster, postgres, redis
from tests.chaos.recording import Fault
from tests.chaos.run import Run, case

from .redis import asked

PEOPLE, ROUNDS, PATIENCE = 24, 20, 300.0
# While a daphne is down, what people write gathers: that is most of what is acknowledged.
RATE, GATHERED = 1000, 60
# Everybody in two rooms of four: acknowledgements are cheap where few people read.
ROOMS = [list(range(n, n + 4)) for n in range(0, PEOPLE, 4)] + [list(range(n, PEOPLE, 6)) for n in range(6)]
TERMINATE = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database()"


@case("LONG", "kills and faults for MINUTES=: nothing lost, nothing doubled", limit=1e6, daily=False)
async def long_run(run: Run) -> None:
    start, seed, run.patience = time.monotonic(), run.seed, PATIENCE
    while (past := (time.monotonic() - start) / 60) < (run.minutes or 10):
        try:
            await _stretch(run)
        except AssertionError as error:
            run.faults.append(Fault("stuck", f"SEED={run.seed}", str(error)[-800:]))
        long_runs.keep(run, seed, (time.monotonic() - start) / 60)
        print(f"  {past:5.1f} min {run.kind} SEED={run.seed} {run.counts} {run.faults[-3:]}", flush=True)
        run.seed += 1


async def _stretch(run: Run) -> None:
    async with run.connected(people=PEOPLE, rooms=ROOMS) as (cluster, pool):
        cluster.expected_tracebacks = ["channels_redis"]
        for client in pool.clients:
            client.back_off = 0.5
        talking = asyncio.create_task(pool.talk(rate=RATE, seconds=1e6, most=GATHERED))
        for _ in range(ROUNDS):
            await _round(run, cluster, pool)
        await pool.most_in(1.0, PATIENCE)
        talking.cancel()
        await run.settle(cluster, pool)


async def _round(run: Run, cluster: Cluster, pool: ClientPool) -> None:
    await pool.most_in(seconds=PATIENCE)
    await asyncio.sleep(pool.dice.uniform(0.1, 0.8))
    if run.kind == "cluster":
        await _trouble_redis(run, pool)
        await asyncio.sleep(pool.dice.uniform(0.0, 0.3))
        await _trouble_database(run, cluster, pool)
    number = pool.dice.randrange(cluster.size)
    await cluster.kill9(number)
    run.count("kill -9")
    await _started(cluster, number)


async def _started(cluster: Cluster, number: int) -> None:
    for attempt in range(5):
        try:
            return await cluster.start(number)
        except AssertionError:  # not within its thirty seconds: said by a machine that does other things too
            if attempt == 4:
                raise


async def _trouble_redis(run: Run, pool: ClientPool) -> None:
    how = pool.dice.choice(["FLUSHALL", "CLIENT KILL TYPE pubsub", "CLIENT PAUSE 800", "kill -9"])
    if how == "kill -9":
        await asyncio.to_thread(redis().kill9)
        await asyncio.to_thread(redis().start)
    else:
        await asyncio.to_thread(asked, *how.split())
    run.count("Redis faults")


async def _trouble_database(run: Run, cluster: Cluster, pool: ClientPool) -> None:
    """One time in ten the whole server stops; otherwise every connection to it ends."""
    if pool.dice.random() < 0.1:
        await asyncio.to_thread(postgres().stop, pool.dice.choice(["fast", "immediate"]))
        await asyncio.to_thread(postgres().start)
    else:
        await asyncio.to_thread(cluster.query, TERMINATE + " AND pid <> pg_backend_pid()")
    run.count("database faults")
