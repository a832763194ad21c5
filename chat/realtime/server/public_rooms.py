"""Which public rooms are there to be found? Keeps every open page to those that opened last.

Looks when told so, and every few seconds anyway: so a room that opened while nobody could be told is told
late, and whoever was not connected gets the list behind their welcome.
"""

import asyncio
import logging

from chat import broadcast, queries
from chat.realtime.hub.hub import Hub
from chat.realtime.transport import Connection

from .database import Database

log = logging.getLogger(__name__)

RECHECK = 5.0


class PublicRooms:
    """`frame` is the event as it was told last, `guests_frame` the one for guests: alike for everybody, or
    without any room. Empty before the first look."""

    def __init__(self, hub: Hub, database: Database) -> None:
        self._hub, self._database = hub, database
        self.frame = self.guests_frame = b""
        self._wanted = self._looking = False

    async def watch(self) -> None:
        """For as long as the process serves."""
        self._hub.listen(broadcast.EVERYBODY, self.look)
        while True:
            self.look()
            await asyncio.sleep(RECHECK)

    def frame_for(self, connection: Connection) -> bytes:
        return self.guests_frame if connection.login.is_guest else self.frame

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
                self._tell(*await self._database.read(queries.opened))
        except Exception as error:  # the database is away: the next look is soon
            log.warning("looking at the directory: %r", error)
        finally:
            self._looking = False

    def _tell(self, frame: bytes, guests_frame: bytes) -> None:
        before, now = (self.frame, self.guests_frame), (frame, guests_frame)
        if before == now:
            return
        self.frame, self.guests_frame = now
        for connection in self._hub.connections:
            told = self.frame_for(connection)
            if told != before[connection.login.is_guest]:
                self._hub.flusher.answer(connection, told)
