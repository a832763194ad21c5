"""Tests that a removal is the last event the removed person gets, whatever the order of events. (I10)"""

import asyncio
import json

import pytest

from tests.support.feed_scenarios import Room, connected, run_story
from tests.support.virtual_time import Recorder, until


async def removed_but_not_heard_of(room: Room) -> Recorder:
    """alice was removed elsewhere at seq 4 and more followed, but no hint has arrived."""
    await connected(room, "bob")
    alice = await connected(room)
    await room.say(3, "now", 0.0)
    await asyncio.sleep(0.1)
    await room.remove("alice", "lost", 0.0)
    await room.say(3, "lost", 0.0)
    return alice


@pytest.mark.parametrize("since", [None, 0, 3, 4, 6, 8, 99])
def test_opening_a_room_after_removal_shows_the_removal_and_no_more(since: int | None) -> None:
    async def story(room: Room) -> None:
        alice = await removed_but_not_heard_of(room)
        await room.hub.rooms[1].admit(alice, since)
        assert max(heard["seq"] for heard in alice.received) == 4
        assert not alice.feeds
        assert alice.removed_from == ["room"]

    run_story(story)


@pytest.mark.parametrize("healed", [True, False])
def test_ephemeral_events_before_a_removal_are_not_sent_after_it(healed: bool) -> None:
    async def story(room: Room) -> None:
        alice = await removed_but_not_heard_of(room)
        feed = room.hub.rooms[1]
        send_ephemeral = json.dumps({"type": "typing"}).encode()
        flush, room.hub.flusher.flush = room.hub.flusher.flush, lambda: None  # a busy loop: as late as can be
        feed.send_ephemeral([send_ephemeral])
        await (feed._backfill() if healed else feed.admit(alice, 3))
        assert not alice.feeds
        flush()
        assert [heard["type"] for heard in alice.received][-2:] == ["typing", "message"]

    run_story(story)


def test_a_removal_found_by_backfill_is_the_last_event_the_person_gets() -> None:
    async def story(room: Room) -> None:
        alice = await removed_but_not_heard_of(room)
        await until(lambda: not alice.feeds, "alice is out")
        await asyncio.sleep(1.0)
        assert alice.received[-1] == {"type": "message", "seq": 4}

    run_story(story)


def test_events_after_a_removal_within_a_hint_go_only_to_the_others() -> None:
    async def story(room: Room) -> None:
        alice, bob = await connected(room), await connected(room, "bob")
        room.db.commit()
        room.db.commit(removed="alice")
        room.db.commit()
        room.hub.deliver(room.db.hint(1, 3))
        await asyncio.sleep(0.1)
        assert [heard["seq"] for heard in alice.received] == [1, 2]
        assert [heard["seq"] for heard in bob.received] == [1, 2, 3]

    run_story(story)


def test_a_removal_during_a_catch_up_ends_it() -> None:
    async def story(room: Room) -> None:
        alice = await connected(room)
        await room.say(3, "now", 0.0)
        await asyncio.sleep(0.1)
        room.db.delay = lambda: 0.2
        reading = asyncio.ensure_future(room.hub.rooms[1].admit(alice, None))
        await asyncio.sleep(0.1)
        await room.remove("alice", "now", 0.0)
        await reading
        assert max(heard["seq"] for heard in alice.received) <= 4
        assert not alice.feeds

    run_story(story)
