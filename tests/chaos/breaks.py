"""Functions that break one promise of the product each, inside a daphne, to prove that the harness notices.

`BREAK=name make chaos` must fail; tests/chaos/test_chaos.py checks that for each.
"""

import secrets
import time
from collections.abc import Callable
from typing import Any

EVERY = 15


def _emitting(change: Callable[[Any, int, list[bytes]], list[bytes]]) -> None:
    """Replaces what a room sends: `change(feed, count, frames)` for each batch of live events."""
    from chat.realtime.hub.room_feed import RoomFeed

    emit, count = RoomFeed._emit, iter(range(1, 10**9))

    def broken(self: Any, seq: int, frames: list[bytes]) -> None:
        emit(self, seq, change(self, next(count), frames))

    RoomFeed._emit = broken  # type: ignore[method-assign]


def skip() -> None:
    """One event is left out."""
    _emitting(lambda feed, count, frames: frames[1:] if count % EVERY == 0 else frames)


def double() -> None:
    """One event is sent twice."""
    _emitting(lambda feed, count, frames: [*frames, *frames[-1:]] if count % EVERY == 0 else frames)


def swap() -> None:
    """One event is sent after the event that follows it."""
    late: dict[int, bytes] = {}

    def swapped(feed: Any, count: int, frames: list[bytes]) -> list[bytes]:
        before = [late.pop(feed.room)] if feed.room in late else []
        if count % EVERY == 0 and not before:
            late[feed.room] = frames[-1]
            return frames[:-1]
        return [*frames, *before]

    _emitting(swapped)


def invent() -> None:
    """A body is not what was stored."""
    _emitting(lambda feed, count, frames: [frame.replace(b" says ", b" said ") for frame in frames])


def deaf() -> None:
    """Hints are lost, and the head check is off."""
    from chat.realtime.hub.hub import Hub
    from chat.realtime.hub.layer_client import LayerClient

    async def nothing(self: Any, rooms: list[int]) -> None:
        return

    LayerClient.publish = lambda self, hints, spawn: None  # type: ignore[method-assign,assign]
    Hub.check = nothing  # type: ignore[method-assign]


def early_ack() -> None:
    """The ack is sent before COMMIT."""
    from django.db import transaction

    from chat.writer import batch as batches
    from chat.writer import writer

    answer = writer.Writer._answer

    def commit(self: Any, batch: Any) -> list[Any]:
        with transaction.atomic():
            outcomes = batches.run(batch, savepoints=False)
            answer(self, batch.jobs, outcomes)
            time.sleep(0.1)
        return outcomes

    writer.Writer._commit = commit  # type: ignore[method-assign]
    writer.Writer._answer = lambda self, batch, outcomes: None  # type: ignore[method-assign,assign]


def nonce() -> None:
    """A message sent again becomes another message."""
    import msgspec

    from chat import actions
    from chat.models import Message

    post = actions.post_messages

    def renamed(draft: Any) -> Any:
        if Message.objects.filter(author=draft.author, nonce=draft.post.nonce).exists():
            return draft._replace(post=msgspec.structs.replace(draft.post, nonce=secrets.token_urlsafe(16)))
        return draft

    def post_messages(drafts: list[Any], _more: Any = None) -> list[Any]:
        answers = post([renamed(draft) for draft in drafts])
        return [
            answer if isinstance(answer, actions.Refused) else answer._replace(nonce=draft.post.nonce)
            for draft, answer in zip(drafts, answers, strict=True)
        ]

    actions.post_messages = post_messages  # type: ignore[assignment]


def removal() -> None:
    """A removed person still receives events."""
    from chat.realtime.hub.room_feed import RoomFeed
    from chat.realtime.server.access_monitor import AccessMonitor

    async def nothing(self: Any, connection: Any) -> None:
        return

    RoomFeed.remove = lambda self, person: self.flush()  # type: ignore[method-assign]
    assert hasattr(AccessMonitor, "_rooms_changed")
    AccessMonitor._rooms_changed = nothing  # type: ignore[method-assign]


def ban() -> None:
    """A ban does not stop posts that are under way."""
    from chat.actions import guards, posting

    posting.lock_people = guards.lock_people = lambda people, **_: set()  # type: ignore[assignment]


def unbounded() -> None:
    """Sockets are written to without a bound."""
    from chat.realtime.fastpath import StraightConnection
    from chat.realtime.hub.hub import Hub

    StraightConnection.pauseProducing = lambda self: None  # type: ignore[method-assign]
    Hub._close_stalled = lambda self: None  # type: ignore[method-assign]


def lease() -> None:
    """A dead process counts as alive for ever."""
    from chat import presence
    from chat.realtime.server import presence_tracker

    presence.other_processes = lambda me: ([], [])  # type: ignore[assignment]
    presence_tracker.process_lock.is_dead = lambda path: False
    presence._live = lambda: __import__("django.db.models", fromlist=["Q"]).Q(closed_at=None)


def fence() -> None:
    """A process that cannot renew its lease goes on serving."""
    from chat.realtime.server.presence_tracker import PresenceTracker

    assert hasattr(PresenceTracker, "_fence")
    PresenceTracker._fence = lambda self: None  # type: ignore[method-assign]


def epoch() -> None:
    """A restored backup keeps the epoch of the history that went on."""
    from types import SimpleNamespace

    from chat.realtime import welcome

    welcome.Workspace = SimpleNamespace(current=lambda: SimpleNamespace(epoch="always"))  # type: ignore[misc,assignment]


def drain() -> None:
    """SIGTERM ends the process at once."""
    import os
    import signal

    from chat.realtime import transport

    running = transport.when_running

    def when_running(start: Callable[[], None], drain: Any) -> None:
        def started() -> None:
            start()
            signal.signal(signal.SIGTERM, lambda *_: os._exit(0))

        running(started, drain)

    transport.when_running = when_running


def storage() -> None:
    """What could not be stored is acknowledged."""
    from chat.actions import Posted
    from chat.writer.writer import Writer

    commit = Writer._commit

    def lying(self: Any, batch: Any) -> list[Any]:
        outcomes = commit(self, batch)
        if self.storage_ok:
            return outcomes
        return [
            Posted(job.args[0].post.room, 1, 1, job.args[0].post.nonce)
            if job.action.__name__ == "post_messages" else outcome
            for job, outcome in zip(batch.jobs, outcomes, strict=True)
        ]  # fmt: skip

    Writer._commit = lying  # type: ignore[method-assign]


BREAKS: dict[str, Callable[[], None]] = {
    function.__name__: function
    for function in (
        skip, double, swap, invent, deaf, early_ack, nonce, removal, ban, unbounded, lease, fence, epoch,
        drain, storage,
    )
}  # fmt: skip
