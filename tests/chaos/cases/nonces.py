"""Cases: a message sent again is the same message, however late, from wherever, and whoever else uses its
nonce."""

import asyncio
import secrets
from typing import Any

from tests.chaos.client_pool import Client, ClientPool, until
from tests.chaos.cluster import Cluster
from tests.chaos.run import Run, case

RACED = 1000
Event = dict[str, Any]


@case("B11", "a nonce sent again, with all that may have changed meanwhile: one row; conflicts are named")
async def replayed(run: Run) -> None:
    async with run.connected(people=4, rooms=[[0, 1, 2], [0, 1]]) as (cluster, pool):
        for client in pool.clients:
            client.heard = Answers()
        await _again(run, cluster, pool)
        await _race(run, cluster, pool)
        await run.settle(cluster, pool, dense=False)


async def _again(run: Run, cluster: Cluster, pool: ClientPool) -> None:
    ann, ben = pool.clients[:2]
    room, other = cluster.rooms
    nonce = secrets.token_urlsafe(16)
    first = await posted(ann, room, nonce, "ann says it once")

    async def same(what: str) -> None:
        answer = await posted(ann, room, nonce, "ann says it once")
        run.must(told(answer) == told(first), f"{what}: {answer}", "duplicated")

    async def conflicts(what: str, where: str, body: str) -> None:
        answer = await posted(ann, where, nonce, body)
        run.must(answer.get("code") == "nonce_conflict", f"{what}: {answer}")

    await same("at once")
    await conflicts("another body", room, "ann says something else")
    await conflicts("another room", other, "ann says it once")
    hers = await posted(ben, room, nonce, "ben says it, too")
    run.must(told(hers) != told(first), f"the nonce of somebody else: {hers}", "lost")
    cluster.execute("UPDATE chat_message SET created_at = '2020-01-01' WHERE id = ?", first["message"])
    await same("years later")
    for change in ({"type": "message.edit", "body": "ann said it"}, {"type": "message.delete"}):
        await asked(ann, change | {"message": first["message"]})
        answer = await posted(ann, room, nonce, "ann says it once")
        fine = answer.get("message") == first["message"] or answer.get("code") == "nonce_conflict"
        run.must(fine, f"after {change['type']}: {answer}", "duplicated")


async def _race(run: Run, cluster: Cluster, pool: ClientPool) -> None:
    """The same sends from two connections of one person, on two daphnes where there are two."""
    ann = pool.clients[0]
    ports = [server.port for server in cluster.servers]
    async with ClientPool([ann.person], lambda: ports[-1], run.seed + 1) as twins:
        twin = twins.clients[0]
        ann.port, twin.heard = (lambda: ports[0]), Answers()
        await asked(ann, {"type": "ping"})
        left = ann.socket
        left.close()  # type: ignore[union-attr]  and comes back to the first of them
        await until(lambda: ann.socket is not left and ann.is_in and twin.is_in, 60, "both are in")
        for start in range(0, RACED, 50):
            names = [(secrets.token_urlsafe(16), f"race {start + n}") for n in range(50)]
            sends = [posted(who, cluster.rooms[0], *name) for name in names for who in (ann, twin)]
            answers = await asyncio.gather(*sends)
            for one, two in zip(answers[::2], answers[1::2], strict=True):
                run.must(told(one) == told(two), f"raced, and answered {one} and {two}", "duplicated")
        run.count("nonces raced", RACED)
        run.judge(await cluster.database_state(), twins.recordings, dense=False)


def told(ack: Event) -> tuple[Any, ...]:
    return ack["type"], ack.get("message"), ack.get("seq")


async def posted(client: Client, room: str, nonce: str, body: str) -> Event:
    """The answer to that send: an ack or an error."""
    if nonce not in {entry.nonce for entry in client.recording.of("submit")}:
        client.recording.add("submit", room=room, nonce=nonce, note=body)
    return await asked(client, {"type": "message.post", "room": room, "nonce": nonce, "body": body})


async def asked(client: Client, command: Event) -> Event:
    ref, answers = secrets.token_urlsafe(8), client.heard
    assert isinstance(answers, Answers)
    client.send(command | {"ref": ref})
    await until(lambda: ref in answers.by_ref, 30, f"an answer to {command['type']}")
    return answers.by_ref[ref]


class Answers(list[tuple[float, Event]]):
    """The events a client received, of the types asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.by_ref: dict[str, Event] = {}

    def append(self, heard: tuple[float, Event]) -> None:
        if ref := heard[1].get("ref"):
            self.by_ref[ref] = heard[1]
