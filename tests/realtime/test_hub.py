"""Tests that the hub tracks its people, listens only to rooms in use, and isolates slow connections."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from chat.realtime.hub.hub import STALLED, Hub
from chat.realtime.layers import InProcessChannelLayer
from tests.support.virtual_time import TOO_SLOW, FakeDatabase, Recorder, make_hub, run, until


class Scene:
    def __init__(self, layer: Any = None) -> None:
        self.db, self.layer = FakeDatabase(), layer or InProcessChannelLayer()
        self.looked_at: list[Any] = []
        self.hub: Hub = make_hub(self.db, self.layer, self.recheck_access)
        self.hub.start()

    async def recheck_access(self, person: Any) -> None:
        self.looked_at.append(person)

    def come(self, person: str, *rooms: int) -> Recorder:
        connection = Recorder(person)
        self.hub.arrive(connection)
        for room in rooms:
            self.hub.join(room, f"key-{room}", connection, self.db.head)
        return connection

    @property
    def groups(self) -> set[str]:
        return {name for name, channels in self.layer.groups.items() if channels}


def play(story: Callable[[Scene], Awaitable[None]], layer: Any = None) -> None:
    async def told() -> None:
        scene = Scene(layer)
        try:
            await story(scene)
        finally:
            scene.hub.stop()

    run(told())


def test_the_first_one_in_joins_the_group_and_the_last_one_out_leaves_it() -> None:
    async def story(scene: Scene) -> None:
        one, other = scene.come("alice", 1), scene.come("bob", 1)
        await until(lambda: scene.groups == {"room.1", "person.alice", "person.bob"}, "joined")
        assert all(len(channels) == 1 for channels in scene.layer.groups.values())
        scene.hub.depart(one)
        await until(lambda: scene.groups == {"room.1", "person.bob"}, "alice's own group left")
        scene.hub.depart(other)
        scene.hub.depart(other)  # again is nothing
        await until(lambda: scene.groups == set(), "all left")
        assert not scene.hub.rooms
        assert not scene.hub.by_key
        assert not scene.hub.people
        assert not scene.hub._audiences

    play(story)


class Asked(InProcessChannelLayer):
    """Records its calls and answers slowly."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, set[str]]] = []

    async def group_add_all(self, groups: list[str], channel: str) -> None:
        self.asked.append(("add", set(groups)))
        await asyncio.sleep(0.1)
        for group in groups:
            await self.group_add(group, channel)

    async def group_discard_all(self, groups: list[str], channel: str) -> None:
        self.asked.append(("discard", set(groups)))
        await asyncio.sleep(0.1)
        for group in groups:
            await self.group_discard(group, channel)


def test_a_person_joins_and_leaves_two_hundred_rooms_at_once() -> None:
    async def story(scene: Scene) -> None:
        rooms = {f"room.{room}" for room in range(200)}
        alice = scene.come("alice", *range(200))
        await until(lambda: len(scene.groups) == 201, "joined")
        await until(lambda: scene.db.reads, "looked at what was said meanwhile", seconds=0.5)
        scene.hub.depart(alice)
        await until(lambda: not scene.groups, "left")
        both = rooms | {"person.alice"}
        assert scene.layer.asked == [("add", both), ("discard", both)]
        assert scene.db.reads == 1

    play(story, Asked())


def test_the_last_group_call_matches_the_current_state_however_fast_people_reconnect() -> None:
    async def story(scene: Scene) -> None:
        for room, pause in enumerate((0.0, 0.01, 0.05, 0.15, 0.25), 10):
            alice = scene.come("alice", 1)
            await asyncio.sleep(0.3)
            scene.hub.depart(alice)
            bob = scene.come(f"bob{room}", room)  # one is left and the other joined at the same moment
            await asyncio.sleep(pause)
            scene.hub.depart(bob)
            await asyncio.sleep(pause)
        scene.come("alice", 2)
        await asyncio.sleep(1)
        assert scene.groups == {"person.alice", "room.2"}

    play(story, Asked())


def test_a_person_s_events_reach_all_their_connections_and_no_others() -> None:
    async def story(scene: Scene) -> None:
        tabs, other = [scene.come("alice"), scene.come("alice")], scene.come("bob")
        await asyncio.sleep(0.1)
        frame = b'{"type": "read"}'
        hint = {"type": "hint", "audience": "person.alice", "first": 0, "last": 0, "frames": [frame],
                "removed": [], "recheck": True}  # fmt: skip
        scene.hub.publish([hint])
        await until(lambda: scene.looked_at, "looked again")
        assert [tab.received for tab in tabs] == [[{"type": "read"}]] * 2
        assert other.received == []
        assert scene.looked_at == ["alice"]

    play(story)


def test_events_to_everybody_are_received_as_long_as_the_process_serves() -> None:
    """Also while nobody is connected: the next connection must not get an old list."""

    async def story(scene: Scene) -> None:
        heard: list[str] = []
        scene.hub.listen("place", lambda: heard.append("look"))
        await until(lambda: "place" in scene.groups, "in the group")
        hint = {"type": "hint", "audience": "place", "first": 0, "last": 0,
                "frames": [], "removed": [], "recheck": True}  # fmt: skip
        scene.hub.publish([hint])
        await until(lambda: heard, "heard")
        scene.hub.depart(scene.come("alice"))
        scene.hub.publish([hint])
        await until(lambda: len(heard) == 2, "heard again")

    play(story)


def test_ephemeral_events_are_sent_once_to_connections_that_can_take_them() -> None:
    async def story(scene: Scene) -> None:
        alice, bob = scene.come("alice", 1), scene.come("bob", 1)
        await asyncio.sleep(0.1)
        bob.lag()
        hint = {"type": "hint", "audience": "room.1", "first": 0, "last": 0,
                "frames": [b'{"type": "typing"}'], "removed": [], "recheck": False}  # fmt: skip
        scene.hub.publish([hint])
        await until(lambda: alice.received, "typing")
        bob.catch_up()
        await asyncio.sleep(3)
        assert bob.received == []

    play(story)


def send_ephemeral(room: int) -> dict[str, Any]:
    return {"type": "hint", "audience": f"room.{room}", "first": 0, "last": 0,
            "frames": [b'{"type": "presence"}'], "removed": [], "recheck": False}  # fmt: skip


def test_presence_in_two_hundred_rooms_is_one_write_per_connection() -> None:
    async def story(scene: Scene) -> None:
        alice, bob = scene.come("alice", *range(200)), scene.come("bob", 7)
        await asyncio.sleep(0.1)
        scene.hub.publish([send_ephemeral(room) for room in range(200)])
        await asyncio.sleep(0)
        assert [len(write) for write in alice.writes] == [200]
        assert [len(write) for write in bob.writes] == [1]

    play(story)


def test_a_connection_that_lags_for_fifteen_seconds_is_closed_even_without_a_feed() -> None:
    async def story(scene: Scene) -> None:
        stalled, lagging, fine = scene.come("alice", 1), scene.come("bob", 1), scene.come("charlie", 1)
        nowhere = scene.come("dora")
        stalled.lagging_since = nowhere.lagging_since = time.monotonic() - STALLED - 1
        lagging.lagging_since = time.monotonic() - STALLED + 10
        await asyncio.sleep(2.5)
        assert (stalled.code, nowhere.code) == (TOO_SLOW, TOO_SLOW)
        assert (lagging.code, fine.code) == (None, None)

    play(story)


def test_a_cancelled_reader_does_not_cancel_the_shared_read() -> None:
    async def story(scene: Scene) -> None:
        reads: list[int] = []

        async def read() -> str:
            reads.append(1)
            await asyncio.sleep(0.1)
            return "the answer"

        impatient = asyncio.ensure_future(scene.hub.once("name", read))
        patient = asyncio.ensure_future(scene.hub.once("name", read))
        await asyncio.sleep(0.01)
        impatient.cancel()
        assert await patient == "the answer"
        assert len(reads) == 1
        assert await scene.hub.once("name", read) == "the answer"
        assert len(reads) == 2

    play(story)


def test_background_failures_are_logged_and_the_head_check_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    async def story(scene: Scene) -> None:
        async def fail() -> None:
            raise ZeroDivisionError

        alice = scene.come("alice", 1)
        scene.hub.spawn(fail())
        scene.db.away = True
        await asyncio.sleep(5)
        scene.db.away = False
        scene.db.commit()
        await until(lambda: alice.received, "the check found it")

    play(story)
    assert any(r.exc_info and r.exc_info[0] is ZeroDivisionError for r in caplog.records)
