"""Does a process that cannot renew its lease let go of its people, whatever keeps it from it?"""

import asyncio
import datetime
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from chat import presence
from chat.edge import attendance
from chat.edge.attendance import Attendance
from chat.protocol import Close
from tests.realtime import Recorder, Truth, make_hub, until

LEASE = 0.6


class Database:
    """Takes the lease, and is then as `after` says."""

    def __init__(self, after: str) -> None:
        self.after = after

    async def write(self, action: Any, *_args: Any, first: bool = False) -> bool:
        if action is presence.start_node:
            return True
        if self.after == "hangs":
            await asyncio.sleep(60)
        if self.after == "refuses":
            raise OSError("away")
        return True


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, "LEASE", datetime.timedelta(seconds=LEASE))
    monkeypatch.setattr(attendance, "RENEW", LEASE / 3)


@asynccontextmanager
async def served(home: Path, after: str) -> AsyncIterator[Recorder]:
    hub, alice = make_hub(Truth()), Recorder("alice")
    hub.arrive(alice)
    here = Attendance(hub, Database(after), home)  # type: ignore[arg-type]
    keeping = asyncio.create_task(here._keep_lease())
    try:
        yield alice
    finally:
        keeping.cancel()
        here._let_go()
        hub.stop()


@pytest.mark.parametrize("after", ["hangs", "refuses"])
async def test_nobody_is_served_past_the_lease(tmp_path: Path, after: str) -> None:
    start = time.monotonic()
    async with served(tmp_path, after) as alice:
        await until(lambda: alice.closed, "let go", 20)
        assert time.monotonic() - start >= LEASE
        assert alice.code == Close.OVERLOADED


async def test_who_renews_in_time_goes_on(tmp_path: Path) -> None:
    async with served(tmp_path, "lives") as alice:
        await asyncio.sleep(2 * LEASE)
        assert not alice.closed
