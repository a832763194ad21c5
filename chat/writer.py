"""The process's one writing thread: takes what waits, commits it as one transaction, then answers.

While one batch commits the next gathers: no added wait when idle, one fsync for many when busy. Nothing is
answered before COMMIT has returned. `perform` is the door for everybody who is not a connection. Knows
actions only as functions that are handed in.
"""

import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from itertools import groupby
from typing import Any, NamedTuple

from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction

from .actions import Refused
from .protocol import Code

log = logging.getLogger(__name__)

WAITING_MOST = 2_000
BATCH_MOST = 500
RETRY_AFTER = 2.0

# Who was answered together asks again together. When the first of them is here, this long (in seconds) is
# worth waiting for the others, which would else be a commit of their own; if the last batch was this recent.
GATHER, RECENT = 0.001, 0.020

# Deadlock, serialization failure: PostgreSQL asks for another run. It is shutting down, or ended this
# connection, or lost it: what was not committed is not written.
_RUN_AGAIN = ("40P01", "40001", "57P0", "08")

Done = Callable[[Any], None]


class Job(NamedTuple):
    """One thing to do. `together` says that the action takes a list, so that a run of its jobs is one call.

    `done` gets the result, or the Refused that came instead; on the writer's thread unless it is a
    connection's.
    """

    action: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    together: bool
    done: Done


class Writer:
    """`call_soon_threadsafe(function, argument)` reaches the loop on which connections are answered.

    Waking the loop costs a system call and the interpreter: a batch does it once, for its answers and for
    what its commit has announced.
    """

    def __init__(self, call_soon_threadsafe: Callable[..., Any]) -> None:
        self._call_soon = call_soon_threadsafe
        self._queue: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._urgent: deque[Job] = deque()
        self._for_loop: list[tuple[Callable[[Any], None], Any]] = []
        self._accepting = self.storage_ok = True
        self.batches = self.jobs = 0
        self._last_size, self._last_end = 0, 0.0
        self.thread = threading.Thread(target=self._run, name="chat-writer", daemon=True)
        self.thread.start()

    # -- asking, from any thread ------------------------------------------------------------------

    def submit(self, action: Callable[..., Any], *args: Any, done: Done, together: bool = False) -> bool:
        """For connections: `done` runs on the loop. False when too much waits already, or the writer is
        stopping."""
        return self._put(Job(action, args, {}, together, _OnLoop(done)))

    def submit_first(self, action: Callable[..., Any], *args: Any, done: Done) -> bool:
        """As `submit`, but next, however much waits: for the lease, without which nobody may be served."""
        self._urgent.append(Job(action, args, {}, False, _OnLoop(done)))
        return self._put(_WAKE, most=2 * WAITING_MOST)

    def call(self, action: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """For other threads: waits for the commit and returns the result. Raises Refused."""
        future: Future[Any] = Future()
        if not self._put(Job(action, args, kwargs, False, future.set_result)):
            raise Refused(Code.OVERLOADED, retry_after=RETRY_AFTER)
        result = future.result()
        if isinstance(result, Refused):
            raise result
        return result

    def on_loop(self, function: Callable[[Any], None], argument: Any) -> None:
        """Have `function(argument)` called on the loop: by a batch behind its answers, by others at once."""
        if threading.current_thread() is self.thread:
            self._for_loop.append((function, argument))
        else:
            self._wake_loop([(function, argument)])

    def stop(self, timeout: float) -> bool:
        """Take nothing more, finish what waits. False if that took longer than `timeout` seconds."""
        self._accepting = False
        self._queue.put(None)
        self.thread.join(timeout)
        return not self.thread.is_alive()

    @property
    def stopping(self) -> bool:
        return not self._accepting

    def _put(self, job: Job, most: int = WAITING_MOST) -> bool:
        if not self._accepting or self._queue.qsize() >= most:
            return False
        self._queue.put(job)
        return True

    # -- writing, on the one thread ---------------------------------------------------------------

    def _run(self) -> None:
        stopped = False
        while not stopped:
            batch, stopped = self._take()
            if batch:
                self._answer(batch, self._commit(batch))
                self._last_size, self._last_end = len(batch), time.monotonic()
        connection.close()

    def _take(self) -> tuple[list[Job], bool]:
        """Everything that waits, at least one, at most BATCH_MOST; True at the end of the queue."""
        if self._urgent:  # alone, so that it is answered soon
            return [self._urgent.popleft()], False
        batch: list[Job] = []
        job = self._queue.get()
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

    def _commit(self, batch: list[Job]) -> list[Any]:
        """One outcome for each job. Runs twice at most, and never again once COMMIT was under way: whoever
        asked with a nonce may ask again, and finds out."""
        for attempt in (1, 2):
            worked = False
            try:
                with transaction.atomic():
                    outcomes = _work(batch, careful=attempt == 2)
                    worked = True
                self.storage_ok = True
                return outcomes
            except Exception as error:
                log.warning("batch of %d not written: %s", len(batch), _first_line(error))
                again = attempt == 1 and not worked and _worth_another_run(error)
                if isinstance(error, _FATAL):
                    _renew_connection()
                if not again:
                    break
        self.storage_ok = False
        return [Refused(Code.STORAGE_UNAVAILABLE, retry_after=RETRY_AFTER)] * len(batch)

    def _answer(self, batch: list[Job], outcomes: list[Any]) -> None:
        self.batches, self.jobs = self.batches + 1, self.jobs + len(batch)
        for_loop: list[tuple[Callable[[Any], None], Any]] = []
        for job, outcome in zip(batch, outcomes, strict=True):
            if isinstance(job.done, _OnLoop):
                for_loop.append((job.done.done, outcome))
            else:
                job.done(outcome)
        announced, self._for_loop = self._for_loop, []
        self._wake_loop(for_loop + announced)

    def _wake_loop(self, calls: list[tuple[Callable[[Any], None], Any]]) -> None:
        try:
            self._call_soon(_call_all, calls)
        except RuntimeError:
            log.info("the loop has ended before %d answers", len(calls))


class _OnLoop:
    """Marks an answer that belongs on the loop."""

    __slots__ = ("done",)

    def __init__(self, done: Done) -> None:
        self.done = done

    def __call__(self, outcome: Any) -> None:
        self.done(outcome)


_WAKE = Job(lambda: None, (), {}, False, lambda _outcome: None)  # nothing to do but to look at what is urgent


def _call_all(calls: list[tuple[Callable[[Any], None], Any]]) -> None:
    for function, argument in calls:
        try:
            function(argument)
        except Exception:  # one that cannot be answered must not silence the others
            log.exception("an outcome was not told")


def _work(batch: list[Job], careful: bool) -> list[Any]:
    """Each job, or each run of jobs that go together, in a savepoint of its own. A single run needs none: if
    it fails the whole batch is done again, with care."""
    runs = [(*kind, list(jobs)) for kind, jobs in groupby(batch, key=lambda job: (job.action, job.together))]
    if len(runs) == 1 and batch[0].together and not careful:
        return list(batch[0].action([job.args[0] for job in batch]))
    outcomes: list[Any] = []
    for action, together, run in runs:
        outcomes += _together(action, run) if together else [_alone(job) for job in run]
    return outcomes


def _together(action: Callable[..., Any], run: list[Job]) -> list[Any]:
    """A run of one action as one call; if that fails, back to the savepoint and one by one."""
    try:
        with transaction.atomic():
            return list(action([job.args[0] for job in run]))
    except _FATAL:
        raise
    except Exception as error:
        if len(run) > 1:
            log.warning("%s of %d failed together: %s", action.__name__, len(run), _first_line(error))
            return [outcome for job in run for outcome in _together(action, [job])]
        return [_refusal(action, error)]


def _alone(job: Job) -> Any:
    try:
        with transaction.atomic():
            return job.action(*job.args, **job.kwargs)
    except _FATAL:
        raise
    except Exception as error:
        return _refusal(job.action, error)


# The batch's fate, not one job's: locked, full, gone, deadlocked.
_FATAL = (OperationalError, InterfaceError)


def _refusal(action: Callable[..., Any], error: Exception) -> Refused:
    if isinstance(error, Refused):
        return error
    # The text of a database's error may hold what somebody wrote: the log gets its kind only.
    log.error(
        "%s failed: %s", action.__name__, type(error).__name__, exc_info=not isinstance(error, DatabaseError)
    )
    return Refused(Code.FAILED)


def _worth_another_run(error: Exception) -> bool:
    """A deadlock, or a connection that was lost before COMMIT: nothing is written then. Or an action of a
    batch that was done without care."""
    if not isinstance(error, _FATAL):
        return True
    state = getattr(error.__cause__, "sqlstate", None) or ""
    return state.startswith(_RUN_AGAIN) or (connection.vendor == "postgresql" and not _connection_lives())


def _connection_lives() -> bool:
    driver = connection.connection
    return driver is not None and not driver.closed and not driver.broken


def _first_line(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"


def _renew_connection() -> None:
    """After a failure the thread would otherwise keep a dead connection for ever."""
    try:
        connection.close()
    except Exception as error:
        log.warning("closing the database connection: %s", _first_line(error))


# Set by a serving process; None in commands, shells and tests, which write by themselves.
current: Writer | None = None


def perform(action: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Do an action and wait for its commit: through the writer of a serving process, else in a transaction of
    its own. Beside a busy writer a second one would starve on SQLite. Raises Refused."""
    if current is None or threading.current_thread() is current.thread:
        with transaction.atomic():
            return action(*args, **kwargs)
    return current.call(action, *args, **kwargs)
