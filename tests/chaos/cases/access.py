"""Cases: removals, bans and ended logins take effect at once while everybody posts."""

import asyncio
import json
import os
import subprocess
import sys
import time

from bin import dev
from tests.chaos.client_pool import until
from tests.chaos.cluster import Cluster
from tests.chaos.run import Run, case

EVERYBODY = list(range(12))
IMPORTS = "from chat import actions\nfrom chat.writer import writer\n"


def act(cluster: Cluster, code: str) -> None:
    """What an administrator runs in a shell beside the servers."""
    ran = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v", "0", "-c", IMPORTS + code],
        cwd=dev.ROOT, env=os.environ | cluster.env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-1500:]


@case("I10a", "removed while 100 messages a second are posted: the removal is the last event they get")
async def removed(run: Run) -> None:
    async with run.connected(people=12, rooms=[EVERYBODY, EVERYBODY]) as (cluster, pool):
        talking = asyncio.create_task(pool.talk(rate=100, seconds=1e6))
        await asyncio.sleep(1.0)
        room, owner = cluster.rooms[0], cluster.people[0].id
        out = [client.person for client in pool.clients[6:]]
        lines = [f"writer.perform(actions.remove_member, {owner}, {room!r}, {person.id})" for person in out]
        await asyncio.to_thread(act, cluster, "\n".join(lines))
        await asyncio.sleep(3.0)
        talking.cancel()
        for person in out:
            person.rooms.remove(room)
        await run.settle(cluster, pool, dense=False)
        run.must(all(any(r.of("out")) for r in pool.recordings[6:]), "somebody was not told of their removal")


@case("I10b", "banned while they write: closed with 4403, and nothing is written after the ban")
async def banned(run: Run) -> None:
    async with run.connected(people=12, rooms=[EVERYBODY]) as (cluster, pool):
        talking = asyncio.create_task(pool.talk(rate=200, seconds=1e6))
        await asyncio.sleep(1.0)
        gone = pool.clients[8:]
        lines = [f"writer.perform(actions.ban_person, {client.person.id})" for client in gone]
        await asyncio.to_thread(act, cluster, "\n".join(lines))
        told = time.monotonic()
        late = "SELECT m.author_id, m.created_at, p.banned_at FROM chat_message m JOIN chat_profile p"
        late += " ON p.user_id = m.author_id WHERE m.created_at > p.banned_at"
        await until(lambda: all(client.stopped for client in gone), 20, "all their connections are closed")
        run.figure("banned and closed after s", round(time.monotonic() - told, 2))
        await asyncio.sleep(1.0)
        talking.cancel()
        run.must({code for c in gone for code in c.codes} == {4403}, f"closed with {[c.codes for c in gone]}")
        written = cluster.query(late)
        run.must(not written, f"written after the ban: {written[:3]}", "leaked")
        for client in gone:
            for box in client.outboxes.values():
                box.waiting.clear()
        await run.settle(cluster, pool)


@case("I10c", "login sessions deleted without a hint: closed with 4401 within 5 s")
async def logged_out(run: Run) -> None:
    async with run.connected(people=6) as (cluster, pool):
        gone = pool.clients[3:]
        for client in gone:
            cluster.execute("DELETE FROM django_session WHERE session_key = ?", client.person.cookie)
        start = time.monotonic()
        await until(lambda: all(client.stopped for client in gone), 15, "all their connections are closed")
        run.figure("logged out and closed after s", round(time.monotonic() - start, 1))
        run.must(time.monotonic() - start < 5 + 3, f"closed only after {time.monotonic() - start:.1f} s")
        run.must({code for c in gone for code in c.codes} == {4401}, "closed with another code")
        await run.settle(cluster, pool)


@case("I10d", "bans and removals raced 1,000 times against another process: nothing is written after them",
      on=("cluster",))  # fmt: skip
async def raced(run: Run) -> None:
    async with run.cluster(people=2) as cluster:
        owner, person = (entry.id for entry in cluster.people)
        writing, ending = [
            await _raced(cluster, verb, cluster.rooms[0], person, owner) for verb in ("write", "end")
        ]
        try:
            ended = json.loads((await ending.communicate(b"1000\n"))[0])
            wrote = json.loads((await writing.communicate(b"."))[0])
        finally:
            for process in (writing, ending):
                if process.returncode is None:
                    process.kill()
        run.count("bans and removals raced", ended["rounds"])
        for fault in ended["faults"]:
            run.must(False, fault, "leaked")
        run.must(min(wrote.values()) > 50, f"there was no race: {wrote}")


async def _raced(cluster: Cluster, *words: object) -> asyncio.subprocess.Process:
    env = os.environ | cluster.env | {"DJANGO_SETTINGS_MODULE": "chatsite.settings"}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.chaos.access_race", *map(str, words), cwd=dev.ROOT, env=env,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
