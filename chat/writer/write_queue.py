"""What waits to be written, and how much of it goes into one transaction? Knows no database."""

import queue
import time
from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple

WAITING_MOST = 2_000
BATCH_MOST = 500

# Who was answered together asks again together. When the first of them is here, this long (in seconds) is
# worth waiting for the others, which would else be a commit of their own; if the last batch was this recent.
GATHER, RECENT = 0.001, 0.020

Done = Callable[[Any], None]


class Job(NamedTuple):
    """One thing to do. `together` says that the action takes a list, so that a run of its jobs is one call;
    `growing` that it is also given a function, from which it takes, once it holds its locks, what else came.

    `done` gets the result, or the Refused that came instead; on the writer's thread unless it is OnLoop.
    """

    action: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    done: Done
    together: bool = False
    growing: bool = False


class OnLoop:
    """Marks an answer that belongs on the loop: a connection's."""

    __slots__ = ("done",)

    def __init__(self, done: Done) -> None:
        self.done = done

    def __call__(self, outcome: Any) -> None:
        self.done(outcome)


_WAKE = Job(lambda: None, (), {}, lambda _outcome: None)  # nothing to do but to look at what is urgent


class Line:
    """Anybody puts, from any thread; the writer takes, on its own."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._next: Job | None = None  # looked at, and left for the next batch
        self._urgent: deque[Job] = deque()
        self._accepting = True
        self._last_size, self._last_end = 0, 0.0

    # -- putting ----------------------------------------------------------------------------------

    def put(self, job: Job, most: int = WAITING_MOST) -> bool:
        """False when `most` wait already, or nothing more is taken."""
        if not self._accepting or self._queue.qsize() >= most:
            return False
        self._queue.put(job)
        return True

    def put_first(self, job: Job) -> bool:
        self._urgent.append(job)
        return self.put(_WAKE, most=2 * WAITING_MOST)

    def end(self) -> None:
        """What waits is still taken."""
        self._accepting = False
        self._queue.put(None)

    @property
    def ending(self) -> bool:
        return not self._accepting

    # -- taking -----------------------------------------------------------------------------------

    def take(self) -> tuple[list[Job], bool]:
        """Everything that waits, at least one, at most BATCH_MOST; True at the end of the line."""
        if self._urgent:  # alone, so that it is answered soon
            return [self._urgent.popleft()], False
        batch: list[Job] = []
        job, self._next = self._next or self._queue.get(), None
        if self._others_will_follow():
            time.sleep(GATHER)
        while job is not None:
            batch.append(job)
            if len(batch) == BATCH_MOST:
                return batch, False
            try:
                job = self._queue.get_nowait()
            except queue.Empty:
                return batch, False
        return batch, True

    def _others_will_follow(self) -> bool:
        """The last batch was a moment ago, and more than twice what is here now."""
        recent = time.monotonic() - self._last_end < RECENT
        return recent and self._last_size > 2 * (1 + self._queue.qsize())

    def more(self, batch: list[Job], fits: Callable[[Any], bool]) -> list[Any]:
        """What came for the same action while the batch waited for another process, as far as it fits: from
        now on of this batch. Else it would wait for the same lock once more, after this commit."""
        first = len(batch)
        while len(batch) < BATCH_MOST and (job := self._peek()):
            if job.action != batch[0].action or not fits(job.args[0]):
                break
            self._next = None
            batch.append(job)
        return [job.args[0] for job in batch[first:]]

    def _peek(self) -> Job | None:
        if self._next is None:
            try:
                self._next = self._queue.get_nowait()
            except queue.Empty:
                return None
            if self._next is None:  # the end, which `take` has to find
                self._queue.put(None)
        return self._next

    def was_done(self, batch: list[Job]) -> None:
        self._last_size, self._last_end = len(batch), time.monotonic()
