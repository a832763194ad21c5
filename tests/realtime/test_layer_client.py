"""Tests that the channel layer client keeps order while the layer works and never blocks when it does not."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from channels.layers import InMemoryChannelLayer

from chat.realtime.hub.layer_client import BYPASS, LIMIT, MAX_WAITING, REJOIN, LayerClient
from chat.realtime.layers import InProcessChannelLayer
from tests.support.virtual_time import run, until

T = TypeVar("T")


class Moody(InMemoryChannelLayer):  # type: ignore[misc]
    """A layer that works, refuses or hangs, depending on `mood`, and can forget its groups."""

    def __init__(self) -> None:
        super().__init__(capacity=10_000)
        self.mood = "works"
        self.sent: list[dict[str, Any]] = []
        self.slow = 0.0
        self.under_way: dict[str, int] = {}
        self.most_at_once = 0
        self.broken_receives = 0

    async def _obey(self) -> None:
        if self.mood == "refuses":
            raise ConnectionError("no layer")
        if self.mood == "hangs":
            await asyncio.sleep(3600)

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        self.under_way[group] = self.under_way.get(group, 0) + 1
        self.most_at_once = max(self.most_at_once, self.under_way[group])
        try:
            await self._obey()
            await asyncio.sleep(self.slow)
            self.sent.append(message)
            await super().group_send(group, message)
        finally:
            self.under_way[group] -= 1

    async def group_add(self, group: str, channel: str) -> None:
        await self._obey()
        await super().group_add(group, channel)

    async def receive(self, channel: str) -> Any:
        if self.broken_receives:
            self.broken_receives -= 1
            raise ConnectionError("listening failed")
        return await super().receive(channel)


class Ear:
    """A layer client, its layer, and what was delivered."""

    def __init__(self) -> None:
        self.layer, self.heard = Moody(), list[dict[str, Any]]()
        self.at: list[float] = []
        self.loop = asyncio.get_running_loop()
        self.bus = LayerClient(self.layer, self._hear)
        self.tasks: list[asyncio.Task[Any]] = []

    def _hear(self, hint: dict[str, Any]) -> None:
        self.heard.append(hint)
        self.at.append(self.loop.time())

    def spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        self.tasks.append(self.loop.create_task(work))

    def publish(self, *hints: dict[str, Any]) -> None:
        self.bus.publish(list(hints), self.spawn)

    @property
    def seqs(self) -> list[int]:
        return [seq for hint in self.heard for seq in range(hint["first"], hint["last"] + 1)]


def hint(first: int, last: int | None = None, audience: str = "room.1") -> dict[str, Any]:
    last = first if last is None else last
    frames = [str(seq).encode() for seq in range(first, last + 1)]
    return {"type": "hint", "audience": audience, "first": first, "last": last, "frames": frames,
            "removed": [("somebody", first)], "recheck": False}  # fmt: skip


def with_an_ear(story: Callable[[Ear], Awaitable[T]], *, joined: bool = True) -> T:
    async def told() -> T:
        ear = Ear()
        ear.spawn(ear.bus.listen())
        ear.spawn(ear.bus.rejoin())
        if joined:
            await ear.bus.join(["room.1"])
        return await story(ear)

    return run(told())


def test_hints_of_one_audience_arrive_in_order_one_send_at_a_time() -> None:
    async def story(ear: Ear) -> None:
        ear.layer.slow = 0.01
        for seq in range(1, 30, 2):  # nothing to join
            ear.publish(hint(seq))
            await asyncio.sleep(0.003)
        await until(lambda: len(ear.seqs) == 15, "all of them")
        assert ear.seqs == list(range(1, 30, 2))
        assert ear.layer.most_at_once == 1

    with_an_ear(story)


def test_hints_waiting_behind_a_send_are_joined_only_if_contiguous() -> None:
    async def story(ear: Ear) -> None:
        ear.layer.slow = 0.01
        ear.publish(
            hint(1), hint(2), hint(3), hint(5), hint(6, 7), {**hint(0), "first": 0, "last": 0}, hint(8)
        )
        await until(lambda: len(ear.heard) == 4, "all of them")
        spans = [(h["first"], h["last"]) for h in ear.heard]
        assert spans == [(1, 3), (5, 7), (0, 0), (8, 8)]
        assert ear.heard[0]["frames"] == [b"1", b"2", b"3"]
        assert ear.heard[0]["removed"] == [("somebody", 1), ("somebody", 2), ("somebody", 3)]

    with_an_ear(story)


def test_hints_without_a_seq_are_not_joined() -> None:
    async def story(ear: Ear) -> None:
        ear.layer.slow = 0.01
        send_ephemeral = {**hint(0), "first": 0, "last": 0}
        ear.publish(hint(9), send_ephemeral, hint(1))
        await until(lambda: len(ear.heard) == 3, "all of them")

    with_an_ear(story)


def test_two_audiences_do_not_wait_for_each_other() -> None:
    async def story(ear: Ear) -> None:
        await ear.bus.join(["room.2"])
        ear.layer.slow = 0.5
        ear.publish(hint(1), hint(1, audience="room.2"))
        start = ear.loop.time()
        await until(lambda: len(ear.heard) == 2, "both")
        assert ear.loop.time() - start < 0.6

    with_an_ear(story)


def test_a_layer_that_refuses_is_bypassed_at_once() -> None:
    async def story(ear: Ear) -> None:
        ear.layer.mood = "refuses"
        start = ear.loop.time()
        ear.publish(hint(1))
        await until(lambda: ear.heard, "local delivery")
        assert ear.loop.time() - start < 0.01
        assert ear.bus.refused == 1

    with_an_ear(story)


def test_a_layer_that_hangs_delays_the_first_hint_by_a_second_and_the_next_ones_not_at_all() -> None:
    async def story(ear: Ear) -> None:
        ear.layer.mood = "hangs"
        start = ear.loop.time()
        ear.publish(hint(1))
        await until(lambda: ear.heard, "the first")
        assert LIMIT <= ear.loop.time() - start < LIMIT + 0.01
        for seq in range(2, 20):
            ear.publish(hint(seq))
            assert seq in ear.seqs  # before anything else happens
            await asyncio.sleep(0.2)
        assert sorted(set(ear.seqs)) == list(range(1, 20))

    with_an_ear(story)


def test_the_layer_is_trusted_again_five_seconds_after_its_last_refusal() -> None:
    async def story(ear: Ear) -> None:
        ear.layer.mood = "refuses"
        ear.publish(hint(1))
        await until(lambda: ear.heard, "local delivery")
        ear.layer.mood = "works"
        ear.publish(hint(2))  # handed over directly, and tried on the side
        assert ear.seqs == [1, 2]
        await until(lambda: ear.layer.sent, "tried on the side")
        await asyncio.sleep(BYPASS)
        heard = len(ear.heard)
        ear.publish(hint(3))
        assert len(ear.heard) == heard
        await until(lambda: 3 in ear.seqs, "through the layer")

    with_an_ear(story)


def test_the_queue_behind_a_dead_layer_is_bounded() -> None:
    async def story(ear: Ear) -> None:
        ear.layer.mood = "hangs"
        for seq in range(1, 3 * MAX_WAITING, 2):
            ear.publish(hint(seq))
        assert len(ear.bus._outgoing) <= MAX_WAITING

    with_an_ear(story)


def test_listening_continues_after_the_layer_has_failed() -> None:
    async def story(ear: Ear) -> None:
        ear.layer.broken_receives = 3
        ear.publish(hint(1))
        await until(lambda: ear.seqs == [1], "heard after all")
        ear.layer.broken_receives = 1
        ear.publish(hint(2), hint(3))
        await until(lambda: ear.seqs == [1, 2, 3], "and the next")

    with_an_ear(story)


def test_a_hint_that_cannot_be_read_does_not_end_the_listening() -> None:
    async def story(ear: Ear) -> None:
        async def spoil() -> None:
            await InMemoryChannelLayer.group_send(ear.layer, "room.1", {"nonsense": True})

        ear.bus._deliver = _strict(ear)
        await spoil()
        ear.publish(hint(1))
        await until(lambda: ear.seqs == [1], "heard after nonsense")

    with_an_ear(story)


def _strict(ear: Ear) -> Callable[[dict[str, Any]], None]:
    def deliver(hint: dict[str, Any]) -> None:
        assert hint["audience"]
        ear._hear(hint)

    return deliver


def test_joining_does_not_wait_for_the_layer_and_is_repeated_within_a_minute() -> None:
    async def story(ear: Ear) -> None:
        ear.layer.mood = "hangs"
        start = ear.loop.time()
        await ear.bus.join(["room.1"])
        assert ear.loop.time() - start <= LIMIT + 0.01
        ear.layer.mood = "works"
        ear.publish(hint(1))
        await asyncio.sleep(0.1)
        assert ear.seqs == []
        await asyncio.sleep(REJOIN)
        ear.publish(hint(2))
        await until(lambda: ear.seqs == [2], "in the group after all")

    with_an_ear(story, joined=False)


def test_a_group_that_was_left_is_not_joined_again() -> None:
    async def story(ear: Ear) -> None:
        await ear.bus.leave(["room.1"])
        await asyncio.sleep(REJOIN + 1)
        ear.publish(hint(1))
        await asyncio.sleep(0.1)
        assert ear.seqs == []

    with_an_ear(story)


def test_in_a_single_process_a_hint_is_delivered_before_publish_returns() -> None:
    async def story() -> None:
        heard: list[Any] = []
        bus = LayerClient(InProcessChannelLayer(), heard.append)
        await bus.listen()
        await bus.join(["room.1"])
        bus.publish([hint(1), hint(2, audience="room.2"), hint(3)], asyncio.ensure_future)
        assert [h["first"] for h in heard] == [1, 3]
        await bus.leave(["room.1"])
        bus.publish([hint(4)], asyncio.ensure_future)
        assert [h["first"] for h in heard] == [1, 3]

    run(story())
