"""Shares a few worker threads fairly: people take turns, and each runs one job at a time.

Heavy users have to pause, so that in the long run one person gets at most part of one worker.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")

# Seconds of work that a person may use at once, and the seconds regained per second.
BURST, SHARE = 20.0, 0.25


class FairPool:
    """Runs jobs in `workers` threads of its own. Call it on the loop."""

    def __init__(self, workers: int, name: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix=name)
        self._free, self._clock = workers, clock
        # Waiting jobs by person, in the order of their turns.
        self._waiting: dict[Hashable, deque[asyncio.Future[None]]] = {}
        self._working: set[Hashable] = set()
        # Seconds that a person has used, and the time of that reading.
        self._used: dict[Hashable, tuple[float, float]] = {}
        # Fires when the first pausing person may continue.
        self._alarm: asyncio.TimerHandle | None = None

    async def run(self, person: Hashable, work: Callable[..., T], *args: Any) -> T:
        """Returns the result. A started job keeps its worker even if the caller is cancelled."""
        loop = asyncio.get_running_loop()
        await self._turn(loop, person)
        began = self._clock()

        def over(_job: Future[T]) -> None:
            with suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(self._done, loop, person, began)

        job = self._threads.submit(work, *args)
        job.add_done_callback(over)
        return await asyncio.wrap_future(job)

    async def _turn(self, loop: asyncio.AbstractEventLoop, person: Hashable) -> None:
        turn: asyncio.Future[None] = loop.create_future()
        self._waiting.setdefault(person, deque()).append(turn)
        self._next(loop)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # the turn came at the moment of cancellation
                self._done(loop, person, self._clock())
            raise

    def _next(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
        rests = {person: self._rest(person) for person in self._waiting if person not in self._working}
        for person in [person for person, rest in rests.items() if not rest]:
            if self._free and self._give(person):
                self._working.add(person)
                self._free -= 1
        soonest = min((rest for rest in rests.values() if rest), default=0.0)
        self._alarm = loop.call_later(soonest, self._next, loop) if soonest else None

    def _give(self, person: Hashable) -> bool:
        """Start this person's first waiting job. Returns False if all were cancelled."""
        turns = deque(turn for turn in self._waiting.pop(person) if not turn.done())
        if not turns:
            return False
        turns.popleft().set_result(None)
        if turns:
            self._waiting[person] = turns
        return True

    def _done(self, loop: asyncio.AbstractEventLoop, person: Hashable, began: float) -> None:
        self._working.discard(person)
        self._free += 1
        now = self._clock()
        self._used = {one: entry for one, entry in self._used.items() if self._left(entry) > 0.0}
        self._used[person] = (self._left(self._used.get(person, (0.0, now))) + now - began, now)
        if person in self._waiting:  # move to the end of the line
            self._waiting[person] = self._waiting.pop(person)
        self._next(loop)

    def _rest(self, person: Hashable) -> float:
        return max(0.0, self._left(self._used.get(person, (0.0, 0.0))) - BURST) / SHARE

    def _left(self, entry: tuple[float, float]) -> float:
        used, at = entry
        return max(0.0, used - (self._clock() - at) * SHARE)
