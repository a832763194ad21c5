"""Tests that everybody in a room gets every event on two processes that may die, with hints lost, repeated,
late and reordered.

P1 of the promises (I1 to I8): two hubs over one database, a hostile channel layer between them, virtual time.
"""

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from chat.realtime.hub.hub import Hub
from chat.realtime.layers import InProcessChannelLayer
from tests.support.feed_scenarios import PEOPLE, Room
from tests.support.hostile_layer import HostileLayer
from tests.support.virtual_time import FakeDatabase, Recorder, make_hub, run

DELAYS = st.sampled_from([0.0, 0.001, 0.02, 0.1, 0.6])
WHO, NUMBER, FATE = st.sampled_from(PEOPLE), st.integers(0, 5), st.sampled_from(["now", "now", "lost"])
STEPS = st.one_of(
    st.tuples(st.just("say"), st.integers(1, 6), FATE, DELAYS),
    st.tuples(st.just("say"), st.integers(1, 20), FATE, DELAYS),
    st.tuples(st.just("come"), WHO, st.just(""), DELAYS),
    st.tuples(st.just("ask"), NUMBER, st.integers(-4, 12), DELAYS),
    st.tuples(st.just("remove"), WHO, FATE, DELAYS),
    st.tuples(st.just("stall"), NUMBER),
    st.tuples(st.just("resume"), NUMBER),
    st.tuples(st.just("depart"), NUMBER),
    st.tuples(st.just("wait"), DELAYS),
    st.tuples(st.just("database"), DELAYS, st.booleans()),
    st.tuples(st.just("turn")),
    st.tuples(st.just("crash")),
)


class Site(Room):
    """A room of two processes. Each verb happens in `hub`; `turn` goes to the other one."""

    def __init__(self, seed: int) -> None:
        self.db, self.connections = FakeDatabase(), list[Recorder]()
        self.joined_at, self.liars = dict[Recorder, int](), set[Recorder]()
        self.layer = HostileLayer(InProcessChannelLayer(), "random", random.Random(seed))
        self.hubs = [self._begun(), self._begun()]
        self.hub = self.hubs[0]

    def _begun(self) -> Hub:
        hub = make_hub(self.db, self.layer)
        hub.start()
        return hub

    async def turn(self) -> None:
        self.hub = self.hubs[self.hubs[0] is self.hub]

    async def crash(self) -> None:
        """Its unsent hints are lost; another process takes its place."""
        for connection in self._here():
            connection.abort()
            connection.feeds.clear()
        self.hub.stop()
        where = self.hubs.index(self.hub)
        self.hub = self.hubs[where] = self._begun()

    def _send(self, hints: list[Any], fate: str, delay: float) -> None:
        if fate != "lost":
            self.hub.loop.call_later(delay, self.hub.publish, hints)

    def _here(self) -> list[Recorder]:
        mine = set(self.hub.connections)
        return [connection for connection in self.connections if connection in mine and not connection.closed]

    def _one(self, number: int) -> Recorder | None:
        here = self._here()
        return here[number % len(here)] if here else None

    async def settle(self) -> None:
        for _ in self.hubs:
            await super().settle()
            await self.turn()

    def end(self) -> None:
        for hub in self.hubs:
            hub.stop()


@settings(max_examples=settings.default.max_examples * 8)
@given(st.integers(), st.lists(STEPS, min_size=4, max_size=40))
def test_everybody_on_either_process_gets_a_contiguous_run_that_ends_at_the_head(
    seed: int, steps: list[Any]
) -> None:
    async def story() -> None:
        site = Site(seed)
        try:
            first = [("come", "alice", "", 0.0), ("turn",), ("come", "bob", "", 0.0)]
            for verb, *args in [*first, *steps]:
                await getattr(site, verb)(*args)
            await site.settle()
            site.check()
        finally:
            site.end()

    run(story())
