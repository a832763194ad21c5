"""Cases: a restored backup, a wrong clock or a second server never mix two histories."""

import asyncio
import os
import shutil
import subprocess
import sys

from bin import dev
from tests.chaos.client_pool import until
from tests.chaos.cluster import Cluster, begun
from tests.chaos.run import Missing, Run, case

FILE = ("sqlite",)


@case("F41", "yesterday's backup is restored: everybody starts afresh, nobody mixes two histories", on=FILE)
async def restored(run: Run) -> None:
    async with run.connected() as (cluster, pool):
        await pool.talk(rate=20, seconds=2)
        await until(lambda: not any(c.unsettled for c in pool.clients), 30)
        await cluster.terminate()
        backup = cluster.data_dir / "backup.db"
        shutil.copy(cluster.data_dir / "chat.db", backup)
        await cluster.start()
        await pool.all_in()
        await pool.talk(rate=20, seconds=2)
        await until(lambda: not any(c.unsettled for c in pool.clients), 30)
        await cluster.terminate()
        lost = {row[0] for row in cluster.query("SELECT nonce FROM chat_message")}
        _restore(cluster, backup)
        lost -= {row[0] for row in cluster.query("SELECT nonce FROM chat_message")}
        await cluster.start()
        await pool.all_in()
        await pool.talk(rate=20, seconds=2)
        _forget(pool, lost)
        await run.settle(cluster, pool)
        run.must(all(any(r.of("epoch")) for r in pool.recordings), "somebody did not see another epoch")


def _restore(cluster: Cluster, backup) -> None:
    for name in ("chat.db-wal", "chat.db-shm"):
        (cluster.data_dir / name).unlink(missing_ok=True)
    shutil.copy(backup, cluster.data_dir / "chat.db")
    ran = subprocess.run(
        [sys.executable, "manage.py", "chat_epoch", "--new"], cwd=dev.ROOT, env=os.environ | cluster.env,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if ran.returncode:
        raise Missing(f"manage.py chat_epoch --new: {ran.stderr.strip().splitlines()[-1:]}")


def _forget(pool, lost: set[str]) -> None:
    """Removes from the recordings what the restore took away: that is no fault."""
    for recording in pool.recordings:
        recording.entries = [
            entry._replace(rows=tuple(row for row in entry.rows if row.nonce not in lost))
            for entry in recording.entries if entry.nonce not in lost
        ]  # fmt: skip


@case("F42", "a second daphne on one SQLite file refuses to start, in one line", on=FILE)
async def second(run: Run) -> None:
    async with run.connected(people=4) as (cluster, pool):
        other = cluster._server()
        try:
            await asyncio.to_thread(begun, other)
        except AssertionError as error:
            run.must("already serves" in str(error), str(error)[-300:])
        else:
            run.must(False, "it serves all the same")
        await pool.talk(rate=10, seconds=1)
        await run.settle(cluster, pool)


@case("F31", "one daphne's clock is 90 s slow, the other's a day fast: order and presence are unaffected",
      on=("cluster",))  # fmt: skip
async def clocks(run: Run) -> None:
    if shutil.which("faketime") is None:
        raise Missing("needs faketime (Debian: apt-get install faketime)")
    async with run.cluster(people=10) as cluster:
        for server, skew in zip(cluster.servers, ("-90s", "+1d"), strict=True):
            await asyncio.to_thread(server.kill9)
            server.command = ["faketime", "-f", skew, *server.command]
            await asyncio.to_thread(server.start)
        await _in_disorder(run, cluster)


async def _in_disorder(run: Run, cluster: Cluster) -> None:
    from .presence import here, split

    async with await split(run, cluster) as pool:
        await pool.all_in()
        await pool.talk(rate=50, seconds=20)
        everybody = [client.person.id for client in pool.clients]
        await until(
            lambda: all(here(c, p) for c in pool.clients for p in everybody), 30, "all are shown online"
        )
        await run.settle(cluster, pool)
        run.must(not any(c.codes for c in pool.clients), "somebody was cut off")
