"""Tests that endless searching delays neither other people's connections nor their messages."""

import asyncio
import contextlib
import time
from typing import Any

from .client import Client
from .conftest import Person, Site

MESSAGES, CONNECTIONS, EACH = 120, 10, 3
SECONDS = 8.0  # on a machine that runs two suites; it was 15 s while searches took the other readers


async def search(client: Client) -> None:
    """Searches as often as allowed, then after each `retry_after`."""
    while client.is_open:
        answer = await client.ask("search", 60, text='from:me "عليه الله"', utc_offset=0)
        await asyncio.sleep(answer.get("retry_after", 0) if answer["type"] == "error" else 0)


async def come_in_and_read(site: Site, person: Person, room: str) -> float:
    began = time.monotonic()
    async with site.client(person) as client:
        answer = await client.ask("room.history", 30, room=room, before=2**40)
        assert answer["type"] == "history"
        return time.monotonic() - began


async def test_one_person_s_searches_delay_nobody(
    site: Site, connect: Any, alice: Person, bob: Person, room: str
) -> None:
    mine = site.room(bob)
    site.call("post_many", bob.id, mine, MESSAGES, "ﷺ " * 1_999)
    while site.call("search.index_changes", 1_000)[0]:
        pass
    clients = [await connect(bob) for _ in range(CONNECTIONS)]
    searching = [asyncio.create_task(search(client)) for client in clients]
    try:
        await clients[0].until(lambda: any(client.events(0, "found") for client in clients), "a result", 30)
        assert max([await come_in_and_read(site, alice, room) for _ in range(EACH)]) < SECONDS
        errors = [event["code"] for client in clients for event in client.events(0, "error")]
        assert set(errors) <= {"rate_limited"}
    finally:
        for task in searching:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
