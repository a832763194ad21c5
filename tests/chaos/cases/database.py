"""Cases: a database that is gone, locked, full or of another version is reported and recovers by itself."""

import asyncio
import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from bin import dev
from tests.chaos.client_pool import ClientPool, until
from tests.chaos.cluster import Cluster, original, postgres
from tests.chaos.run import Missing, Run, case

CLUSTER, FILE = ("cluster",), ("sqlite",)
TINY = "size=6m"


async def talking(pool: ClientPool, rate: float) -> asyncio.Task[None]:
    task = asyncio.create_task(pool.talk(rate=rate, seconds=1e6))
    await asyncio.sleep(1.0)
    return task


@case("F14", "PostgreSQL stopped, fast and immediate, under load: nothing lost, back by itself", on=CLUSTER)
async def restarted(run: Run) -> None:
    async with run.connected() as (cluster, pool):
        task = await talking(pool, 50)
        for mode in ("fast", "immediate"):
            await asyncio.to_thread(postgres().stop, mode)
            await asyncio.sleep(2.0)
            await asyncio.to_thread(postgres().start)
            run.count("database faults")
            await asyncio.sleep(3.0)
        task.cancel()
        await run.settle(cluster, pool)


@case(
    "F15", "every connection to PostgreSQL terminated, again and again, in the middle of commits", on=CLUSTER
)
async def terminated(run: Run) -> None:
    async with run.connected() as (cluster, pool):
        task = await talking(pool, 100)
        for _ in range(200):
            kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            await asyncio.to_thread(cluster.query, kill + " AND pid <> pg_backend_pid()")
            run.count("database faults")
            await asyncio.sleep(pool.dice.uniform(0.02, 0.15))
        task.cancel()
        await run.settle(cluster, pool)


@case("F16", "pages exhaust the connection pool: messages are committed anyway", on=CLUSTER)
async def exhausted(run: Run) -> None:
    env = {"CHAT_DATABASE_CONNECTIONS": "8"}
    async with run.connected(env=env, daphnes=1, inject={"CHAOS_BREAK": "slow_pages"}) as (cluster, pool):
        port = cluster.servers[0].port
        pages = [asyncio.create_task(_page(port)) for _ in range(30)]
        await asyncio.sleep(1.0)
        await pool.talk(rate=20, seconds=5)
        await run.settle(cluster, pool)
        acks = [e for r in pool.recordings for e in r.of("nack")]
        run.must(not acks, f"{len(acks)} messages were refused while pages were slow")
        for page in pages:
            page.cancel()


async def _page(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET /readyz HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
    await reader.read(100)


@case(
    "F17",
    "another process holds the SQLite write lock for 10 s: reported, reads go on, nothing lost",
    on=FILE,
)
async def locked(run: Run) -> None:
    async with run.connected() as (cluster, pool):
        task = await talking(pool, 20)
        with contextlib.closing(sqlite3.connect(cluster.data_dir / "chat.db", timeout=30)) as other:
            other.execute("BEGIN IMMEDIATE")
            await asyncio.sleep(10)
            await _reads_go_on(run, cluster)
            other.rollback()
        await asyncio.sleep(2)
        task.cancel()
        await run.settle(cluster, pool)
        codes = {e.note for r in pool.recordings for e in r.of("nack")}
        run.must(codes <= {"storage_unavailable", "overloaded"}, f"refused with {codes}")
        run.must(codes, "nobody was told that the storage was away")
        run.count("database faults")


async def _reads_go_on(run: Run, cluster: Cluster) -> None:
    """A new client connects and sees the room while nothing can be written."""
    async with ClientPool(cluster.people[:1], cluster.port, run.seed + 7) as newcomers:
        run.figure("a newcomer is in while nothing can be written, s", round(await newcomers.all_in(20), 1))


@case("F18", "daphne and four commands write one SQLite file; four daphnes one PostgreSQL: no lock errors")
async def many_writers(run: Run) -> None:
    async with run.connected(daphnes=4 if run.kind == "cluster" else 1) as (cluster, pool):
        room, author = cluster.rooms[0], cluster.people[0].id
        writers = 0 if run.kind == "cluster" else 4
        commands = [
            asyncio.create_task(asyncio.to_thread(_write_beside, cluster, room, author, number))
            for number in range(writers)
        ]
        await pool.talk(rate=100, seconds=12)
        for failed in [await command for command in commands]:
            run.must(not failed, f"a command beside the server: {failed}")
        await run.settle(cluster, pool)
        nacks = [e.note for r in pool.recordings for e in r.of("nack")]
        run.must(not nacks, f"refused: {nacks[:5]}")


def _write_beside(cluster: Cluster, room: str, author: int, number: int) -> str:
    code = f"""
import time
from chat import actions, protocol
from chat.writer import writer
for n in range(60):
    name, body = f"beside-{number}-{{n:012}}", f"command {number} says {{n}}"
    post = protocol.Post(room={room!r}, nonce=name, body=body)
    writer.perform(actions.post_messages, [actions.Draft({author}, post, None)])
    time.sleep(0.05)
"""
    ran = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v", "0", "-c", code], cwd=dev.ROOT,
        env=os.environ | cluster.env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return ran.stderr[-500:] if ran.returncode else ""


@case("F19", "the disk is full: reported, reads go on, recovers when there is space again", on=FILE)
async def disk_full(run: Run) -> None:
    home = Path(original("sqlite")["DATA_DIR"], "tiny")
    home.mkdir(exist_ok=True)
    if os.geteuid() != 0:
        raise Missing("needs root, to mount a small tmpfs")
    subprocess.run(["mount", "-t", "tmpfs", "-o", TINY, "tmpfs", home], check=True)
    try:
        await _fill(run, home)
    finally:
        subprocess.run(["umount", "-l", home], check=True)


async def _fill(run: Run, home: Path) -> None:
    async with run.connected(data_dir=home) as (cluster, pool):
        ballast = home / "ballast"
        free = shutil.disk_usage(home).free
        ballast.write_bytes(b"x" * max(0, free - 300_000))
        task = await talking(pool, 60)

        def refused() -> bool:
            return any(e.note == "storage_unavailable" for r in pool.recordings for e in r.of("nack"))

        await until(refused, 60, "the disk is full and somebody is told")
        await _reads_go_on(run, cluster)
        await asyncio.sleep(2.0)
        ballast.unlink()
        task.cancel()
        await run.settle(cluster, pool)
        run.must(cluster.query("PRAGMA integrity_check") == [("ok",)], "the file is damaged")
        run.count("database faults")


@case("F20", "a read-only database, or one of another schema: daphne refuses to start, in one line", on=FILE)
async def unfit(run: Run) -> None:
    async with run.cluster() as cluster:
        await cluster.kill9()
        server, file = cluster.servers[0], cluster.data_dir / "chat.db"
        with read_only(cluster.data_dir):
            await _refuses(run, server, "nothing can be written")
        cluster.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('chat', '9999_new', '2030-01-01')"
        )
        await _refuses(run, server, "a newer schema")
        cluster.execute("DELETE FROM django_migrations WHERE name = '9999_new'")
        cluster.execute("DELETE FROM django_migrations WHERE app = 'chat'")
        await _refuses(run, server, "no schema")
        file.rename(cluster.data_dir / "elsewhere.db")
        await _refuses(run, server, "no database")


@contextlib.contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """A read-only mount: permissions do not stop root."""
    if os.geteuid() != 0:
        folder.chmod(0o500)
        (folder / "chat.db").chmod(0o400)
        try:
            yield
        finally:
            folder.chmod(0o700)
            (folder / "chat.db").chmod(0o600)
        return
    subprocess.run(["mount", "--bind", folder, folder], check=True)
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", folder], check=True)
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


async def _refuses(run: Run, server, why: str) -> None:
    server.stop_fork_server()  # whose settings are of better days
    server.log.write_text("")
    try:
        await asyncio.to_thread(server.start)
    except AssertionError:
        lines = [
            line for line in server.log.read_text().splitlines() if " INFO " not in line and line.strip()
        ]
        run.must(len(lines) == 1, f"{why}: {len(lines)} lines instead of one: {lines[:3]}")
    else:
        run.must(False, f"{why}: it serves all the same")
    finally:
        await asyncio.to_thread(server.kill9)
