"""Does anybody notice what the channel layer does? It only ever says sooner what the database says anyway."""

from tests.chaos.run import Run, case, delivery_delays
from tests.chaos.swarm import Swarm

HEALED = 2.5


@case("F12", "every hint is lost: the head check alone heals, in 2.5 s at most")
async def every_hint_lost(run: Run) -> None:
    async with run.crowd(stand_in={"CHAOS_LAYER": "drop"}) as (cluster, swarm):
        await swarm.talk(rate=5, seconds=15)
        await run.settle(cluster, swarm)
        worst = max(delivery_delays(swarm.recordings))
        run.figure("lost hint healed, worst s", round(worst, 2))
        run.must(worst <= HEALED + 0.5, f"a lost hint took {worst:.2f} s to heal")


@case("F13", "hints are lost, doubled, late and out of order: every stream stays exact")
async def mad_layer(run: Run) -> None:
    async with (
        run.cluster(rooms=[list(range(20)), list(range(10))], stand_in={"CHAOS_LAYER": "mad"}) as cluster,
        Swarm(cluster.people, cluster.port, run.seed) as swarm,
    ):
        await swarm.all_in()
        await swarm.talk(rate=100, seconds=10)
        await run.settle(cluster, swarm)
