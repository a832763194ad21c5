"""What if it goes on for an hour? Kill after kill, fault after fault, and every message accounted for.

A run is made of stretches, each with a database, people and a judgement of its own, or the recordings would
fill the memory. What all runs came to is kept by ledger.py. Deadlines are wide: a machine may be busy.
"""

import asyncio
import time

from tests.chaos import ledger
from tests.chaos.cluster import Cluster, postgres, redis
from tests.chaos.recording import Fault
from tests.chaos.run import Run, case
from tests.chaos.swarm import Swarm

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
        ledger.keep(run, seed, (time.monotonic() - start) / 60)
        print(f"  {past:5.1f} min {run.kind} SEED={run.seed} {run.counts} {run.faults[-3:]}", flush=True)
        run.seed += 1


async def _stretch(run: Run) -> None:
    async with run.crowd(people=PEOPLE, rooms=ROOMS) as (cluster, swarm):
        cluster.forgiven = ["channels_redis"]
        for client in swarm.clients:
            client.back_off = 0.5
        talking = asyncio.create_task(swarm.talk(rate=RATE, seconds=1e6, most=GATHERED))
        for _ in range(ROUNDS):
            await _round(run, cluster, swarm)
        await swarm.most_in(1.0, PATIENCE)
        talking.cancel()
        await run.settle(cluster, swarm)


async def _round(run: Run, cluster: Cluster, swarm: Swarm) -> None:
    await swarm.most_in(seconds=PATIENCE)
    await asyncio.sleep(swarm.dice.uniform(0.1, 0.8))
    if run.kind == "cluster":
        await _trouble_redis(run, swarm)
        await asyncio.sleep(swarm.dice.uniform(0.0, 0.3))
        await _trouble_database(run, cluster, swarm)
    number = swarm.dice.randrange(cluster.size)
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


async def _trouble_redis(run: Run, swarm: Swarm) -> None:
    how = swarm.dice.choice(["FLUSHALL", "CLIENT KILL TYPE pubsub", "CLIENT PAUSE 800", "kill -9"])
    if how == "kill -9":
        await asyncio.to_thread(redis().kill9)
        await asyncio.to_thread(redis().start)
    else:
        await asyncio.to_thread(asked, *how.split())
    run.count("Redis faults")


async def _trouble_database(run: Run, cluster: Cluster, swarm: Swarm) -> None:
    """One time in ten the whole server goes down; else every connection to it is ended."""
    if swarm.dice.random() < 0.1:
        await asyncio.to_thread(postgres().stop, swarm.dice.choice(["fast", "immediate"]))
        await asyncio.to_thread(postgres().start)
    else:
        await asyncio.to_thread(cluster.query, TERMINATE + " AND pid <> pg_backend_pid()")
    run.count("database faults")
