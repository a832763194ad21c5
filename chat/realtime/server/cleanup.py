"""Deletes unposted uploads, messages past restoring, stray files, old sessions and guests.

Every process runs this. Deleting what another process has already deleted is harmless.
"""

import asyncio
import logging
import random
from collections.abc import Callable
from typing import Any, TypeVar

from chat import actions, files, queries

from .database import Database

T = TypeVar("T")

log = logging.getLogger(__name__)

# Seconds to the first sweep and between sweeps; randomized so that processes do not all start at once.
FIRST, EVERY = 60.0, 3600.0
# A younger file without a row may still get one; an older one was left by a process that was killed.
STRAY = 24 * 3600.0
# Each deletes one batch and returns how much it deleted.
PIECES = (actions.erase_deleted_messages, actions.delete_expired_login_sessions, actions.delete_old_sessions)
PAUSE = 0.02


class Cleanup:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def forever(self) -> None:
        wait = FIRST
        while True:
            await asyncio.sleep(wait * random.uniform(1.0, 1.5))  # noqa: S311  no secret
            wait = EVERY
            try:
                await self.sweep()
            except Exception as error:
                log.warning("sweeping: %r", error)

    async def sweep(self) -> None:
        for forget in PIECES:
            while await self._database.write(forget):
                await _pause()
        for retired, remove in ((False, actions.retire_guest), (True, actions.delete_guest)):
            for person in await self._database.read(queries.inactive_guest_ids, retired):
                await self._database.write(remove, person)
                await _pause()
        while keys := await self._database.write(actions.delete_old_attachments):
            await _on_disk(files.remove, keys)
        await _on_disk(files.delete_unfinished, STRAY)
        for folder in await _on_disk(files.stored_folders):
            found = await _on_disk(files.stored_before, folder, STRAY)
            known = await self._database.read(queries.existing_attachments, found) if found else set()
            await _on_disk(files.remove, found - known)


async def _pause() -> None:
    """Let other writes go between two batches."""
    await asyncio.sleep(PAUSE)


async def _on_disk(work: Callable[..., T], *args: Any) -> T:
    """Run in a thread, because disks can be slow."""
    return await asyncio.get_running_loop().run_in_executor(None, work, *args)
