"""Indexes new and changed messages for search, in small batches.

Posting has priority: indexing takes about a twentieth of a busy writer's time.
"""

import asyncio
import logging
import time

from chat import search

from .database import Database

log = logging.getLogger(__name__)

# Changes per batch. A post waits at most for one batch, some milliseconds.
BATCH = 50
# Seconds between checks when idle; and the pause after a batch, as a multiple of its duration.
LOOK, REST = 0.7, 20


class SearchIndexer:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def forever(self) -> None:
        while True:  # noqa: ASYNC110  time is what it waits for
            await asyncio.sleep(await self._index())

    async def _index(self) -> float:
        """Index one batch. Returns the seconds to wait before the next."""
        before = time.monotonic()
        try:
            indexed = await self._database.write(search.index_changes, BATCH, alone=True)
            renewed = await self._database.write(search.renew_names, BATCH, alone=True)
        except Exception as error:  # locked, full, down: indexed later
            log.warning("not indexed: %r", error)
            return LOOK * REST
        # A few messages wait for others: each batch has its own price, however small it is.
        more = indexed.full or renewed == BATCH
        return min(REST * (time.monotonic() - before), LOOK) if more else LOOK
