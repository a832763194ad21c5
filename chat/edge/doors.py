"""Which public rooms are there to be found? Keeps every open page to those that opened last.

Looks when told so, and every few seconds anyway: so a room that opened while nobody could be told is told
late, and whoever was not connected gets the list behind their welcome.
"""

import asyncio
import logging

from chat import broadcast, queries
from chat.hub import Hub

from .database import Database

log = logging.getLogger(__name__)

RECHECK = 5.0


class Doors:
    """`frame` is the event as it was told last, for everybody alike; empty before the first look."""

    def __init__(self, hub: Hub, database: Database) -> None:
        self._hub, self._database = hub, database
        self.frame = b""
        self._wanted = self._looking = False

    async def watch(self) -> None:
        """For as long as the process serves."""
        self._hub.listen(broadcast.PLACE, self.look)
        while True:
            self.look()
            await asyncio.sleep(RECHECK)

    def look(self) -> None:
        """Soon, and once for however many ask."""
        self._wanted = True
        if not self._looking:
            self._looking = True
            self._hub.spawn(self._look())

    async def _look(self) -> None:
        try:
            while self._wanted:  # asked while it was being read: what was read may be older
                self._wanted = False
                self._tell(await self._database.read(queries.opened))
        except Exception as error:  # the database is away: the next look is soon
            log.warning("looking at the directory: %r", error)
        finally:
            self._looking = False

    def _tell(self, frame: bytes) -> None:
        if frame == self.frame:
            return
        self.frame = frame
        for connection in self._hub.connections:
            self._hub.ticker.answer(connection, frame)
