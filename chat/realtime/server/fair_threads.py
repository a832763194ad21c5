"""A thread pool in which people take turns, so that one person's many requests do not delay another's."""

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")


class FairThreads:
    """Runs work in `threads` threads, at most `each` of them for one person. Call it on the loop."""

    def __init__(self, threads: int, each: int, name: str) -> None:
        self.executor = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._free, self._each = threads, each
        self._running: Counter[Hashable] = Counter()
        # Waiting jobs by person, in the order of their turns.
        self._waiting: dict[Hashable, deque[asyncio.Future[None]]] = {}

    async def run(self, person: Hashable, work: Callable[..., T], *args: Any) -> T:
        """Returns the result. Started work keeps its thread even if the caller is cancelled."""
        if self._free and self._running[person] < self._each:
            self._begin(person)
        else:
            await self._turn(person)
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()

        def over(job: Future[T]) -> None:
            with suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(self._answer, person, job, answer)

        self.executor.submit(work, *args).add_done_callback(over)
        return await answer

    def _answer(self, person: Hashable, job: Future[T], answer: asyncio.Future[T]) -> None:
        self._end(person)
        if answer.done():  # nobody waits for it any more
            return
        if error := job.exception():
            answer.set_exception(error)
        else:
            answer.set_result(job.result())

    async def _turn(self, person: Hashable) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(person, deque()).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # the turn came at the moment of cancellation
                self._end(person)
            raise

    def _begin(self, person: Hashable) -> None:
        self._free -= 1
        self._running[person] += 1

    def _end(self, person: Hashable) -> None:
        self._free += 1
        self._running[person] -= 1
        if not self._running[person]:
            del self._running[person]
        if person in self._waiting:  # move to the end of the line
            self._waiting[person] = self._waiting.pop(person)
        while self._free and (person := self._next()) is not None:
            self._give(person)

    def _next(self) -> Hashable | None:
        return next((one for one in self._waiting if self._running[one] < self._each), None)

    def _give(self, person: Hashable) -> None:
        turns = self._waiting.pop(person)
        turn = turns.popleft()
        if turns:
            self._waiting[person] = turns
        if not turn.done():
            self._begin(person)
            turn.set_result(None)
