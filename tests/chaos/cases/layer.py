"""Cases: nobody notices a channel layer that loses, delays or repeats hints."""

from tests.chaos.client_pool import ClientPool
from tests.chaos.run import Run, case, delivery_delays

HEALED = 2.5


@case("F12", "every hint is lost: the head check alone finds everything, in 2.5 s at most")
async def every_hint_lost(run: Run) -> None:
    async with run.connected(inject={"CHAOS_LAYER": "drop"}) as (cluster, pool):
        await pool.talk(rate=5, seconds=15)
        await run.settle(cluster, pool)
        worst = max(delivery_delays(pool.recordings))
        run.figure("lost hint healed, worst s", round(worst, 2))
        run.must(worst <= HEALED + 0.5, f"a lost hint took {worst:.2f} s to heal")


@case("F13", "hints are lost, doubled, late and out of order: every stream stays exact")
async def random_layer(run: Run) -> None:
    async with (
        run.cluster(rooms=[list(range(20)), list(range(10))], inject={"CHAOS_LAYER": "random"}) as cluster,
        ClientPool(cluster.people, cluster.port, run.seed) as pool,
    ):
        await pool.all_in()
        await pool.talk(rate=100, seconds=10)
        await run.settle(cluster, pool)
