"""Tests that requests are served fairly: one person's hundred do not delay another's one."""

import asyncio
import threading
from typing import Any

from chat.realtime.server.fair_threads import FairThreads
from tests.files.test_picture_workers import settled, until


class Pages:
    """Work that blocks until released; `begun` lists what has started, in order."""

    def __init__(self, threads: int, each: int) -> None:
        self.fair = FairThreads(threads, each, "test")
        self.begun: list[str] = []
        self.ends: dict[str, threading.Event] = {}
        self.tasks: dict[str, asyncio.Task[Any]] = {}

    def ask(self, *names: str) -> None:
        """Work of the person named by the first letter."""
        for name in names:
            self.ends[name] = threading.Event()
            self.tasks[name] = asyncio.create_task(self.fair.run(name[0], self.work, name))

    def work(self, name: str) -> str:
        self.begun.append(name)
        self.ends[name].wait(10)
        if "fails" in name:
            raise ValueError(name)
        return name

    async def end(self, name: str) -> None:
        self.ends[name].set()
        assert await self.tasks[name] == name


async def test_a_hundred_requests_of_one_person_delay_nobody_else() -> None:
    pages = Pages(threads=2, each=1)
    hundred = [f"a{number}" for number in range(100)]
    pages.ask(*hundred, "b", "c")
    await until(lambda: pages.begun == ["a0", "b"])
    await pages.end("a0")
    await until(lambda: pages.begun == ["a0", "b", "c"])
    await pages.end("c")
    await until(lambda: pages.begun == ["a0", "b", "c", "a1"])
    await settled()
    assert len(pages.begun) == 4, "a thread is left for others"
    for event in pages.ends.values():
        event.set()
    await asyncio.gather(*pages.tasks.values())
    assert [name for name in pages.begun if name[0] == "a"] == hundred, "each person's in order"


async def test_a_cancelled_request_takes_no_thread_from_others() -> None:
    pages = Pages(threads=1, each=1)
    pages.ask("a1", "a2", "b1")
    await until(lambda: pages.begun == ["a1"])
    pages.tasks["a1"].cancel()
    pages.tasks["b1"].cancel()
    await settled()
    assert pages.begun == ["a1"], "its thread is still at work"
    pages.ask("c1")
    pages.ends["a1"].set()
    await until(lambda: pages.begun == ["a1", "c1"])
    await pages.end("c1")
    await until(lambda: pages.begun == ["a1", "c1", "a2"])
    await pages.end("a2")


async def test_a_request_cancelled_at_its_turn_passes_the_turn_on() -> None:
    pages = Pages(threads=1, each=1)
    pages.ask("a1", "b1", "c1")
    await until(lambda: pages.begun == ["a1"])
    pages.fair._end("a")  # as when a1 is done, in the same step as the next line
    pages.tasks["b1"].cancel()
    await until(lambda: pages.fair._running["c"] == 1)
    pages.fair._begin("a")
    await pages.end("a1")
    await pages.end("c1")


async def test_failing_work_raises_and_frees_its_thread() -> None:
    pages = Pages(threads=1, each=1)
    pages.ask("a fails", "b1")
    await until(lambda: pages.begun == ["a fails"])
    pages.ends["a fails"].set()
    assert isinstance((await asyncio.gather(pages.tasks["a fails"], return_exceptions=True))[0], ValueError)
    await until(lambda: pages.begun[-1] == "b1")
    await pages.end("b1")
