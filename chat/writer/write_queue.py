"""The queue of writes, and the batches taken from it, one for each transaction. Knows no database."""

import queue
import time
from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple

MAX_WAITING = 2_000
MAX_BATCH = 500

# Clients that were answered together ask again together. If the last batch was large and ended less than
# RECENT seconds ago, the first job waits GATHER seconds for the others: else it would be a commit of its own.
GATHER, RECENT = 0.001, 0.020

Done = Callable[[Any], None]


class Job(NamedTuple):
    """One write. `done` gets the result or a Refused, on the writer's thread unless it is an OnLoop.

    takes_list: the action takes a list of arguments, so that several jobs are one call.
    takes_more: the action is also given `Batch.take_while`, to add jobs once it holds its locks.
    alone: it is a batch of its own. For background work that locks the rows of many rooms or people: a batch
    with a post would hold them while it waits for a room, and somebody who has the room may wait for them.
    """

    action: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    done: Done
    takes_list: bool = False
    takes_more: bool = False
    alone: bool = False


class OnLoop:
    """Marks a `done` that must run on the event loop: a connection's."""

    __slots__ = ("done",)

    def __init__(self, done: Done) -> None:
        self.done = done

    def __call__(self, outcome: Any) -> None:
        self.done(outcome)


class Batch:
    """The jobs of one transaction. It may grow while it waits for a lock of another process."""

    def __init__(self, jobs: list[Job], queue: "WriteQueue", is_last: bool = False) -> None:
        self.jobs, self.is_last = jobs, is_last
        self._queue = queue

    def take_while(self, fits: Callable[[Any], bool]) -> list[Any]:
        """Add waiting jobs of the same action, which would else wait for the same lock after this commit."""
        before = len(self.jobs)
        while len(self.jobs) < MAX_BATCH and (job := self._queue.peek()):
            if job.action != self.jobs[0].action or not fits(job.args[0]):
                break
            self.jobs.append(self._queue.take_peeked(job))
        return [job.args[0] for job in self.jobs[before:]]


_WAKE_UP = Job(lambda: None, (), {}, lambda _outcome: None)  # makes a waiting writer look at the urgent jobs


class WriteQueue:
    """Any thread puts jobs; only the writer takes batches."""

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._peeked: Job | None = None
        self._urgent: deque[Job] = deque()
        self._is_open = True
        self._last_size, self._last_end = 0, 0.0

    # -- putting ----------------------------------------------------------------------------------

    def put(self, job: Job, max_waiting: int = MAX_WAITING) -> bool:
        """False when too many wait already, or the queue is closed."""
        if not self._is_open or self._jobs.qsize() >= max_waiting:
            return False
        self._jobs.put(job)
        return True

    def put_first(self, job: Job) -> bool:
        self._urgent.append(job)
        return self.put(_WAKE_UP, max_waiting=2 * MAX_WAITING)

    def close(self) -> None:
        """Jobs that wait are still taken."""
        self._is_open = False
        self._jobs.put(None)

    @property
    def is_closed(self) -> bool:
        return not self._is_open

    # -- taking -----------------------------------------------------------------------------------

    def take(self) -> Batch:
        """Waits for a job, then takes all that wait, at most MAX_BATCH. The last batch may be empty."""
        if self._urgent:  # alone, so that it is answered soon
            return Batch([self._urgent.popleft()], self)
        job, self._peeked = self._peeked or self._jobs.get(), None
        if self._others_will_follow():
            time.sleep(GATHER)
        jobs: list[Job] = []
        while job is not None:
            if job.alone and jobs:
                self._peeked = job
                return Batch(jobs, self)
            jobs.append(job)
            if job.alone or len(jobs) == MAX_BATCH or self._jobs.empty():
                return Batch(jobs, self)
            job = self._jobs.get()  # only this thread takes: what is there stays there
        return Batch(jobs, self, is_last=True)

    def _others_will_follow(self) -> bool:
        """The last batch ended a moment ago, and was more than twice what waits now."""
        recent = time.monotonic() - self._last_end < RECENT
        return recent and self._last_size > 2 * (1 + self._jobs.qsize())

    def peek(self) -> Job | None:
        if self._peeked is None:
            try:
                self._peeked = self._jobs.get_nowait()
            except queue.Empty:
                return None
            if self._peeked is None:  # the end, which `take` has to find
                self._jobs.put(None)
        return self._peeked

    def take_peeked(self, job: Job) -> Job:
        self._peeked = None
        return job

    def finished(self, batch: Batch) -> None:
        self._last_size, self._last_end = len(batch.jobs), time.monotonic()
