"""Named points at which a daphne kills itself with SIGKILL, once, when there is a file CHAOS_ARM.point.

Each function wraps the product at its point. The file is removed first, so that the restarted process lives.
"""

import asyncio
import os
import signal
from collections.abc import Callable
from typing import Any


def _armed(point: str) -> bool:
    try:
        os.unlink(f"{os.environ['CHAOS_ARM']}.{point}")
    except FileNotFoundError:
        return False
    return True


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _has_posts(jobs: list[Any]) -> bool:
    return any(job.action.__name__ == "post_messages" for job in jobs)


def before_insert() -> None:
    from chat.writer import batch as batches

    run = batches.run

    def dying(batch: Any, **how: Any) -> list[Any]:
        if _has_posts(batch.jobs) and _armed("before_insert"):
            _die()
        return run(batch, **how)

    batches.run = dying


def before_commit() -> None:
    """Everything is written, nothing is committed."""
    from chat.writer import batch as batches

    run = batches.run

    def dying(batch: Any, **how: Any) -> list[Any]:
        outcomes = run(batch, **how)
        if _has_posts(batch.jobs) and _armed("before_commit"):
            _die()
        return outcomes

    batches.run = dying


def before_ack() -> None:
    """Committed, and nothing is sent yet."""
    from chat.writer.writer import Writer

    answer = Writer._answer

    def dying(self: Any, jobs: list[Any], outcomes: list[Any]) -> None:
        if _has_posts(jobs) and _armed("before_ack"):
            _die()
        answer(self, jobs, outcomes)

    Writer._answer = dying  # type: ignore[method-assign]


def before_hint() -> None:
    """The author has the ack, nobody else has anything."""
    from chat.realtime.hub.hub import Hub

    publish = Hub.publish

    def dying(self: Any, hints: list[Any]) -> None:
        if any(hint["last"] for hint in hints) and _armed("before_hint"):
            asyncio.get_running_loop().call_later(0.05, _die)
        else:
            publish(self, hints)

    Hub.publish = dying  # type: ignore[method-assign]


def mid_page() -> None:
    """During a catch-up: this page was sent, the next one was not."""
    from chat.realtime.hub.room_feed import RoomFeed

    show = RoomFeed._send_page

    def dying(self: Any, *args: Any) -> None:
        show(self, *args)
        if _armed("mid_page"):
            asyncio.get_running_loop().call_later(0.01, _die)

    RoomFeed._send_page = dying  # type: ignore[method-assign]


POINTS: dict[str, Callable[[], None]] = {
    point.__name__: point for point in (before_insert, before_commit, before_ack, before_hint, mid_page)
}
