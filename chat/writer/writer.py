"""The one writing thread of a serving process: takes what waits, commits it as one transaction, answers.

While a batch commits the next one gathers: no added wait when idle, one fsync for many writes when busy.
"""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, ParamSpec, TypeVar

from django.db import OperationalError, connection, transaction

from chat.actions import Refused
from chat.protocol import Code

from . import batch as batches
from .batch import FATAL, first_line
from .write_queue import MAX_WAITING, Batch, Done, Job, OnLoop, WriteQueue

__all__ = ["MAX_WAITING", "Done", "Job", "Writer", "current", "perform"]

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")
Call = tuple[Callable[[Any], None], Any]

RETRY_AFTER = 2.0

# PostgreSQL's deadlock and serialization failure, in a COMMIT too: nothing was written.
_UNDONE = ("40P01", "40001")
# And its shutdown, and a lost connection.
_RUN_AGAIN = (*_UNDONE, "57P0", "08")


class Writer:
    # Waking the loop costs a system call and the interpreter: a batch does it once, for its answers and for
    # the hints that its commit has published.

    def __init__(self, call_soon_threadsafe: Callable[..., object]) -> None:
        self._call_soon = call_soon_threadsafe
        self._queue = WriteQueue()
        self._for_loop: list[Call] = []
        self.storage_ok = True
        self.batches = 0
        self.thread = threading.Thread(target=self._run, name="chat-writer", daemon=True)
        self.thread.start()

    # -- asking, from any thread ------------------------------------------------------------------

    def submit(self, action: Callable[..., Any], *args: Any, done: Done, **how: bool) -> bool:
        """For connections: `done` runs on the loop. False when too many wait, or the writer is stopping."""
        return self._queue.put(Job(action, args, {}, OnLoop(done), **how))

    def call(self, action: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """For other threads: waits for the commit and returns the result. Raises Refused."""
        return _wait_for(self._queue.put, action, *args, **kwargs)

    def call_first(self, action: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Like `call`, but ahead of the queue: the lease must be renewed while the queue is long."""
        return _wait_for(self._queue.put_first, action, *args, **kwargs)

    def on_loop(self, function: Callable[[T], None], argument: T) -> None:
        """Call `function(argument)` there: from the writer's thread after the batch's answers, else now."""
        if threading.current_thread() is self.thread:
            self._for_loop.append((function, argument))
        else:
            self._wake_loop([(function, argument)])

    def stop(self, timeout: float) -> bool:
        """Accept no more and finish what waits. False if that took longer than `timeout` seconds."""
        self._queue.close()
        self.thread.join(timeout)
        return not self.thread.is_alive()

    @property
    def stopping(self) -> bool:
        return self._queue.is_closed

    # -- writing, on the one thread ---------------------------------------------------------------

    def _run(self) -> None:
        is_last = False
        while not is_last:
            batch = self._queue.take()
            is_last = batch.is_last
            if batch.jobs:
                self._answer(batch.jobs, self._commit(batch))
                self._queue.finished(batch)
        connection.close()

    def _commit(self, batch: Batch) -> list[Any]:
        """One outcome for each job. Runs at most twice, and not again when the connection was lost during
        COMMIT: nobody knows then whether it is written, and a client asks again with its nonce.
        """
        for attempt in (1, 2):
            committing = False
            try:
                with transaction.atomic():
                    outcomes = batches.run(batch, savepoints=attempt == 2)
                    committing = True
                self.storage_ok = True
                return outcomes
            except Exception as error:
                log.warning("batch of %d not written: %s", len(batch.jobs), first_line(error))
                undone = not committing or _sqlstate(error).startswith(_UNDONE)
                again = attempt == 1 and undone and _worth_another_run(error)
                if isinstance(error, FATAL):
                    _renew_connection()
                if not again:
                    break
        self.storage_ok = False
        return [Refused(Code.STORAGE_UNAVAILABLE, retry_after=RETRY_AFTER)] * len(batch.jobs)

    def _answer(self, jobs: list[Job], outcomes: list[Any]) -> None:
        self.batches += 1
        for_loop: list[Call] = []
        for job, outcome in zip(jobs, outcomes, strict=True):
            if isinstance(job.done, OnLoop):
                for_loop.append((job.done.done, outcome))
            else:
                job.done(outcome)
        published, self._for_loop = self._for_loop, []
        self._wake_loop(for_loop + published)

    def _wake_loop(self, calls: list[Call]) -> None:
        try:
            self._call_soon(_call_all, calls)
        except RuntimeError:
            log.info("the loop ended before %d answers", len(calls))


def _wait_for(put: Callable[[Job], bool], action: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    future: Future[T | Refused] = Future()
    if not put(Job(action, args, kwargs, future.set_result)):
        raise Refused(Code.OVERLOADED, retry_after=RETRY_AFTER)
    result = future.result()
    if isinstance(result, Refused):
        raise result
    return result


def _call_all(calls: list[Call]) -> None:
    for function, argument in calls:
        try:
            function(argument)
        except Exception:  # one that fails must not keep the others from their answers
            log.exception("an answer was not sent")


def _worth_another_run(error: Exception) -> bool:
    """A deadlock, a connection lost before COMMIT, or a failed action in a batch without savepoints."""
    if not isinstance(error, FATAL):
        return True
    return _sqlstate(error).startswith(_RUN_AGAIN) or (
        connection.vendor == "postgresql" and not _connection_lives()
    )


def _sqlstate(error: Exception) -> str:
    return getattr(error.__cause__, "sqlstate", None) or ""


def _connection_lives() -> bool:
    driver = connection.connection
    return driver is not None and not driver.closed and not driver.broken


def _renew_connection() -> None:
    # The thread would otherwise keep a dead connection for ever.
    try:
        connection.close()
    except Exception as error:
        log.warning("closing the database connection: %s", first_line(error))


# Set by a serving process. None in commands, shells and tests, which write by themselves.
current: Writer | None = None


def perform(action: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run an action, through the writer if this process has one, and wait for its commit. Raises Refused."""
    if current is not None and threading.current_thread() is not current.thread:
        return current.call(action, *args, **kwargs)
    try:
        with transaction.atomic():
            return action(*args, **kwargs)
    except OperationalError as error:
        # A batch of a server holds the locks of many actions, so that a command may meet it in a deadlock.
        if connection.in_atomic_block or not _sqlstate(error).startswith(_UNDONE):
            raise
    with transaction.atomic():
        return action(*args, **kwargs)
