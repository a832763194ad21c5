"""The async side of this process: makes its hub, its writer and its reading pool, keeps its lease, and ends
them.

asgi.py wraps it around everything, so it is the first to meet a connection and the last to let go. It knows
both sides: it hands the hub what it needs from the database as functions, and sets `broadcast.outlet` and
`writer.current`, through which any thread of the process reaches it.
"""

import asyncio
import logging
import platform
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any, TypeVar
from uuid import UUID, uuid4

from channels.layers import get_channel_layer
from django.conf import settings
from django.db import InterfaceError, OperationalError, connections

from . import broadcast, lease, logins, presence, protocol, queries, transport, writer
from .handshake import admits
from .hub import Feed, Hub, Reads
from .protocol import Close
from .writer import Writer

log = logging.getLogger(__name__)

READERS = 4
RENEW = 5.0
SWEEP = 1.0
REPAIR = 30.0
RECHECK = 5.0
# Of the drain's 25 seconds: for the writer, for the connections, for daphne to forget them.
FLUSH_LIMIT, CLOSE_LIMIT, REAPED = 10.0, 5.0, 1.5

T = TypeVar("T")
App = Callable[..., Awaitable[None]]


class Edge:
    def __init__(self, app: App) -> None:
        self._app = app
        self.started = self.draining = False
        self._tasks: list[asyncio.Task[None]] = []
        transport.when_running(self.start, self.drain)

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if not self.started:
            self.start()
        if scope["type"] == "websocket":
            if not admits(scope):
                await _refuse(receive, send)
                return
            scope["chat.edge"], scope["chat.protocol"] = self, transport.find_protocol(send)
        await self._app(scope, receive, send)

    # -- beginning --------------------------------------------------------------------------------

    def start(self) -> None:
        """On the loop that will serve. Ends the process with one line where another one serves the same
        file."""
        global current
        self.started = True
        self._only = _only_server()
        self.loop = asyncio.get_event_loop()
        self.pool = ThreadPoolExecutor(READERS, thread_name_prefix="chat-read")
        self.writer = Writer(self.loop.call_soon_threadsafe)
        self.hub = Hub(
            get_channel_layer(), Reads(self._heads, self._changes, self._snapshot, self.look_again),
            broadcast.room_audience, broadcast.person_audience, Close.TOO_SLOW,
        )  # fmt: skip
        broadcast.outlet = lambda hints: self._from_any_thread(self.hub.publish, hints)
        writer.current = self.writer
        current = self
        self.node, self.renewed_at = uuid4(), 0.0
        self._lock: IO[str] | None = None
        self._leaving: dict[Any, float] = {}
        self.hub.start()
        for forever in (self._keep_lease, self._sweep, self._see_off, self._repair_presence, self._recheck):
            self._tasks.append(self.loop.create_task(forever()))

    def _from_any_thread(self, function: Callable[..., None], argument: Any) -> None:
        try:
            self.loop.call_soon_threadsafe(function, argument)
        except RuntimeError:
            log.info("the loop has ended before a hint was sent")

    # -- reading, in threads of our own: one slow query of a page must not delay a delivery -------

    async def read(self, query: Callable[..., T], *args: Any) -> T:
        return await self.loop.run_in_executor(self.pool, _read, query, args)

    async def write(self, action: Callable[..., Any], *args: Any, together: bool = False) -> Any:
        """Through the writer; returns its outcome, which may be a Refused."""
        done: asyncio.Future[Any] = self.loop.create_future()
        if not self.writer.submit(action, *args, done=_setter(done), together=together):
            raise OperationalError("the writer takes nothing more")
        return await done

    async def _heads(self, rooms: list[int]) -> dict[int, int]:
        return await self.read(queries.heads, rooms)

    async def _changes(self, room: int, since: int) -> queries.Look:
        return await self.read(queries.changes, room, since)

    async def _snapshot(self, room: int) -> queries.Look:
        return await self.read(queries.snapshot, room)

    # -- who is here ------------------------------------------------------------------------------

    async def _keep_lease(self) -> None:
        """Renew this process's lease; without one, others have told that our people are gone: serve them no
        more."""
        while True:
            try:
                await self._renew()
            except Exception as error:
                log.warning("lease not renewed: %r", error)
            if self.renewed_at and time.monotonic() - self.renewed_at > presence.LEASE.total_seconds():
                self._fence()
            await asyncio.sleep(RENEW)

    async def _renew(self) -> None:
        before = time.monotonic()
        renewed = bool(self.renewed_at) and await self.write(presence.renew_node, self.node) is True
        if not self.renewed_at:
            renewed = await self._begin_node()
        elif not renewed:
            self._fence()
        if renewed:
            self.renewed_at = before

    async def _begin_node(self) -> bool:
        self._lock = lease.hold(_lock_path(self.node))
        return await self.write(presence.start_node, self.node, platform.node()) is None

    def _fence(self) -> None:
        """Close everybody; they come back here under a new node, or go elsewhere."""
        log.error("lease lost: closing %d connections", len(list(self.hub.connections)))
        for connection in self.hub.connections:
            self.say_bye(connection, Close.OVERLOADED, "lease lost", 1.0)
        self.node, self.renewed_at = uuid4(), 0.0

    async def _sweep(self) -> None:
        """Bury the nodes that died: those of this machine by their file lock, the others when their lease is
        over."""
        start = time.monotonic()
        while True:
            await asyncio.sleep(SWEEP)
            try:
                # Just started, perhaps in place of a killed process whose people are coming back right now.
                if time.monotonic() - start > presence.GRACE.total_seconds():
                    await self._bury_dead()
            except Exception as error:
                log.warning("sweeping nodes: %r", error)

    async def _bury_dead(self) -> None:
        late, running = await self.read(presence.suspects, self.node)
        for node in [*late, *(node for node in running if lease.is_dead(_lock_path(node)))]:
            people = await self.write(presence.bury_node, node)
            if people and isinstance(people, set):
                await self.read(presence.tell_gone, people)

    def arrived(self, arrival: presence.Arrival) -> None:
        self.writer.submit(presence.open_sessions, arrival, done=_ignore, together=True)

    def departed(self, person: Any, session: UUID) -> None:
        """After GRACE, whoever has not come back is told to be gone."""
        self.writer.submit(presence.close_sessions, session, done=_ignore, together=True)
        self._leaving[person] = self.loop.time() + presence.GRACE.total_seconds() + SWEEP

    async def _see_off(self) -> None:
        """Many at once, in one event a room."""
        while True:
            await asyncio.sleep(SWEEP)
            gone = {person for person, due in self._leaving.items() if due <= self.loop.time()}
            for person in gone:
                del self._leaving[person]
            if gone:
                await self.read(presence.tell_gone, gone)

    async def presence_of(self, feed: Feed) -> bytes:
        """Who is here, read once for all who ask at the same moment. News that arrives meanwhile may be newer
        than what was read: then it is read again."""
        for _ in range(3):
            heard = feed.flashes
            name = ("presence", feed.room, heard)
            frame: bytes = await self.hub.once(
                name, lambda: self.read(presence.room_presence, feed.room, feed.key)
            )
            if heard == feed.flashes:
                break
        return frame

    async def _repair_presence(self) -> None:
        """News of presence is sent once; what was lost of it is put right here, room by room."""
        while True:
            rooms = list(self.hub.rooms.values())
            for feed in rooms:
                await asyncio.sleep(REPAIR / len(rooms))
                try:
                    frame = await self.presence_of(feed)
                except Exception as error:
                    log.warning("reading presence: %r", error)
                    continue
                if frame != feed.presence:
                    feed.presence = frame
                    feed.flash([frame])
            if not rooms:
                await asyncio.sleep(REPAIR)

    # -- what may have changed about people -------------------------------------------------------

    async def look_again(self, person: Any) -> None:
        await self._look_again_at(list(self.hub.people.get(person, ())))

    async def _recheck(self) -> None:
        """Every few seconds, all of them: so a revocation holds even when no hint of it arrives."""
        while True:
            await asyncio.sleep(RECHECK)
            try:
                await self._look_again_at([c for c in self.hub.connections if c.login is not None])
            except Exception as error:
                log.warning("checking logins again: %r", error)

    async def _look_again_at(self, connections: list[transport.Connection]) -> None:
        standings = await self.read(logins.standings, [connection.login for connection in connections])
        for connection, standing in zip(connections, standings, strict=True):
            if standing.close is not None:
                self.say_bye(connection, standing.close, "login ended")
            elif standing.version != connection.login.version and not connection.closed:
                connection.login = connection.login._replace(version=standing.version)
                await self._rooms_changed(connection)

    async def _rooms_changed(self, connection: transport.Connection) -> None:
        """Join what is new, leave what is gone, and say so."""
        rooms = await self.read(queries.my_rooms, connection.person)
        here = {feed.room: feed for feed in connection.feeds}
        for pk in here.keys() - rooms.keys():
            self.hub.drop(connection, here[pk])
            self.tell(connection, protocol.Left(room=here[pk].key))
        for pk in rooms.keys() - here.keys():
            self.tell(connection, protocol.Joined(room=rooms[pk]))
            self.hub.join(pk, rooms[pk].id, connection, rooms[pk].seq)

    # -- saying -----------------------------------------------------------------------------------

    def tell(self, connection: transport.Connection, event: protocol.Event) -> None:
        self.hub.ticker.answer(connection, protocol.encode(event))

    def say_bye(
        self, connection: transport.Connection, code: int, reason: str, retry_after: float | None = None
    ) -> None:
        if not connection.closed:
            frame = protocol.encode(protocol.Bye(code=code, reason=reason, retry_after=retry_after))
            answers, connection.answers = connection.answers, []
            connection.write(transport.Frames([*answers, frame]))
            connection.close(code)

    # -- ending -----------------------------------------------------------------------------------

    @property
    def ready(self) -> bool:
        return self.started and not self.draining and self.writer.storage_ok

    async def drain(self) -> None:
        """Every accepted command is answered, every connection told, the sessions closed."""
        self.draining = True
        if not self.started:
            return
        for task in self._tasks:
            task.cancel()
        connections = list(self.hub.connections)
        sessions = [connection.session for connection in connections]
        await self._close_sessions(sessions)
        await self.loop.run_in_executor(None, self.writer.stop, FLUSH_LIMIT)
        writer.current = None
        # The writer's last answers are already on their way to this loop.
        await asyncio.sleep(0)
        self.hub.ticker.flush()
        for number, connection in enumerate(connections):
            self.say_bye(connection, Close.RESTARTING, "restarting", 0.5 + number / 200)
        await self._gone()
        self.hub.stop()
        await asyncio.sleep(REAPED)
        if self._lock is not None:
            lease.release(_lock_path(self.node), self._lock)

    async def _close_sessions(self, sessions: list[UUID]) -> None:
        for session in sessions:
            self.writer.submit(presence.close_sessions, session, done=_ignore, together=True)
        self.writer.submit(presence.end_node, self.node, done=_ignore)

    async def _gone(self) -> None:
        end = self.loop.time() + CLOSE_LIMIT
        while list(self.hub.connections) and self.loop.time() < end:  # noqa: ASYNC110  nobody tells us
            await asyncio.sleep(0.05)


# The edge of this process, once it serves.
current: Edge | None = None


def _read(query: Callable[..., T], args: tuple[Any, ...]) -> T:
    """These threads keep their database connection; one that broke while idle is made anew, once."""
    try:
        return query(*args)
    except (OperationalError, InterfaceError):
        connections["default"].close()
        return query(*args)


def _setter(future: asyncio.Future[Any]) -> Callable[[Any], None]:
    def done(outcome: Any) -> None:
        if not future.done():
            future.set_result(outcome)

    return done


def _ignore(_outcome: Any) -> None:
    """Sessions are told to nobody; a failure is in the writer's log."""


def _run_dir() -> Path:
    return Path(getattr(settings, "DATA_DIR", ".")) / "run"


def _lock_path(node: UUID) -> Path:
    return _run_dir() / f"{node}.lock"


def _only_server() -> IO[str] | None:
    """One serving process per SQLite file: two in-process layers would split every room."""
    if connections["default"].vendor != "sqlite":
        return None
    name = Path(str(settings.DATABASES["default"]["NAME"]))
    file = lease.hold(name.with_name(name.name + ".serving"))
    if file is None:
        raise SystemExit(
            f"Another server already serves {name.name}: one process per SQLite file (see README)."
        )
    return file


async def _refuse(receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "websocket.close", "code": 4403})
