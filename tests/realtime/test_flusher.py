"""Tests that batches are sent at once in an idle room, and combined but never late in a busy one."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from chat.realtime.hub.flusher import MAX_WAIT, Flusher
from chat.realtime.transport import Frames
from tests.support.virtual_time import Recorder, VirtualLoop, run


class Room:
    """The work of a flusher: frames for one connection, which take `cost` seconds to write."""

    def __init__(self, flusher: Flusher, connection: Recorder, cost: float = 0.0) -> None:
        self.flusher, self.connection, self.cost = flusher, connection, cost
        self.out: list[bytes] = []
        self.flushed: list[float] = []

    def say(self, frame: bytes) -> None:
        self.out.append(frame)
        self.flusher.wake(self)  # type: ignore[arg-type]

    def flush(self) -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        self.flushed.append(loop.time())
        loop.now += self.cost
        frames, self.out = self.out, []
        if frames:
            self.flusher.write(self.connection, Frames(frames))


def ticking(story: Callable[[Flusher, Recorder], Awaitable[None]]) -> None:
    async def told() -> None:
        await story(Flusher(asyncio.get_running_loop()), Recorder("alice"))

    run(told())


def test_in_an_idle_room_events_are_sent_in_the_next_turn_of_the_loop() -> None:
    async def story(flusher: Flusher, alice: Recorder) -> None:
        room = Room(flusher, alice, cost=0.5)
        for _ in range(3):
            room.say(b"{}")
            assert room.out
            await asyncio.sleep(0)
            assert not room.out
            await asyncio.sleep(1.0)

    ticking(story)


def test_one_turn_of_the_loop_is_one_write_with_answers_first() -> None:
    async def story(flusher: Flusher, alice: Recorder) -> None:
        one, other = Room(flusher, alice), Room(flusher, alice)
        one.say(b'{"n": 1}')
        flusher.answer(alice, b'{"ack": 1}')
        one.say(b'{"n": 2}')
        flusher.answer(alice, b'{"ack": 2}')
        await asyncio.sleep(0)
        assert alice.writes == [[b'{"ack": 1}', b'{"ack": 2}', b'{"n": 1}', b'{"n": 2}']]
        other.say(b'{"n": 3}')
        await asyncio.sleep(1)
        assert len(alice.writes) == 2

    ticking(story)


class Told:
    """Stores what it is given, so that shared objects can be recognised."""

    def __init__(self) -> None:
        self.answers: list[bytes] = []
        self.given: list[Frames] = []

    def write(self, frames: Frames) -> None:
        self.given.append(frames)


def test_the_same_events_for_many_are_framed_once() -> None:
    async def story(flusher: Flusher, _alice: Recorder) -> None:
        ann, ben, eve = all_three = [Told(), Told(), Told()]
        flusher.answer(eve, b'{"ack": 1}')  # type: ignore[arg-type]
        for one in all_three:
            flusher.answer(one, b'{"typing": 1}')  # type: ignore[arg-type]
        await asyncio.sleep(0)
        assert ann.given == ben.given
        assert [one.given[0].payloads for one in (ben, eve)] == [
            [b'{"typing": 1}'], [b'{"ack": 1}', b'{"typing": 1}'],
        ]  # fmt: skip

    ticking(story)


def test_answers_without_events_are_sent_too() -> None:
    async def story(flusher: Flusher, alice: Recorder) -> None:
        flusher.answer(alice, b'{"pong": 1}')
        await asyncio.sleep(0)
        assert alice.writes == [[b'{"pong": 1}']]

    ticking(story)


async def busy(flusher: Flusher, alice: Recorder, cost: float) -> tuple[Room, float]:
    """An event every millisecond for a second. Returns the longest wait for a flush to begin."""
    room, worst = Room(flusher, alice, cost), 0.0
    loop: Any = asyncio.get_running_loop()
    end = loop.time() + 1.0
    while loop.time() < end:
        said = loop.time()
        flushes = len(room.flushed)
        room.say(b"{}")
        await asyncio.sleep(0.001)
        if len(room.flushed) > flushes:
            worst = max(worst, room.flushed[flushes] - said)
    return room, worst


def test_a_busy_room_is_flushed_at_most_half_of_the_time() -> None:
    """The next flush waits as long as the last one took, so other work gets as much of the loop."""

    async def story(flusher: Flusher, alice: Recorder) -> None:
        room, _ = await busy(flusher, alice, cost=0.008)
        waits = [
            after - before - 0.008 for before, after in zip(room.flushed, room.flushed[1:], strict=False)
        ]
        assert min(waits) >= 0.0079
        assert sum(len(write) for write in alice.writes) > 3 * len(alice.writes)

    ticking(story)


def test_nobody_waits_more_than_twenty_milliseconds_for_a_flush_however_long_the_last_one_took() -> None:
    async def story(flusher: Flusher, alice: Recorder) -> None:
        room, _ = await busy(flusher, alice, cost=0.2)
        waits = [after - before - 0.2 for before, after in zip(room.flushed, room.flushed[1:], strict=False)]
        assert max(waits) <= MAX_WAIT + 0.002

    ticking(story)


def test_a_short_wait_is_not_rounded_up_to_a_timer() -> None:
    async def story(flusher: Flusher, alice: Recorder) -> None:
        room = Room(flusher, alice, cost=0.0005)
        room.say(b"{}")
        await asyncio.sleep(0)
        room.say(b"{}")
        loop: Any = asyncio.get_running_loop()
        for _ in range(2000):  # the clock moves a little whenever somebody looks
            await asyncio.sleep(0)
        assert len(room.flushed) == 2
        assert loop.time() - room.flushed[0] < 0.05

    ticking(story)
