"""Re-checks what each open connection may access: when notified, and every five seconds regardless.

Logouts, bans, password changes and room memberships are read from the database, so a lost hint cannot leave
access open.
"""

import asyncio
import logging
from collections.abc import Callable

from chat import protocol, queries
from chat.accounts import sessions
from chat.ids import PersonId
from chat.realtime.hub.hub import Hub
from chat.realtime.sending import close_with_reason, send_event
from chat.realtime.transport import Connection

from .database import Database

log = logging.getLogger(__name__)

RECHECK = 5.0

# What a check has read, by person.
Found = dict[PersonId, tuple[dict[int, protocol.MyRoom], protocol.People]]


class AccessMonitor:
    def __init__(self, hub: Hub, database: Database, entered: Callable[[PersonId], None]) -> None:
        """`entered` is called with each person who gained a room."""
        self._hub, self._database, self._entered = hub, database, entered

    async def recheck(self) -> None:
        """Makes revocations take effect even while the channel layer is down."""
        while True:
            await asyncio.sleep(RECHECK)
            await self._try_to_recheck(list(self._hub.connections))

    async def recheck_access(self, person: PersonId) -> None:
        await self._try_to_recheck(list(self._hub.people.get(person, ())))

    async def _try_to_recheck(self, connections: list[Connection]) -> None:
        """Log a failed check and leave it to the next one: with the database down, access cannot change."""
        try:
            await self._recheck_all(connections)
        except Exception as error:
            log.warning("access not re-checked: %r", error)

    async def _recheck_all(self, connections: list[Connection]) -> None:
        logins_now = [connection.login for connection in connections]
        statuses = await self._database.read(sessions.session_statuses, logins_now)
        found: Found = {}  # by person: somebody with twenty tabs costs one read
        for connection, status in zip(connections, statuses, strict=True):
            if status.close is not None:
                close_with_reason(connection, status.close, status.close.name.lower())
            elif status.version < connection.login.version:
                pass  # a newer check has overtaken this one
            elif not connection.closed and (
                status.version > connection.login.version or connection.removed_from
            ):
                connection.login = connection.login._replace(version=status.version)
                await self._rooms_changed(connection, found)

    async def _rooms_changed(self, connection: Connection, found: Found) -> None:
        version, person = connection.login.version, connection.person
        if person not in found:
            found[person] = await self._database.read(rooms_and_people, person)
        rooms, people = found[person]
        if connection.login.version != version:
            return  # a newer check has overtaken this one, so these rows may be out of date
        here = {feed.room: feed for feed in connection.feeds}
        for pk in here.keys() - rooms.keys():
            connection.removed_from.append(here[pk].key)
            self._hub.drop(connection, here[pk])
        for key in connection.removed_from:
            send_event(self._hub, connection, protocol.Left(room=key))
        connection.removed_from = []
        entered = rooms.keys() - here.keys()
        for pk in entered:
            send_event(self._hub, connection, _joined(rooms[pk], people))
            self._hub.join(pk, rooms[pk].id, connection, rooms[pk].seq)
        if entered:
            self._entered(connection.person)


def rooms_and_people(person: PersonId) -> tuple[dict[int, protocol.MyRoom], protocol.People]:
    rooms = queries.my_rooms(person)
    return rooms, queries.people(queries.people_in_list(rooms.values()))


def _joined(room: protocol.MyRoom, people: protocol.People) -> protocol.Joined:
    named = {str(person) for person in queries.people_in_list([room])}
    return protocol.Joined(room=room, people={person: people[person] for person in named & people.keys()})
