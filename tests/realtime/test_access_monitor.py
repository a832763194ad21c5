"""Tests that connections are kept to what their people may see, whatever the order of events."""

import asyncio
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

from chat.accounts import sessions
from chat.accounts.sessions import LoginSession, SessionStatus
from chat.protocol import Close, InfoRow, MyRoom
from chat.realtime.server import access_monitor
from chat.realtime.server.access_monitor import AccessMonitor
from tests.support.virtual_time import FakeDatabase, Recorder, make_hub, run


class Database:
    """Answers that each take their own time, like a thread pool."""

    def __init__(self) -> None:
        self.version, self.rooms = 1, {1}
        self.close: Close | None = None
        self.delays: list[float] = []
        self.asked: list[Any] = []

    async def read(self, query: Any, *args: Any) -> Any:
        self.asked.append(query)
        answer = self._answer(query, *args)  # as of now; told later
        await asyncio.sleep(self.delays.pop(0) if self.delays else 0.001)
        return answer

    def _answer(self, query: Any, asked: Any) -> Any:
        if query is sessions.session_statuses:
            return [SessionStatus(self.close, self.version) for _ in asked]
        assert query is access_monitor.rooms_and_people
        return {pk: my_room(pk) for pk in self.rooms}, {}


def my_room(pk: int) -> MyRoom:
    info = InfoRow(seq=1, name="Room", topic="", kind="public", archived_at=None)
    return MyRoom(
        id=f"key-{pk}", seq=0, info=info, role="member", muted_until=None, read_up_to=0, read_generation=0,
        last=0, unread=0, mentions=0, level="everything", active_at=None,
    )  # fmt: skip


def scene(story: Callable[[Any], Awaitable[None]]) -> None:
    async def told() -> None:
        hub, database, alice = make_hub(FakeDatabase()), Database(), Recorder("alice")
        alice.login = LoginSession("key", "alice", "hash", 1)
        hub.arrive(alice)
        hub.join(1, "key-1", alice, 0)
        entered: list[Any] = []
        access_monitor = AccessMonitor(hub, database, entered.append)  # type: ignore[arg-type]
        try:
            await story(
                SimpleNamespace(
                    hub=hub, database=database, alice=alice, monitor=access_monitor, entered=entered
                )
            )
        finally:
            hub.stop()

    run(told())


def rooms(connection: Recorder) -> set[str]:
    return {feed.key for feed in connection.feeds}


def types(connection: Recorder) -> list[str]:
    return [event["type"] for event in connection.received]


def test_rooms_joined_or_left_elsewhere_are_applied_and_sent() -> None:
    async def story(s: Any) -> None:
        s.database.version, s.database.rooms = 2, {2}
        await s.monitor.recheck_access("alice")
        await asyncio.sleep(0.01)
        assert rooms(s.alice) == {"key-2"}
        assert types(s.alice) == ["left", "joined"]
        await s.monitor.recheck_access("alice")  # again is nothing
        await asyncio.sleep(0.01)
        assert types(s.alice) == ["left", "joined"]
        assert s.entered == ["alice"]

    scene(story)


def test_the_rooms_of_a_person_with_many_tabs_are_read_once() -> None:
    async def story(s: Any) -> None:
        tabs = [s.alice]
        for _ in range(4):
            tabs.append(tab := Recorder("alice"))
            tab.login = s.alice.login
            s.hub.arrive(tab)
            s.hub.join(1, "key-1", tab, 0)
        s.database.version, s.database.rooms = 2, {2}
        s.database.asked.clear()
        await s.monitor.recheck_access("alice")
        await asyncio.sleep(0.01)
        assert [rooms(tab) for tab in tabs] == [{"key-2"}] * 5
        assert s.database.asked == [sessions.session_statuses, access_monitor.rooms_and_people]

    scene(story)


def test_a_slow_recheck_does_not_bring_back_a_room_left_since() -> None:
    async def story(s: Any) -> None:
        s.database.version, s.database.rooms = 2, {1, 2}
        s.database.delays = [0.001, 0.5]  # its rooms are read, and told late
        slow = asyncio.ensure_future(s.monitor.recheck_access("alice"))
        await asyncio.sleep(0.1)
        s.database.version, s.database.rooms = 3, {1}
        await s.monitor.recheck_access("alice")
        await slow
        assert rooms(s.alice) == {"key-1"}

    scene(story)


def test_a_person_removed_by_an_event_and_readmitted_is_joined_again() -> None:
    """The hint of a removal arrives after the person has rejoined and was rechecked."""

    async def story(s: Any) -> None:
        feed = s.hub.rooms[1]
        feed.remove("alice")
        assert rooms(s.alice) == set()
        await s.monitor.recheck_access("alice")
        await asyncio.sleep(0.01)
        assert rooms(s.alice) == {"key-1"}
        assert types(s.alice) == ["left", "joined"]

    scene(story)


def test_ended_access_closes_with_its_code_and_reason() -> None:
    async def story(s: Any) -> None:
        s.database.close = Close.BANNED
        await s.monitor.recheck_access("alice")
        assert s.alice.code == Close.BANNED
        assert types(s.alice) == ["bye"]

    scene(story)
