"""Tests that image decoders are shared fairly: people take turns, with one file each and a time limit."""

import asyncio
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from chat.realtime.server import fair_pool
from chat.realtime.server.fair_pool import FairPool


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


class Bench:
    """Work that blocks until released; `begun` lists what has started, in order."""

    def __init__(self, workers: int, clock: Any) -> None:
        self.turns = FairPool(workers, "bench", clock)
        self.begun: list[str] = []
        self.ends: dict[str, threading.Event] = {}
        self.tasks: dict[str, asyncio.Task[Any]] = {}

    def bring(self, *names: str) -> None:
        """Work of the person named by the first letter."""
        for name in names:
            self.ends[name] = threading.Event()
            self.tasks[name] = asyncio.create_task(self.turns.run(name[0], self.work, name))

    def work(self, name: str) -> str:
        self.begun.append(name)
        self.ends[name].wait(10)
        return name

    async def end(self, name: str) -> None:
        self.ends[name].set()
        assert await self.tasks[name] == name


async def until(ready: Callable[[], Any]) -> None:
    async with asyncio.timeout(5):
        while not ready():  # noqa: ASYNC110  a thread tells nobody
            await asyncio.sleep(0.001)


async def settled() -> None:
    """Waits until everything that can start has started."""
    await asyncio.sleep(0.05)


@pytest.fixture
def clock() -> Clock:
    return Clock()


async def test_one_picture_per_person_at_a_time_and_people_take_turns(clock: Clock) -> None:
    bench = Bench(2, clock)
    bench.bring("a1", "a2", "a3", "a4", "b1", "c1")
    await until(lambda: sorted(bench.begun) == ["a1", "b1"])
    await bench.end("a1")
    await until(lambda: len(bench.begun) == 3)
    assert bench.begun[-1] == "c1", "not the second of the same person"
    await bench.end("b1")
    await until(lambda: bench.begun[-1] == "a2")
    await bench.end("c1")
    await settled()
    assert bench.begun[-1] == "a2", "there is a free worker, and theirs is not for one person"
    for name in ("a2", "a3", "a4"):
        await bench.end(name)


async def test_a_person_who_used_much_time_pauses_and_others_go_on(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fair_pool, "SHARE", 100.0)
    bench = Bench(1, clock)
    bench.bring("a1", "a2", "b1")
    await until(lambda: bench.begun == ["a1"])
    clock.now += fair_pool.BURST + 3000.0
    await bench.end("a1")
    await until(lambda: bench.begun == ["a1", "b1"])
    await bench.end("b1")
    await settled()
    assert bench.begun == ["a1", "b1"], "thirty seconds are not over"
    clock.now += 31.0
    bench.bring("c1")
    await until(lambda: len(bench.begun) == 3)
    await bench.end(bench.begun[-1])
    await until(lambda: len(bench.begun) == 4)
    await bench.end(bench.begun[-1])


async def test_a_pause_ends_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fair_pool, "BURST", 0.0)
    monkeypatch.setattr(fair_pool, "SHARE", 0.5)
    bench = Bench(1, time.monotonic)
    bench.bring("a1", "a2")
    await until(lambda: bench.begun == ["a1"])
    await bench.end("a1")
    await until(lambda: bench.begun == ["a1", "a2"])
    await bench.end("a2")


async def test_work_whose_caller_is_gone_keeps_its_turn_to_its_end(clock: Clock) -> None:
    bench = Bench(1, clock)
    bench.bring("a1", "a2", "a3", "b1")
    await until(lambda: bench.begun == ["a1"])
    bench.tasks["a1"].cancel()
    bench.tasks["a2"].cancel()
    await settled()
    assert bench.begun == ["a1"]
    bench.ends["a1"].set()
    await until(lambda: bench.begun == ["a1", "b1"])
    await bench.end("b1")
    await until(lambda: bench.begun[-1] == "a3")
    await bench.end("a3")
