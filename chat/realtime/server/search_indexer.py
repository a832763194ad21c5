"""Keeps what was said findable: asks for the next changes to be indexed, again and again, and takes its time.

Posting goes first: of a writer that is busy, indexing takes a twentieth.
"""

import asyncio
import logging
import time

from chat import search

from .database import Database

log = logging.getLogger(__name__)

# Changes in one go: a post that comes meanwhile waits so long, some milliseconds.
BATCH = 50
# Seconds between looks when there is nothing to do; and how much longer than a batch took the next one waits.
LOOK, REST = 0.7, 20


class SearchIndexer:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def forever(self) -> None:
        """For as long as the process serves."""
        while True:  # noqa: ASYNC110  time is what it waits for
            await asyncio.sleep(await self._index())

    async def _index(self) -> float:
        """One batch; how long to wait for the next."""
        before = time.monotonic()
        try:
            done = await self._database.write(search.index_changes, BATCH)
        except Exception as error:  # locked, full, away: what was not indexed is found later
            log.warning("not indexed: %r", error)
            return LOOK * REST
        return min(REST * (time.monotonic() - before), LOOK) if done else LOOK
