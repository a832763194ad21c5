"""A room that things happen to: hints with a fate, people who come, ask, stall and go, a slow database
or none. Each verb is a method, so that a story can be written by hand or drawn by hypothesis.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from tests.realtime import Recorder, Told, Truth, make_hub, run

T = TypeVar("T")

PEOPLE = ["alice", "bob", "charlie"]


class Room:
    """A hub, the truth behind it, and everybody who has ever been connected."""

    def __init__(self) -> None:
        self.truth = Truth()
        self.hub = make_hub(self.truth)
        self.connections: list[Recorder] = []
        self.joined_at: dict[Recorder, int] = {}
        self.liars: set[Recorder] = set()
        self.hub.start()

    # -- what can happen --------------------------------------------------------------------------

    async def say(self, count: int, fate: str, delay: float) -> None:
        before = self.truth.head
        hints = [self.truth.commit() for _ in range(count)]
        if fate == "joined":
            hints = [self.truth.hint(before + 1, self.truth.head)]
        self._send(hints, fate, delay)

    async def remove(self, person: str, fate: str, delay: float) -> None:
        if person not in self.truth.removed:
            self._send([self.truth.commit(removed=person), self.truth.commit()], fate, delay)

    def _send(self, hints: list[Any], fate: str, delay: float) -> None:
        if fate == "lost":
            return
        if fate == "backwards":
            hints = hints[::-1]
        for number, hint in enumerate(hints):
            self.hub.loop.call_later(delay * (number + 1), self.hub.deliver, hint)
            if fate == "twice":
                self.hub.loop.call_later(delay + 0.05, self.hub.deliver, hint)

    async def invent(self, ahead: int) -> None:
        """A hint of what does not exist: another site on the same Redis."""
        foreign = {"first": self.truth.head + ahead, "last": self.truth.head + ahead, "frames": [b"{}"]}
        self.hub.deliver({**foreign, "audience": "room.1", "removed": [], "look": False})

    async def come(self, person: str, fate: str, delay: float) -> None:
        """As the consumer does: hear of the person first, read where the room is, join as of that."""
        if person in self.truth.removed:
            return
        connection = Recorder(person)
        self.hub.arrive(connection)
        seq = self.truth.head
        await asyncio.sleep(delay)
        self.connections.append(connection)
        self.joined_at[connection] = seq
        self.hub.join(1, "room", connection, seq)

    async def ask(self, number: int, back: int, delay: float) -> None:
        """room.open, from nowhere, from where it is, or from further back."""
        if connection := self._one(number):
            feed = self.hub.rooms.get(1)
            if feed is not None and feed in connection.feeds:
                since = None if back > 8 else max(0, self.cursor(connection) - back)
                if back < 0:
                    since = self.truth.head - back - 2  # a lie: at the head, or beyond it
                    self.liars.add(connection)
                self.hub.spawn(feed.admit(connection, since))
                await asyncio.sleep(delay)

    async def stall(self, number: int) -> None:
        if connection := self._one(number):
            connection.full = True

    async def resume(self, number: int) -> None:
        if connection := self._one(number):
            connection.full = False
            connection.catch_up()

    async def depart(self, number: int) -> None:
        if connection := self._one(number):
            self.hub.depart(connection)

    async def wait(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def database(self, delay: float, away: bool) -> None:
        self.truth.delay = lambda: delay
        self.truth.away = away

    def _one(self, number: int) -> Recorder | None:
        here = [connection for connection in self.connections if not connection.closed]
        return here[number % len(here)] if here else None

    # -- what must be true ------------------------------------------------------------------------

    def told(self, connection: Recorder) -> Told:
        told = Told(self.joined_at[connection])
        for heard in connection.told:
            told.hear(heard)
        return told

    def cursor(self, connection: Recorder) -> int:
        return self.told(connection).cursor

    async def settle(self) -> None:
        await self.database(0.002, away=False)
        for number in range(len(self.connections)):
            await self.resume(number)
        await asyncio.sleep(5.0)

    def check(self) -> None:
        for connection in self.connections:
            told, end = self.told(connection), self.truth.removed.get(connection.person)
            if end is None:
                assert told.faults == [] or connection in self.liars
                assert connection.closed or told.cursor == self.truth.head
            else:
                assert max((heard.get("upto", heard["seq"]) for heard in connection.told), default=0) <= end
                assert not connection.feeds

    def end(self) -> None:
        self.hub.stop()


def tell(story: Callable[[Room], Awaitable[T]]) -> T:
    """A story of one room, in virtual time."""

    async def told() -> T:
        room = Room()
        try:
            return await story(room)
        finally:
            room.end()

    return run(told())


async def somebody(room: Room, person: str = "alice") -> Recorder:
    await room.come(person, "", 0.0)
    return room.connections[-1]
