"""Tests that a process keeps its lease under load and releases its people when it cannot."""

import asyncio
import datetime
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from chat import presence
from chat.protocol import Close
from chat.realtime.server import lease_keeper
from chat.realtime.server.lease_keeper import LeaseKeeper
from chat.realtime.server.presence_tracker import PresenceTracker
from chat.writer.writer import Writer
from tests.support.virtual_time import FakeDatabase, Recorder, make_hub, until

LEASE = 0.6


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, "LEASE", datetime.timedelta(seconds=LEASE))
    monkeypatch.setattr(lease_keeper, "RENEW", LEASE / 3)


# -- a database that is as it is said --------------------------------------------------------------


back = threading.Event()


def hangs(*_: Any) -> bool:
    back.wait(30)
    return True


def refuses(*_: Any) -> bool:
    raise OSError("away")


def has_told(*_: Any) -> bool:
    """The lease ran out before it could be renewed, so others were sent that our people are offline."""
    return False


def lives(*_: Any) -> bool:
    return True


@pytest.fixture
def served(
    transactional_db: None, thread: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Any]:
    @asynccontextmanager
    async def served(after: Callable[..., bool]) -> AsyncIterator[Recorder]:
        """Takes the lease from the database, which is then as `after` says."""
        monkeypatch.setattr(presence, "start_process", lives)
        monkeypatch.setattr(presence, "renew_process", after)
        hub, alice = make_hub(FakeDatabase()), Recorder("alice")
        hub.arrive(alice)
        here = PresenceTracker(hub, SimpleNamespace(writer=thread), tmp_path)  # type: ignore[arg-type]
        back.clear()
        here.start()
        watching = asyncio.create_task(here._watch_lease())
        try:
            yield alice
        finally:
            watching.cancel()
            back.set()
            here._lease.end()
            await asyncio.to_thread(here._lease.thread.join, 10)
            here._lease.let_go()
            hub.stop()

    return served


@pytest.mark.parametrize("after", [hangs, refuses])
async def test_nobody_is_served_past_the_lease(served: Any, after: Callable[..., bool]) -> None:
    start = time.monotonic()
    async with served(after) as alice:
        await until(lambda: alice.closed, "let go", 20)
        assert time.monotonic() - start >= LEASE
        assert alice.code == Close.OVERLOADED


async def test_a_process_whose_lease_ran_out_releases_its_people(served: Any) -> None:
    async with served(has_told) as alice:
        await until(lambda: alice.closed, "let go", 20)
        assert alice.code == Close.OVERLOADED


async def test_a_process_that_renews_in_time_goes_on(served: Any) -> None:
    async with served(lives) as alice:
        await asyncio.sleep(2 * LEASE)
        assert not alice.closed


# -- a process that is busy ------------------------------------------------------------------------

BUSY_LEASE = 2.0


@pytest.fixture
def keeper(
    transactional_db: None, thread: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[LeaseKeeper]:
    """A process that has its lease."""
    monkeypatch.setattr(presence, "LEASE", datetime.timedelta(seconds=BUSY_LEASE))
    keeper = LeaseKeeper(tmp_path, thread.call_first)
    keeper.thread.start()
    end = time.monotonic() + 10
    while not keeper.term.renewed_at:
        assert time.monotonic() < end
        time.sleep(0.01)
    yield keeper
    keeper.end()
    keeper.thread.join(10)
    keeper.let_go()


def has_lease(keeper: LeaseKeeper) -> bool:
    """In its own view and in that of others."""
    _late, running = presence.other_processes(uuid4())
    return keeper.term.process in running and (keeper.term.left or 0.0) > 0


def test_a_busy_loop_does_not_lose_the_lease(keeper: LeaseKeeper) -> None:
    end = time.monotonic() + 2 * BUSY_LEASE
    while time.monotonic() < end:
        sum(range(10_000))
    assert has_lease(keeper)


def test_a_busy_writer_does_not_lose_the_lease(keeper: LeaseKeeper, thread: Writer) -> None:
    end = time.monotonic() + 2 * BUSY_LEASE
    while time.monotonic() < end:
        thread.call(write_for_a_while)
    assert has_lease(keeper)


def write_for_a_while() -> None:
    presence.start_process(uuid4(), "another")
    time.sleep(0.05)
