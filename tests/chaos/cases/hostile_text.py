"""Cases: guests post messages that are slow to render, as often as they may; others are answered in time."""

import asyncio
import time

from tests.chaos.client import Client
from tests.chaos.client_pool import ClientPool, until
from tests.chaos.run import Run, case

GUESTS, BYSTANDERS = 6, 4
BLANK = "\n" * 1_250
# Each is made another message by its number.
WORST = [
    "```java\n{0}" + BLANK + "```\n```java\n" + BLANK + "```\n```java\n" + BLANK + "```",
    "```cpp\n{0}" + BLANK + "```\n```cpp\n" + BLANK + "```\n```cpp\n" + BLANK + "```",
    "{0} " + "http://[" * 490,
    "{0} " + "://" * 1_300,
    "```java\n{0}" + "_ " * 700 + "```\n" + "*a_" * 150 + "\n- a" * 250,
    "{0} " + "![a](b" * 290,
]
# Posts a second of one person, as limits.RATES allows.
RATE = 5.0
ACKNOWLEDGED = 0.25


@case("F45", "a flood of slow-to-render messages by one guest, then six: others are acknowledged in time")
async def hostile_text(run: Run) -> None:
    people = GUESTS + BYSTANDERS
    rooms = [list(range(people)), list(range(GUESTS, people))]
    async with run.connected(people=people, rooms=rooms, env={"CHAT_RATE_LIMITS": "on"}) as (cluster, pool):
        for guests in (1, GUESTS):
            await _flood(run, pool, guests, seconds=20.0 if run.patience > 30 else 5.0)
        await run.settle(cluster, pool)
        run.must(not any(client.codes for client in pool.clients), "somebody was closed")


async def _flood(run: Run, pool: ClientPool, guests: int, seconds: float) -> None:
    others = pool.clients[GUESTS:]
    began = time.monotonic()
    floods = [asyncio.create_task(_post_worst(client, seconds)) for client in pool.clients[:guests]]
    for turn in range(int(seconds * 4)):
        client = others[turn % len(others)]
        client.post(client.person.rooms[-1])
        await asyncio.sleep(0.25)
    await asyncio.gather(*floods)
    await until(lambda: not any(client.unsettled for client in others), run.patience, "others are answered")
    waits = sorted(wait for client in others for wait in _waits(client, began))
    worst = waits[int(len(waits) * 0.99)]
    run.figure(f"{guests} flooding: acknowledged, p99 s", round(worst, 3))
    run.must(worst <= ACKNOWLEDGED, f"{guests} flooding: others were acknowledged after {worst:.3f} s")


async def _post_worst(client: Client, seconds: float) -> None:
    for turn in range(int(seconds * RATE)):
        if client.unsettled < 20:
            client.post(
                client.person.rooms[0], WORST[turn % len(WORST)].format(f"{client.name} {client.written}")
            )
        await asyncio.sleep(1 / RATE)


def _waits(client: Client, since: float) -> list[float]:
    """Seconds from writing to the acknowledgement."""
    sent = {entry.nonce: entry.at for entry in client.recording.of("submit") if entry.at >= since}
    return [entry.at - sent[entry.nonce] for entry in client.recording.of("ack") if entry.nonce in sent]
