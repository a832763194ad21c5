"""Renews this process's lease in a thread of its own, so that a busy event loop cannot delay it.

On PostgreSQL it uses its own connection, independent of the writer. SQLite has one write lock, which a busy
writer would hardly leave to a second connection; there the writer renews the lease ahead of its queue.
"""

import logging
import platform
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, TypeVar
from uuid import uuid4

from django.db import connection

from chat import presence
from chat.realtime import process_lock

T = TypeVar("T")

log = logging.getLogger(__name__)

RENEW = 5.0
# Seconds to wait after a failure.
RETRY = 1.0


class Term:
    def __init__(self) -> None:
        self.process, self.renewed_at, self.lost = uuid4(), 0.0, False
        self.lock: IO[str] | None = None

    @property
    def left(self) -> float | None:
        """Seconds left of the lease. None before it starts."""
        if self.lost:
            return 0.0
        until = self.renewed_at + presence.LEASE.total_seconds()
        return until - time.monotonic() if self.renewed_at else None


class LeaseKeeper:
    """`locks` is a folder shared by this machine's processes; `through_writer` is Writer.call_first."""

    def __init__(self, locks: Path, through_writer: Callable[..., Any]) -> None:
        self._locks, self.term = locks, Term()
        self._write = through_writer if connection.vendor == "sqlite" else _directly
        self._ended = threading.Event()
        self.thread = threading.Thread(target=self._keep, name="chat-lease", daemon=True)

    def end(self) -> None:
        """Stop renewing. The row and the lock are left to the caller."""
        self._ended.set()

    def next_term(self) -> None:
        self.let_go()
        self.term = Term()

    def let_go(self) -> None:
        if self.term.lock is not None:
            process_lock.release(self.lock_of(self.term.process), self.term.lock)
            self.term.lock = None

    def lock_of(self, process: object) -> Path:
        return self._locks / f"{process}.lock"

    # -- on the thread ----------------------------------------------------------------------------

    def _keep(self) -> None:
        while not self._ended.is_set():
            self._ended.wait(RENEW if self._try_to_renew(self.term) else RETRY)
        connection.close()

    def _try_to_renew(self, term: Term) -> bool:
        try:
            self._renew(term)
        except Exception as error:
            log.warning("lease not renewed: %r", error)
            connection.close()
            return False
        return not term.lost

    def _renew(self, term: Term) -> None:
        before = time.monotonic()  # before the database's clock is read: our deadline is earlier
        if term.renewed_at:
            term.lost = not self._write(presence.renew_process, term.process)
        else:
            term.lock = term.lock or process_lock.acquire(self.lock_of(term.process))
            self._write(presence.start_process, term.process, platform.node())
        if not term.lost:
            term.renewed_at = before


def _directly(action: Callable[..., T], *args: Any) -> T:
    return action(*args)
