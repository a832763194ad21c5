"""Keeps it true who is here: this process's lease, the ends of others, comings and goings, and what was not
heard.

`presence` says what is true; this asks it, in time.
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
from chat.protocol import Close
from chat.realtime import process_lock
from chat.realtime.hub.hub import Hub, RoomFeed
from chat.realtime.sending import close_with_reason
from chat.realtime.transport import Connection

from .database import Database
from .lease_keeper import LeaseKeeper

log = logging.getLogger(__name__)

# Seconds between two looks at the lease.
WATCH = 1.0
SWEEP = 1.0
REPAIR = 30.0
GATHER = 0.2


class PresenceTracker:
    """`locks` is a folder that the processes of this machine share."""

    def __init__(self, hub: Hub, database: Database, locks: Path) -> None:
        self._hub, self._database, self._lease = hub, database, LeaseKeeper(locks, database.writer.call_first)
        self._news: set[Any] = set()
        self._leaving: dict[Any, float] = {}

    def tasks(self) -> Iterable[Callable[[], Awaitable[None]]]:
        """What has to run for as long as the process serves."""
        return (self._watch_lease, self._sweep, self._see_off, self._repair)

    @property
    def node(self) -> UUID:
        return self._lease.term.node

    def start(self) -> None:
        self._lease.thread.start()

    # -- this process -----------------------------------------------------------------------------

    async def _watch_lease(self) -> None:
        """Without one, others have told that our people are gone: then they are not served any more."""
        while True:
            left = self._lease.term.left
            if left is not None and left <= 0:
                self._fence()
            await asyncio.sleep(WATCH if left is None else min(WATCH, max(left, 0.01)))

    def _fence(self) -> None:
        """Close everybody; they come back here under a new node, or go elsewhere."""
        connections = list(self._hub.connections)
        log.error("lease lost: closing %d connections", len(connections))
        for connection in connections:
            close_with_reason(connection, Close.OVERLOADED, "lease lost", 1.0)
        self._lease.next_term()

    async def end(self) -> None:
        """An orderly end of this process, through the writer's last batch."""
        self._lease.end()
        for connection in self._hub.connections:
            self._database.note(presence.close_sessions, connection.session)
        try:
            await self._database.write(presence.end_process, self.node)
        except Exception as error:  # then the lease's end says it
            log.warning("this node's end not written: %r", error)
        self._lease.let_go()

    # -- other processes --------------------------------------------------------------------------

    async def _sweep(self) -> None:
        """Bury the nodes that died: those of this machine by their file lock, others when their lease
        ends."""
        # Perhaps we are in place of a killed process, whose people are coming back right now.
        await asyncio.sleep(presence.GRACE.total_seconds())
        while True:
            await asyncio.sleep(SWEEP)
            try:
                await self._bury_dead()
            except Exception as error:
                log.warning("sweeping nodes: %r", error)

    async def _bury_dead(self) -> None:
        late, running = await self._database.read(presence.other_processes, self.node)
        for node in [*late, *(node for node in running if process_lock.is_dead(self._lease.lock_of(node)))]:
            if people := await self._database.write(presence.expire_process, node):
                await self._database.read(presence.tell_gone, people)

    # -- people -----------------------------------------------------------------------------------

    def arrived(self, connection: Connection, address: str | None, agent: str) -> None:
        arrival = presence.Arrival(connection.session, self.node, connection.person, address, agent)
        told = partial(self._is_news, connection.person)
        self._database.writer.submit(presence.open_sessions, arrival, done=told, takes_list=True)

    def set_away(self, connection: Connection, away: bool) -> None:
        told = partial(self._is_news, connection.person)
        self._database.writer.submit(presence.set_away, connection.session, away, done=told)

    def entered(self, person: Any) -> None:
        """Somebody who is connected came into another room: its people have not heard of them."""
        self._is_news(person, True)

    def _is_news(self, person: Any, outcome: Any) -> None:
        if outcome is not True:
            return
        if not self._news:
            self._hub.spawn(self._tell_news())
        self._news.add(person)

    async def _tell_news(self) -> None:
        """Not in the writer's time, and not one by one: a thousand who come at once are a few events a
        room."""
        await asyncio.sleep(GATHER)
        people, self._news = self._news, set()
        try:
            await self._database.read(presence.tell_here, people)
        except Exception as error:  # the repair of the next half minute tells it
            log.warning("telling who has come: %r", error)

    def departed(self, connection: Connection) -> None:
        """After GRACE, whoever has not come back is told to be gone."""
        self._database.note(presence.close_sessions, connection.session)
        self._leaving[connection.person] = time.monotonic() + presence.GRACE.total_seconds() + SWEEP

    async def _see_off(self) -> None:
        """Many at once, in one event a room."""
        while True:
            await asyncio.sleep(SWEEP)
            gone = {person for person, due in self._leaving.items() if due <= time.monotonic()}
            try:
                if gone:
                    await self._database.read(presence.tell_gone, gone)
                    self._leaving = {p: due for p, due in self._leaving.items() if p not in gone}
            except Exception as error:
                log.warning("telling who has gone: %r", error)

    async def presence_of(self, feed: RoomFeed) -> bytes:
        """Who is here, read once for all who ask at the same moment. News that arrives meanwhile may be newer
        than what was read: then it is read again."""
        for _ in range(3):
            heard = feed.ephemeral_count
            frame: bytes = await self._hub.once(
                ("presence", feed.room, heard), lambda: self._read_presence(feed)
            )
            if heard == feed.ephemeral_count:
                break
        return frame

    async def _read_presence(self, feed: RoomFeed) -> bytes:
        return await self._database.read(presence.room_presence, feed.room, feed.key)

    async def _repair(self) -> None:
        """News of presence is sent once; what was lost of it is put right here, room by room."""
        while True:
            rooms = list(self._hub.rooms.values())
            for feed in rooms:
                await asyncio.sleep(REPAIR / len(rooms))
                await self._repair_one(feed)
            if not rooms:
                await asyncio.sleep(SWEEP)

    async def _repair_one(self, feed: RoomFeed) -> None:
        try:
            frame = await self.presence_of(feed)
        except Exception as error:
            log.warning("reading presence: %r", error)
            return
        if frame != feed.presence:
            feed.presence = frame
            feed.send_ephemeral([frame])
