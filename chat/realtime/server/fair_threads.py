"""A few threads that people use in turns, so that one person's hundred requests do not stand in front of
another person's one.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from typing import Any


class FairThreads:
    """Runs work in `threads` threads, at most `each` of them for one person. Everything here runs on the loop
    but the work itself."""

    def __init__(self, threads: int, each: int, name: str) -> None:
        self.executor = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._free, self._each = threads, each
        self._running: Counter[Hashable] = Counter()
        # Of each person, whose turn is next before others.
        self._waiting: dict[Hashable, deque[asyncio.Future[None]]] = {}

    async def run(self, person: Hashable, work: Callable[..., Any], *args: Any) -> Any:
        """What `work` returns. Once it has begun it keeps its thread, even if the caller is cancelled."""
        if self._free and self._running[person] < self._each:
            self._begin(person)
        else:
            await self._turn(person)
        job = asyncio.get_running_loop().run_in_executor(self.executor, work, *args)
        job.add_done_callback(lambda _job: self._end(person))
        return await asyncio.shield(job)

    async def _turn(self, person: Hashable) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(person, deque()).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # it came in the same moment
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
        if person in self._waiting:  # behind all who came meanwhile
            self._waiting[person] = self._waiting.pop(person)
        while self._free and (person := self._next()) is not None:
            self._give(person)

    def _next(self) -> Any:
        """Few are passed over: only those who have threads already."""
        return next((one for one in self._waiting if self._running[one] < self._each), None)

    def _give(self, person: Hashable) -> None:
        """To the first of theirs that still waits."""
        turns = self._waiting.pop(person)
        turn = turns.popleft()
        if turns:
            self._waiting[person] = turns
        if not turn.done():
            self._begin(person)
            turn.set_result(None)
