"""Case: both databases publish the same events for the same actions of the same people."""

import asyncio
import os
import subprocess
import sys
from itertools import zip_longest

from bin import dev
from tests.chaos.cluster import Cluster
from tests.chaos.run import Run, case

STORIES, ACTS = 2, 300


@case(
    "P3",
    "the same actions on SQLite and on PostgreSQL: the same events, snapshots and catch-ups",
    on=("cluster",),
)
async def same(run: Run) -> None:
    for seed in range(run.seed, run.seed + STORIES):
        on_file, on_server = [await _told(kind, seed) for kind in ("sqlite", "cluster")]
        for number, (one, other) in enumerate(zip_longest(on_file, on_server)):
            if one != other:
                run.must(False, f"story {seed}, event {number}: {apart(one or '', other or '')}")
                break
        run.count("events compared", len(on_file))


async def _told(kind: str, seed: int) -> list[str]:
    """Runs the actions in an empty database."""
    async with Cluster(kind, people=1, rooms=[[0]], daphnes=0) as cluster:
        env = os.environ | cluster.env | {"DJANGO_SETTINGS_MODULE": "chatsite.settings", "REDIS_URL": ""}
        ran = await asyncio.to_thread(
            subprocess.run, [sys.executable, "-m", "tests.chaos.event_trace", str(seed), str(ACTS)],
            cwd=dev.ROOT,
            env=env, capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-1500:]
    return ran.stdout.splitlines()


def apart(one: str, other: str) -> str:
    """The first difference."""
    at = next((n for n, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), 0)
    return f"{one[:30]} … {one[max(0, at - 60) : at + 60]!r} on SQLite, {other[at : at + 60]!r} on PostgreSQL"
