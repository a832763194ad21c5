"""Tests that messages that are slow to render delay nobody else and arrive in order."""

import asyncio
import time
from typing import Any

from .conftest import Person

BODIES = [
    "```java\n" + "\n" * 1_300 + "```\n```java\n" + "\n" * 1_300 + "```\n```java\n" + "\n" * 1_300 + "```",
    "```cpp\n" + "\n" * 1_300 + "```\n```cpp\n" + "\n" * 1_300 + "```\n```cpp\n" + "\n" * 1_300 + "```",
    "http://[" * 500,
    "://" * 1_333,
    "```java\n" + "_ " * 740 + "\n```",
    "*short*",
    "plain",
]


async def test_slow_bodies_arrive_in_order_and_nobody_is_closed(
    connect: Any, alice: Person, bob: Person, room: str
) -> None:
    hers, his = await connect(alice), await connect(bob)
    nonces = [hers.write(room, body) for body in BODIES * 2]
    slowest, arrived = 0.0, his.rooms[room]
    while len(arrived.bodies) < len(nonces):
        began = time.monotonic()
        await his.ask("ping")
        slowest = max(slowest, time.monotonic() - began)
        await asyncio.sleep(0.1)  # within the rate of commands
    assert arrived.bodies == BODIES * 2
    for nonce in nonces:
        await hers.acked(nonce)
    assert slowest < 4.0  # it was 7 s while bodies were rendered on the loop
    assert hers.closes == his.closes == []
