"""Tests that everybody in a room gets every event, in order and once, whatever happens to hints.

The real hub over a slow database and a layer that loses, repeats, delays and reorders, in virtual time.
"""

import asyncio
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chat.realtime.hub import room_feed
from chat.realtime.hub.room_feed import HOLD
from tests.support.feed_scenarios import PEOPLE, Room, connected, run_story
from tests.support.virtual_time import Recorder, message, run, until

DELAYS = st.sampled_from([0.0, 0.001, 0.02, 0.04, 0.1, 0.3])
FATES = st.sampled_from(["now", "lost", "joined", "twice", "backwards"])
WHO, NUMBER = st.sampled_from(PEOPLE), st.integers(0, 5)
STEPS = st.one_of(
    st.tuples(st.just("say"), st.integers(1, 6), FATES, DELAYS),
    st.tuples(st.just("say"), st.integers(1, 20), FATES, DELAYS),
    st.tuples(st.just("come"), WHO, st.just(""), DELAYS),
    st.tuples(st.just("ask"), NUMBER, st.integers(-4, 12), DELAYS),
    st.tuples(st.just("remove"), WHO, FATES, DELAYS),
    st.tuples(st.just("stall"), NUMBER),
    st.tuples(st.just("resume"), NUMBER),
    st.tuples(st.just("depart"), NUMBER),
    st.tuples(st.just("wait"), DELAYS),
    st.tuples(st.just("database"), DELAYS, st.booleans()),
)


@settings(max_examples=settings.default.max_examples * 8)
@given(st.lists(STEPS, min_size=4, max_size=40))
def test_everybody_gets_a_contiguous_run_that_ends_at_the_head_and_nothing_after_their_removal(
    steps: list[Any],
) -> None:
    async def story() -> None:
        room = Room()
        for verb, *args in [("come", "alice", "", 0.0), ("come", "bob", "", 0.0), *steps]:
            await getattr(room, verb)(*args)
        await room.settle()
        room.check()
        room.end()

    run(story())


def test_hints_out_of_order_cost_no_read() -> None:
    async def story(room: Room) -> None:
        alice = await connected(room)
        await asyncio.sleep(0.1)
        first, second = room.db.commit(), room.db.commit()
        reads = room.db.reads
        room.hub.deliver(second)
        await asyncio.sleep(0.015)
        room.hub.deliver(first)
        await asyncio.sleep(0.1)
        assert [heard["seq"] for heard in alice.received] == [1, 2]
        assert room.db.reads == reads

    run_story(story)


def test_a_hole_is_filled_by_one_read_for_everybody_after_the_hold() -> None:
    async def story(room: Room) -> None:
        people = [await connected(room, name) for name in PEOPLE * 10]
        await asyncio.sleep(0.1)
        reads = room.db.reads
        room.db.commit()
        room.hub.deliver(room.db.commit())
        await asyncio.sleep(HOLD + 0.02)
        assert room.db.reads == reads + 1
        for person in people:
            assert person.received == [{"type": "changes", "since": 0, "seq": 2}]

    run_story(story)


@pytest.mark.parametrize("gap", [0.0, 0.3, 1.1, 1.9])
def test_a_change_whose_every_hint_is_lost_arrives_within_two_and_a_half_seconds(gap: float) -> None:
    async def story(room: Room) -> None:
        alice = await connected(room)
        await asyncio.sleep(2.0 + gap)
        room.db.commit()
        start = room.hub.loop.time()
        await until(lambda: alice.received, "the change")
        assert room.hub.loop.time() - start < 2.5

    run_story(story)


def test_a_lost_change_is_found_in_time_while_waiting_for_another() -> None:
    """A gap found by the head check must not be lost because something else is late at that moment."""

    async def story(room: Room) -> None:
        alice = await connected(room)
        await asyncio.sleep(1.99)
        first, second = room.db.commit(), room.db.commit()
        room.hub.deliver(second)  # its predecessor is late; the head check comes by, and sees more
        room.db.commit()
        start = room.hub.loop.time()
        await asyncio.sleep(0.025)
        room.hub.deliver(first)
        await until(lambda: room.cursor(alice) == 3, "the third, which has no hint")
        assert room.hub.loop.time() - start < 1.0

    run_story(story)


def test_a_hint_whose_frames_do_not_match_its_seqs_is_refused_and_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def story(room: Room) -> None:
        alice = await connected(room)
        hint = {**room.db.hint(1, 0), "first": 1, "last": 3, "frames": [message(1), message(3)]}
        room.hub.deliver(hint)
        await asyncio.sleep(0.001)
        assert alice.received == []
        for _ in range(3):
            room.db.commit()
        await until(lambda: room.cursor(alice) == 3, "all three, from the database")
        assert room.order_check(alice).faults == []

    run_story(story)
    assert [r.getMessage() for r in caplog.records] == ["a hint for room 1 from 1 to 3 has 2 frames"]


def test_a_hint_of_a_missing_seq_is_not_read_for_ever() -> None:
    async def story(room: Room) -> None:
        await connected(room)
        await asyncio.sleep(0.1)
        reads = room.db.reads
        await room.invent(5)
        await asyncio.sleep(1.0)
        assert room.db.reads - reads <= 2

    run_story(story)


def test_many_who_open_a_room_at_once_cost_one_read() -> None:
    async def story(room: Room) -> None:
        herd = [await connected(room, name) for name in PEOPLE * 20]
        await asyncio.sleep(0.1)
        reads = room.db.reads
        feed = room.hub.rooms[1]
        await asyncio.gather(*(feed.admit(connection, None) for connection in herd))
        assert room.db.reads == reads + 1
        assert all(connection.received == [{"type": "room", "seq": 0, "upto": 0}] for connection in herd)

    run_story(story)


def test_events_during_a_catch_up_follow_it() -> None:
    async def story(room: Room) -> None:
        await connected(room, "bob")
        await room.say(3, "now", 0.0)
        await asyncio.sleep(0.1)
        room.db.delay = lambda: 0.05
        room.joined_at[alice := Recorder("alice")] = 0
        room.hub.arrive(alice)
        room.hub.join(1, "room", alice, 0)
        await asyncio.sleep(0.07)  # the answer is on its way, and knows three
        await room.say(2, "now", 0.0)
        await asyncio.sleep(0.3)
        assert room.order_check(alice).faults == []
        assert room.cursor(alice) == 5

    run_story(story)


def test_a_shared_older_answer_is_not_taken_as_complete() -> None:
    async def story(room: Room) -> None:
        await connected(room, "bob")
        await room.say(3, "now", 0.0)
        await asyncio.sleep(0.1)
        room.db.delay = lambda: 0.05
        first, second = Recorder("alice"), Recorder("charlie")
        for wait, late in ((0.0, first), (0.07, second)):
            room.joined_at[late] = 0
            room.hub.arrive(late)
            await asyncio.sleep(wait)
            if late is second:
                await room.say(3, "now", 0.0)
                await asyncio.sleep(0.001)
            room.hub.join(1, "room", late, 0)  # the second shares the answer of the first, which knows three
        await asyncio.sleep(0.5)
        for late in (first, second):
            assert room.order_check(late).faults == []
            assert room.cursor(late) == 6

    run_story(story)


def test_a_catch_up_of_very_many_pages_ends_with_a_snapshot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room_feed, "MAX_PAGES", 3)

    async def story(room: Room) -> None:
        room.db.page, room.db.most = 1, 500
        alice = await connected(room)
        await room.say(40, "now", 0.0)
        await asyncio.sleep(0.1)
        reads, told = room.db.reads, len(alice.received)
        await room.hub.rooms[1].admit(alice, 0)
        assert [event["type"] for event in alice.received[told:]] == ["changes"] * 3 + ["room"]
        assert room.db.reads == reads + 4
        await room.say(1, "now", 0.0)
        await asyncio.sleep(0.1)
        assert room.order_check(alice).faults == []
        assert room.cursor(alice) == 41

    run_story(story)


def test_two_simultaneous_opens_of_one_connection_miss_nothing() -> None:
    async def story(room: Room) -> None:
        alice = await connected(room)
        feed = room.hub.rooms[1]
        await room.say(6, "now", 0.0)
        room.db.delay = lambda: 0.05
        both = asyncio.gather(feed.admit(alice, None), feed.admit(alice, 0))
        await asyncio.sleep(0.06)
        await room.say(3, "now", 0.0)
        await both
        await room.say(1, "now", 0.0)
        await asyncio.sleep(0.1)
        assert room.order_check(alice).faults == []
        assert room.cursor(alice) == 10

    run_story(story)


def test_a_lagging_connection_gets_nothing_and_then_everything() -> None:
    async def story(room: Room) -> None:
        alice = await connected(room)
        alice.full = True
        await room.say(1, "now", 0.0)
        await asyncio.sleep(0.1)
        heard = len(alice.received)
        await room.say(8, "now", 0.001)
        await asyncio.sleep(1.0)
        assert alice.lagging
        assert len(alice.received) == heard
        await room.resume(0)
        await until(lambda: room.cursor(alice) == 9, "what she missed")
        assert room.order_check(alice).faults == []
        assert 1 in room.hub.rooms
        assert alice in room.hub.rooms[1].live

    run_story(story)


def test_a_failed_catch_up_is_repeated_when_the_database_is_back(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def story(room: Room) -> None:
        alice = await connected(room)
        room.db.away = True
        with pytest.raises(OSError, match="away"):
            await room.hub.rooms[1].admit(alice, None)
        await room.say(2, "now", 0.0)
        room.db.away = False
        await until(lambda: room.cursor(alice) == 2, "what was said meanwhile")
        await room.say(1, "now", 0.0)
        await asyncio.sleep(0.05)
        assert room.cursor(alice) == 3
        assert room.order_check(alice).faults == []
        room.hub.depart(alice)
        assert 1 not in room.hub.rooms, "nobody is left in it"

    run_story(story)


def test_a_lagging_connection_that_is_the_last_of_a_room_still_gets_its_events() -> None:
    """The process must not unsubscribe from the room when the last other connection closes."""

    async def story(room: Room) -> None:
        alice, bob = await connected(room), await connected(room, "bob")
        alice.full = True
        await room.say(1, "now", 0.0)
        await asyncio.sleep(0.1)
        await room.say(8, "now", 0.001)
        await asyncio.sleep(1.0)
        room.hub.depart(bob)
        assert 1 in room.hub.rooms
        await room.resume(0)
        await until(lambda: room.cursor(alice) == 9, "what she missed")
        await room.say(1, "now", 0.0)
        await until(lambda: room.cursor(alice) == 10, "what came later")
        assert room.order_check(alice).faults == []

    run_story(story)
