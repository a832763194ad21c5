"""Tests that presence is correct and free of flicker. (I11)"""

import asyncio
from typing import Any

from .client import Client
from .conftest import Person, Site

# Gone this long, somebody has left; and a turn of the sweep.
GRACE, SWEEP = 5.0, 1.0


def told(client: Client, room: str, person: Person, since: int = 0) -> list[str]:
    """The presence events about a person in a room, in order."""
    return [
        state
        for event in client.events(since, "presence")
        if event["room"] == room and not event["whole"]
        for state in ("online", "away", "offline")
        if person.id in event[state]
    ]


async def opened(client: Client, room: str) -> dict[str, Any]:
    """The presence that a page gets when it opens the room."""
    before = len(client.received)
    await client.open(room)
    return (await client.receives("presence", since=before, room=room, whole=True)).event


async def test_several_tabs_are_one_person_and_only_the_last_close_is_sent(
    site: Site, connect: Any, alice: Person, bob: Person, charlie: Person
) -> None:
    room = site.room(alice, bob, charlie)
    hers = await connect(alice)
    tabs = [site.client(bob, server=n) for n in range(3)]
    for tab in tabs:
        await tab.connect()
    reloading = site.client(charlie, server=1)
    await reloading.connect()
    await hers.until(lambda: told(hers, room, bob) and told(hers, room, charlie), "both online")
    for _ in range(3):  # whoever reloads is gone for a moment
        await reloading.leave()
        await reloading.connect()
    await tabs[0].leave()
    await tabs[1].leave()
    await asyncio.sleep(GRACE + 2 * SWEEP)  # silence cannot be waited for in any other way
    assert told(hers, room, bob)
    assert told(hers, room, charlie)
    assert {alice.id, bob.id, charlie.id} == set((await opened(hers, room))["online"])
    await tabs[2].leave()
    took = await hers.until(lambda: "offline" in told(hers, room, bob), "bob is gone", 10)
    assert GRACE <= took <= GRACE + 2 * SWEEP + 1.0
    assert set((await opened(hers, room))["online"]) == {alice.id, charlie.id}
    await reloading.leave()


async def test_joining_another_room_shows_the_person_online_there_at_once(
    site: Site, connect: Any, alice: Person, bob: Person, charlie: Person
) -> None:
    """The room has never had them, although they were online elsewhere all the time."""
    room, elsewhere = site.room(alice), site.room(bob, charlie)
    hers, his = await connect(alice), await connect(bob, server=1)
    on_the_way = site.client(charlie)
    await on_the_way.connect()
    await his.until(lambda: told(his, elsewhere, charlie), "charlie online")
    await on_the_way.leave()
    for person in (bob, charlie):
        await asyncio.to_thread(site.call, "actions.join_room", person.id, room)
    await hers.until(lambda: told(hers, room, bob), "bob is here")
    await on_the_way.connect()
    await hers.until(lambda: told(hers, room, charlie), "charlie is here")
    await on_the_way.leave()


async def test_away_is_sent_only_when_every_tab_is_away(
    connect: Any, alice: Person, bob: Person, room: str
) -> None:
    hers, one, other = await connect(alice), await connect(bob), await connect(bob, server=1)
    await hers.until(lambda: told(hers, room, bob), "bob online")
    one.send({"type": "presence", "state": "away"})
    await one.ask("ping")
    other.send({"type": "presence", "state": "away"})
    await hers.until(lambda: told(hers, room, bob)[-1] == "away", "bob away")
    one.send({"type": "presence", "state": "online"})
    await hers.until(lambda: told(hers, room, bob)[-1] == "online", "bob back")


async def test_a_connection_that_is_cut_closes_its_session(
    site: Site, connect: Any, alice: Person, bob: Person, room: str
) -> None:
    his = await connect(bob)
    await his.ask("ping")
    await _sessions(site, bob, 1)
    his.cut()
    await _sessions(site, bob, 0)


async def _sessions(site: Site, person: Person, count: int) -> None:
    end = asyncio.get_running_loop().time() + 5
    while site.call("open_sessions", person.id) != count:
        assert asyncio.get_running_loop().time() < end, f"never {count} sessions"
        await asyncio.sleep(0.1)
