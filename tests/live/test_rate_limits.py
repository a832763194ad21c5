"""Tests that rate limits apply per person, however many connections they open and drop."""

import asyncio
import time
from typing import Any

import pytest

from chat import limits

from .client import Client, new_nonce
from .conftest import Person, Site

RATE, BURST = limits.RATES["message.post"]
CONNECTS = int(limits.RATES["connect"][1])


async def flood(client: Client, room: str, count: int) -> None:
    """Posts all at once on a new connection, which is cut when all are answered or it was closed."""
    await client.connect(welcomed=False)
    refs = {new_nonce() for _ in range(count)}
    for ref in refs:
        client.send({"type": "message.post", "room": room, "nonce": ref, "body": "flood", "ref": ref})
    await client.until(
        lambda: client.closes or refs <= {event.get("ref") for event in client.events()}, "an end"
    )
    if not client.closes:
        client.cut()
        await client.closed()


async def accepted(witness: Client, room: str) -> int:
    """The number of a flood's posts that another member sees."""
    await witness.sees(room, witness.write(room, "the last one"))
    return witness.rooms[room].bodies.count("flood")


async def test_reconnecting_does_not_refill_the_allowance(
    site: Site, connect: Any, alice: Person, bob: Person
) -> None:
    room = site.room(alice, bob)
    witness, start = await connect(bob), time.monotonic()
    for _ in range(20):
        await flood(site.client(alice), room, 20)
    assert BURST <= await accepted(witness, room) <= BURST + RATE * (time.monotonic() - start)


async def test_twenty_connections_share_one_allowance(
    site: Site, connect: Any, alice: Person, bob: Person
) -> None:
    room = site.room(alice, bob)
    witness, start = await connect(bob), time.monotonic()
    await asyncio.gather(*(flood(site.client(alice), room, 20) for _ in range(20)))
    assert BURST <= await accepted(witness, room) <= BURST + RATE * (time.monotonic() - start)


async def test_one_person_s_flood_does_not_limit_another(
    site: Site, connect: Any, alice: Person, bob: Person
) -> None:
    room = site.room(alice, bob)
    his = await connect(bob)
    await flood(site.client(alice), room, 60)
    assert [await his.acked(his.write(room, "calm")) for _ in range(int(BURST))]


async def test_endless_new_connections_are_told_to_wait(site: Site, alice: Person) -> None:
    client = site.client(alice)
    for _ in range(CONNECTS + 10):
        await client.connect(welcomed=False)
        if not client.welcome:
            break
        client.cut()
        await client.closed()
    assert (await client.closed()).code == 4029
    [bye] = client.events(0, "bye")
    assert 0 < bye["retry_after"] <= 1
    await asyncio.sleep(bye["retry_after"])
    await client.connect()
    await client.leave()


@pytest.mark.timeout(60)
async def test_after_a_flood_a_person_is_welcome_again(site: Site, alice: Person) -> None:
    room, client = site.room(alice), site.client(alice)
    await client.connect()
    for _ in range(400):
        client.send({"type": "ping"})
    assert (await client.closed()).code == 4029
    [bye] = client.events(0, "bye")
    await asyncio.sleep(bye["retry_after"])
    await client.connect()
    await client.acked(client.write(room, "back, and calm"))
    await client.leave()
