"""Tests that lost presence is corrected for everybody, and that nothing is sent to those who lost nothing."""

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat import protocol
from chat.realtime.hub import ephemeral
from chat.realtime.hub.hub import RoomFeed
from chat.realtime.server.presence_repair import repair
from chat.realtime.server.presence_tracker import PresenceTracker
from tests.support.virtual_time import FakeDatabase, Recorder, make_hub, run

States = dict[int, str]


def frame(states: States, *, whole: bool) -> bytes:
    by_state: dict[str, list[Any]] = {"online": [], "away": [], "offline": []}
    for person in sorted(states):
        by_state[states[person]].append(person)
    return protocol.encode(protocol.Presence(room="key-1", whole=whole, **by_state))


def shown(connection: Recorder) -> States:
    """What the page of this connection shows."""
    states: States = {}
    for event in connection.received:
        if event["type"] == "presence":
            states = {} if event["whole"] else states
            states |= {person: state for state in ("online", "away", "offline") for person in event[state]}
    return {person: state for person, state in states.items() if state != "offline"}


class Scene:
    """A room with three connections, and who is really online."""

    def __init__(self) -> None:
        self.hub = make_hub(FakeDatabase())
        self.tabs = [Recorder(person) for person in ("alice", "bob", "carol")]
        self.truth: States = {}
        for tab in self.tabs:
            self.join(tab)

    @property
    def feed(self) -> RoomFeed:
        return self.hub.rooms[1]

    def join(self, tab: Recorder) -> None:
        self.hub.arrive(tab)
        self.hub.join(1, "key-1", tab, 0)

    def change(self, person: int, state: str, *, lost: bool = False) -> None:
        self.truth = {**self.truth, person: state}
        if not lost:
            self.feed.send_ephemeral([frame({person: state}, whole=False)])

    def repair(self) -> list[list[dict[str, Any]]]:
        """Returns what each connection gets."""
        self.hub.flusher.flush()
        before = [len(tab.received) for tab in self.tabs]
        online = {person: state for person, state in self.truth.items() if state != "offline"}
        repair(self.feed, frame(online, whole=True))
        self.hub.flusher.flush()
        for tab in self.tabs:
            assert tab.lagging or shown(tab) == online
        return [tab.received[start:] for tab, start in zip(self.tabs, before, strict=True)]


def play(story: Callable[[Scene], None]) -> None:
    async def act() -> None:
        story(Scene())

    run(act())


def test_whole_presence_goes_to_those_who_have_just_come_and_to_nobody_else() -> None:
    def story(scene: Scene) -> None:
        scene.change(1, "online")
        assert [[event["whole"] for event in got] for got in scene.repair()] == [[True]] * 3
        scene.tabs.append(Recorder("dora"))
        scene.join(scene.tabs[-1])
        assert [[event["whole"] for event in got] for got in scene.repair()] == [[], [], [], [True]]

    play(story)


def test_what_was_delivered_is_not_sent_again() -> None:
    def story(scene: Scene) -> None:
        scene.repair()
        for person, state in [(1, "online"), (2, "away"), (1, "offline"), (2, "online"), (1, "online")]:
            scene.change(person, state)
        assert scene.repair() == [[], [], []]
        assert scene.repair() == [[], [], []]

    play(story)


def test_a_lost_change_is_sent_and_nothing_else() -> None:
    def story(scene: Scene) -> None:
        for person in range(50):
            scene.change(person, "online")
        scene.repair()
        scene.change(7, "offline", lost=True)
        event = json.loads(frame({7: "offline"}, whole=False))
        assert scene.repair() == [[event]] * 3

    play(story)


def test_a_change_that_was_lost_only_on_the_way_back_is_found() -> None:
    """The person is as they were at the last check, but everybody was told that they left."""

    def story(scene: Scene) -> None:
        scene.change(7, "online")
        scene.repair()
        scene.change(7, "offline")
        scene.change(7, "online", lost=True)
        scene.repair()

    play(story)


def test_a_connection_that_could_not_take_an_event_gets_the_whole_presence_when_it_can() -> None:
    def story(scene: Scene) -> None:
        scene.repair()
        scene.tabs[0].lag()
        scene.change(7, "online")
        assert scene.repair() == [[], [], []]
        scene.tabs[0].catch_up()
        assert [[event["whole"] for event in got] for got in scene.repair()] == [[True], [], []]

    play(story)


def test_after_more_events_than_are_remembered_everybody_gets_the_whole_presence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ephemeral, "MAX_RECENT", 3)

    def story(scene: Scene) -> None:
        scene.repair()
        for person in range(4):
            scene.change(person, "online")
        assert [[event["whole"] for event in got] for got in scene.repair()] == [[True]] * 3

    play(story)


def tracker_of(scene: Scene, tmp_path: Path, while_reading: Callable[[], None]) -> PresenceTracker:
    """Reads that nobody is online, while something happens."""

    async def read(*_: Any) -> bytes:
        while_reading()
        return frame({}, whole=True)

    database: Any = SimpleNamespace(writer=SimpleNamespace(call_first=None), read=read)
    return PresenceTracker(scene.hub, database, tmp_path)


def test_a_page_that_got_presence_older_than_a_change_is_corrected(tmp_path: Path) -> None:
    async def act() -> None:
        scene = Scene()
        scene.repair()
        tracker = tracker_of(scene, tmp_path, lambda: scene.change(7, "online"))
        await tracker.send_presence(scene.feed, scene.tabs[0])
        scene.repair()

    run(act())


def test_presence_of_a_room_is_not_sent_to_somebody_removed_while_it_was_read(tmp_path: Path) -> None:
    async def act() -> None:
        scene = Scene()
        feed, tab = scene.feed, scene.tabs[0]
        tracker = tracker_of(scene, tmp_path, lambda: scene.hub.drop(tab, feed))
        await tracker.send_presence(feed, tab)
        scene.hub.flusher.flush()
        assert tab.received == []

    run(act())


changes = st.tuples(
    st.just("change"), st.integers(1, 4), st.sampled_from(["online", "away", "offline"]), st.booleans()
)
others = st.sampled_from([("lag", 0), ("lag", 1), ("catch_up", 0), ("catch_up", 1), ("come",), ("repair",)])


@given(st.lists(changes | others, min_size=5, max_size=30))
def test_after_a_repair_every_page_shows_who_is_online_whatever_was_lost(steps: list[Any]) -> None:
    def story(scene: Scene) -> None:
        for name, *how in [("repair",), *steps, ("repair",)]:
            if name == "change":
                scene.change(how[0], how[1], lost=how[2])
            elif name == "come":
                scene.tabs.append(Recorder(len(scene.tabs)))
                scene.join(scene.tabs[-1])
            elif name == "repair":
                scene.repair()
            elif (name == "lag") != scene.tabs[how[0]].lagging:
                getattr(scene.tabs[how[0]], name)()

    play(story)
