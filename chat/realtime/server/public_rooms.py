"""Keeps open pages up to date with the list of public rooms.

Reads the list when notified, and every few seconds regardless, in case a hint was lost. New connections get
it right after their `welcome`.
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
    """`frame` is the last event sent, `guests_frame` the one for guests. Empty before the first read."""

    def __init__(self, hub: Hub, database: Database) -> None:
        self._hub, self._database = hub, database
        self.frame = self.guests_frame = b""
        self._wanted = self._reading = False

    async def watch(self) -> None:
        self._hub.listen(broadcast.EVERYBODY, self.refresh)
        while True:
            self.refresh()
            await asyncio.sleep(RECHECK)

    def frame_for(self, connection: Connection) -> bytes:
        return self.guests_frame if connection.login.is_guest else self.frame

    def refresh(self) -> None:
        """Schedule a read. Requests during a read share the next one."""
        self._wanted = True
        if not self._reading:
            self._reading = True
            self._hub.spawn(self._read())

    async def _read(self) -> None:
        try:
            while self._wanted:  # requested during the read, whose result may be older
                self._wanted = False
                self._send_changed(*await self._database.read(queries.newest_public_rooms))
        except Exception as error:  # the database is down: the next read is soon
            log.warning("public rooms not read: %r", error)
        finally:
            self._reading = False

    def _send_changed(self, frame: bytes, guests_frame: bytes) -> None:
        before, now = (self.frame, self.guests_frame), (frame, guests_frame)
        if before == now:
            return
        self.frame, self.guests_frame = now
        for connection in self._hub.connections:
            current = self.frame_for(connection)
            if current != before[connection.login.is_guest]:
                self._hub.flusher.answer(connection, current)
