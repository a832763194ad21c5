"""The process's one writing thread: takes what waits, commits it as one transaction, then answers.

While one batch commits the next gathers: no added wait when idle, one fsync for many when busy. A batch that
has to wait for another process's lock takes along what came meanwhile. Nothing is answered before COMMIT has
returned. `perform` is the door for everybody who is not a connection. Knows actions only as functions that
are handed in.
"""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from django.db import connection, transaction

from chat.actions import Refused
from chat.protocol import Code

from .batch import FATAL, first_line, work
from .write_queue import WAITING_MOST, Done, Job, Line, OnLoop

__all__ = ["WAITING_MOST", "Done", "Job", "Writer", "current", "perform"]

log = logging.getLogger(__name__)

RETRY_AFTER = 2.0

# Deadlock, serialization failure: PostgreSQL asks for another run. It is shutting down, or ended this
# connection, or lost it: what was not committed is not written.
_RUN_AGAIN = ("40P01", "40001", "57P0", "08")


class Writer:
    """`call_soon_threadsafe(function, argument)` reaches the loop on which connections are answered.

    Waking the loop costs a system call and the interpreter: a batch does it once, for its answers and for
    what its commit has announced.
    """

    def __init__(self, call_soon_threadsafe: Callable[..., Any]) -> None:
        self._call_soon = call_soon_threadsafe
        self._line = Line()
        self._for_loop: list[tuple[Callable[[Any], None], Any]] = []
        self.storage_ok = True
        self.batches = self.jobs = 0
        self.thread = threading.Thread(target=self._run, name="chat-writer", daemon=True)
        self.thread.start()

    # -- asking, from any thread ------------------------------------------------------------------

    def submit(self, action: Callable[..., Any], *args: Any, done: Done, **how: bool) -> bool:
        """For connections: `done` runs on the loop. `how` is Job's `together` and `growing`. False when too
        much waits already, or the writer is stopping."""
        return self._line.put(Job(action, args, {}, OnLoop(done), **how))

    def call(self, action: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """For other threads: waits for the commit and returns the result. Raises Refused."""
        return _waited_for(self._line.put, action, args, kwargs)

    def call_first(self, action: Callable[..., Any], *args: Any) -> Any:
        """As `call`, but next, however much waits: for the lease, without which nobody may be served."""
        return _waited_for(self._line.put_first, action, args, {})

    def on_loop(self, function: Callable[[Any], None], argument: Any) -> None:
        """Have `function(argument)` called on the loop: by a batch behind its answers, by others at once."""
        if threading.current_thread() is self.thread:
            self._for_loop.append((function, argument))
        else:
            self._wake_loop([(function, argument)])

    def stop(self, timeout: float) -> bool:
        """Take nothing more, finish what waits. False if that took longer than `timeout` seconds."""
        self._line.end()
        self.thread.join(timeout)
        return not self.thread.is_alive()

    @property
    def stopping(self) -> bool:
        return self._line.ending

    # -- writing, on the one thread ---------------------------------------------------------------

    def _run(self) -> None:
        stopped = False
        while not stopped:
            batch, stopped = self._line.take()
            if batch:
                self._answer(batch, self._commit(batch))
                self._line.was_done(batch)
        connection.close()

    def _commit(self, batch: list[Job]) -> list[Any]:
        """One outcome for each job; `batch` may have grown by then. Runs twice at most, and never again once
        COMMIT was under way: whoever asked with a nonce may ask again, and finds out."""
        for attempt in (1, 2):
            worked = False
            try:
                with transaction.atomic():
                    outcomes = work(batch, self._line.more, careful=attempt == 2)
                    worked = True
                self.storage_ok = True
                return outcomes
            except Exception as error:
                log.warning("batch of %d not written: %s", len(batch), first_line(error))
                again = attempt == 1 and not worked and _worth_another_run(error)
                if isinstance(error, FATAL):
                    _renew_connection()
                if not again:
                    break
        self.storage_ok = False
        return [Refused(Code.STORAGE_UNAVAILABLE, retry_after=RETRY_AFTER)] * len(batch)

    def _answer(self, batch: list[Job], outcomes: list[Any]) -> None:
        self.batches, self.jobs = self.batches + 1, self.jobs + len(batch)
        for_loop: list[tuple[Callable[[Any], None], Any]] = []
        for job, outcome in zip(batch, outcomes, strict=True):
            if isinstance(job.done, OnLoop):
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


def _waited_for(
    put: Callable[[Job], bool], action: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    future: Future[Any] = Future()
    if not put(Job(action, args, kwargs, future.set_result)):
        raise Refused(Code.OVERLOADED, retry_after=RETRY_AFTER)
    result = future.result()
    if isinstance(result, Refused):
        raise result
    return result


def _call_all(calls: list[tuple[Callable[[Any], None], Any]]) -> None:
    for function, argument in calls:
        try:
            function(argument)
        except Exception:  # one that cannot be answered must not silence the others
            log.exception("an outcome was not told")


def _worth_another_run(error: Exception) -> bool:
    """A deadlock, or a connection that was lost before COMMIT: nothing is written then. Or an action of a
    batch that was done without care."""
    if not isinstance(error, FATAL):
        return True
    state = getattr(error.__cause__, "sqlstate", None) or ""
    return state.startswith(_RUN_AGAIN) or (connection.vendor == "postgresql" and not _connection_lives())


def _connection_lives() -> bool:
    driver = connection.connection
    return driver is not None and not driver.closed and not driver.broken


def _renew_connection() -> None:
    """After a failure the thread would otherwise keep a dead connection for ever."""
    try:
        connection.close()
    except Exception as error:
        log.warning("closing the database connection: %s", first_line(error))


# Set by a serving process; None in commands, shells and tests, which write by themselves.
current: Writer | None = None


def perform(action: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Do an action and wait for its commit: through the writer of a serving process, else in a transaction of
    its own. Beside a busy writer a second one would starve on SQLite. Raises Refused."""
    if current is None or threading.current_thread() is current.thread:
        with transaction.atomic():
            return action(*args, **kwargs)
    return current.call(action, *args, **kwargs)
