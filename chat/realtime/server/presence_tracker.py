"""Watches who is online: records connections, publishes arrivals and departures, expires dead processes.

The rules are in `chat.presence`; this runs them at the right time.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from chat import presence
from chat.ids import PersonId
from chat.protocol import Close
from chat.realtime import process_lock
from chat.realtime.hub.hub import Hub, RoomFeed
from chat.realtime.sending import close_with_reason
from chat.realtime.transport import Connection

from .database import Database
from .lease_keeper import LeaseKeeper
from .presence_repair import repair, send_whole

log = logging.getLogger(__name__)

# Seconds between two checks: of this process's lease, of people and processes that have gone, and of a room's
# presence as it was last sent. GATHER is how long arrivals are collected before they are published.
WATCH, SWEEP, REPAIR, GATHER = 1.0, 1.0, 30.0, 0.2


class PresenceTracker:
    """`locks` is a folder shared by the processes of this machine."""

    def __init__(self, hub: Hub, database: Database, locks: Path) -> None:
        self._hub, self._database, self._lease = hub, database, LeaseKeeper(locks, database.writer.call_first)
        self._arrived: set[PersonId] = set()
        self._leaving: dict[PersonId, float] = {}

    def tasks(self) -> Iterable[Callable[[], Awaitable[None]]]:
        return (self._watch_lease, self._sweep, self._publish_departures, self._repair)

    @property
    def process(self) -> UUID:
        return self._lease.term.process

    def start(self) -> None:
        self._lease.thread.start()

    # -- this process -----------------------------------------------------------------------------

    async def _watch_lease(self) -> None:
        """Once the lease has run out, other processes have shown our people as offline: stop serving them."""
        while True:
            left = self._lease.term.left
            if left is not None and left <= 0:
                self._fence()
            await asyncio.sleep(WATCH if left is None else min(WATCH, max(left, 0.01)))

    def _fence(self) -> None:
        """Close all connections. Their clients come back, here under a new lease or to another process."""
        connections = list(self._hub.connections)
        log.error("lease lost: closing %d connections", len(connections))
        for connection in connections:
            close_with_reason(connection, Close.OVERLOADED, "lease lost", 1.0)
        self._lease.next_term()

    async def end(self) -> None:
        """Record an orderly end of this process, in the writer's last batch."""
        self._lease.end()
        for connection in self._hub.connections:
            self._database.note(presence.close_sessions, connection.session)
        try:
            await self._database.write(presence.end_process, self.process)
        except Exception as error:  # then the lease runs out instead
            log.warning("the end of this process was not recorded: %r", error)
        self._lease.let_go()

    # -- other processes --------------------------------------------------------------------------

    async def _sweep(self) -> None:
        """Expire processes that died: on this machine once their file lock falls, elsewhere when their
        lease ends."""
        # This process may replace a killed one, whose people are coming back right now.
        await asyncio.sleep(presence.GRACE.total_seconds())
        while True:
            await asyncio.sleep(SWEEP)
            try:
                await self._expire_dead()
            except Exception as error:
                log.warning("dead processes not expired: %r", error)

    async def _expire_dead(self) -> None:
        late, running = await self._database.read(presence.other_processes, self.process)
        dead = [process for process in running if process_lock.is_dead(self._lease.lock_of(process))]
        for process in [*late, *dead]:
            if people := await self._database.write(presence.expire_process, process):
                await self._database.read(presence.publish_departures, people)

    # -- people -----------------------------------------------------------------------------------

    def arrived(self, connection: Connection, address: str | None, agent: str) -> None:
        arrival = presence.Arrival(connection.session, self.process, connection.person, address, agent)
        done = partial(self._note_arrival, connection.person)
        self._database.writer.submit(presence.open_sessions, arrival, done=done, takes_list=True)

    def set_away(self, connection: Connection, away: bool) -> None:
        done = partial(self._note_arrival, connection.person)
        self._database.writer.submit(presence.set_away, connection.session, away, done=done)

    def entered(self, person: PersonId) -> None:
        """Somebody who is connected joined another room, which must learn that they are online."""
        self._note_arrival(person, True)

    def _note_arrival(self, person: PersonId, outcome: Any) -> None:
        if outcome is not True:
            return
        if not self._arrived:
            self._hub.spawn(self._publish_arrivals())
        self._arrived.add(person)

    async def _publish_arrivals(self) -> None:
        """Outside the writer, and together: a thousand who come at once are a few events for each room."""
        await asyncio.sleep(GATHER)
        people, self._arrived = self._arrived, set()
        try:
            await self._database.read(presence.publish_arrivals, people)
        except Exception as error:  # the next repair sends it
            log.warning("arrivals not published: %r", error)

    def departed(self, connection: Connection) -> None:
        """Shown as offline unless they come back within GRACE."""
        self._database.note(presence.close_sessions, connection.session)
        self._leaving[connection.person] = time.monotonic() + presence.GRACE.total_seconds() + SWEEP

    async def _publish_departures(self) -> None:
        while True:
            await asyncio.sleep(SWEEP)
            gone = {person for person, due in self._leaving.items() if due <= time.monotonic()}
            try:
                if gone:
                    await self._database.read(presence.publish_departures, gone)
                    self._leaving = {p: due for p, due in self._leaving.items() if p not in gone}
            except Exception as error:
                log.warning("departures not published: %r", error)

    async def _presence_of(self, feed: RoomFeed) -> tuple[bytes, bool]:
        """The room's presence event, read once for all who ask at the same moment. If presence was sent
        meanwhile, the read may be older than that: then it is read again. False if it still may be older."""
        for _ in range(3):
            before = feed.ephemeral.count
            frame: bytes = await self._hub.once(
                ("presence", feed.room, before), lambda: self._read_presence(feed)
            )
            if before == feed.ephemeral.count:
                return frame, True
        return frame, False

    async def send_presence(self, feed: RoomFeed, connection: Connection) -> None:
        """The whole presence, to a connection that has just opened the room."""
        frame, is_new = await self._presence_of(feed)
        if feed not in connection.feeds:
            return  # it was removed while this was read
        send_whole(feed, connection, frame)
        if not is_new:  # what it was sent meanwhile may be newer: the next repair sends it again
            feed.ephemeral.unsure[connection] = None

    async def _read_presence(self, feed: RoomFeed) -> bytes:
        return await self._database.read(presence.room_presence, feed.room, feed.key)

    async def _repair(self) -> None:
        """Presence is sent once, without a seq. What was lost is corrected here, one room after the other."""
        while True:
            rooms = list(self._hub.rooms.values())
            for feed in rooms:
                await asyncio.sleep(REPAIR / len(rooms))
                await self._repair_one(feed)
            if not rooms:
                await asyncio.sleep(SWEEP)

    async def _repair_one(self, feed: RoomFeed) -> None:
        try:
            frame, is_new = await self._presence_of(feed)
        except Exception as error:
            log.warning("reading presence: %r", error)
            return
        if is_new:
            repair(feed, frame)
