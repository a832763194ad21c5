"""This process's connections by room and person. Listens once per room, however many people are in it.

Knows no models and no protocol: what it needs from the database is handed in as `Reads`.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any, NamedTuple, Protocol

from chat.ids import PersonId
from chat.realtime.transport import Connection

from .flusher import Flusher
from .layer_client import LayerClient
from .parts import Behind
from .room_feed import RoomFeed

__all__ = ["Hub", "Reads", "RoomFeed", "RoomRead"]

log = logging.getLogger(__name__)

# Seconds: between two head checks; after which a lagging connection is closed.
CHECK, STALLED = 2.0, 15.0
# What the head check finds is mostly on its way: it has so many seconds to arrive by itself.
PATIENCE = 0.250


class RoomRead(Protocol):
    """A room as of a seq, encoded: what `queries` returns."""

    @property
    def seq(self) -> int: ...
    @property
    def frame(self) -> bytes: ...
    @property
    def more(self) -> bool: ...
    @property
    def removed(self) -> list[tuple[PersonId, bytes]]: ...


class Reads(NamedTuple):
    """The database reads that the hub needs, each in a thread that is not the hub's."""

    heads: Callable[[list[int]], Awaitable[dict[int, int]]]
    changes: Callable[[int, int], Awaitable[RoomRead]]
    snapshot: Callable[[int], Awaitable[RoomRead]]
    # Re-checks what this person's connections may access.
    recheck_access: Callable[[PersonId], Awaitable[None]]


class Hub:
    """Create it on its loop. `too_slow` is the close code for a stalled connection."""

    def __init__(self, layer: Any, reads: Reads, room_audience: Callable[[int], str],
                 person_audience: Callable[[PersonId], str], too_slow: int) -> None:  # fmt: skip
        self.loop = asyncio.get_running_loop()
        self.reads = reads
        self.rooms: dict[int, RoomFeed] = {}
        self.by_key: dict[str, RoomFeed] = {}
        self.people: dict[PersonId, dict[Connection, None]] = {}
        self.flusher = Flusher(self.loop)
        self.layer = LayerClient(layer, self.deliver)
        # Connections whose catch-up failed: tried again at every head check.
        self.behind: dict[Connection, None] = {}
        self._room_audience, self._person_audience, self._too_slow = room_audience, person_audience, too_slow
        self._audiences: dict[str, Any] = {}
        # Audiences that were added or dropped here, and that the layer does not know of yet.
        self._changed: dict[str, None] = {}
        self._regrouping = False
        self._reading: dict[Any, asyncio.Future[Any]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        for forever in (self.layer.listen(), self.layer.rejoin(), self._check()):
            self.spawn(forever)

    def stop(self) -> None:
        for task in list(self._tasks):
            task.cancel()

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run as a task of its own; a failure is logged."""
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a task of the hub failed", exc_info=error)

    @property
    def connections(self) -> Iterable[Connection]:
        return [connection for of_person in self.people.values() for connection in of_person]

    # -- hints ------------------------------------------------------------------------------------

    def publish(self, hints: list[Any]) -> None:
        """Send hints to every process, including this one."""
        self.layer.publish(hints, self.spawn)

    def deliver(self, hint: Any) -> None:
        """Handle a hint that came in. One for an audience that is not here is ignored."""
        audience = self._audiences.get(hint["audience"])
        if isinstance(audience, RoomFeed):
            if hint["last"]:
                audience.offer(
                    hint["first"], hint["last"], hint["frames"], [tuple(pair) for pair in hint["removed"]]
                )
            else:
                audience.send_ephemeral(hint["frames"])
        elif callable(audience):
            audience()
        elif audience is not None:
            self._deliver_to_person(audience[0], hint)

    def _deliver_to_person(self, person: PersonId, hint: Any) -> None:
        for connection in self.people.get(person, ()):
            for frame in hint["frames"]:
                self.flusher.answer(connection, frame)
        if hint["recheck"]:
            self.spawn(self.reads.recheck_access(person))  # type: ignore[arg-type]

    async def _check(self) -> None:
        """Find what no hint reported: Redis was away, a hint was lost, a subscription came too late, a
        shell wrote."""
        while True:
            await asyncio.sleep(CHECK)
            self._close_stalled()
            self._retry_catch_ups()
            await self.check(list(self.rooms))

    async def check(self, rooms: list[int]) -> None:
        """Compare each room's newest seq in the database, if that is up, with what was delivered."""
        try:
            heads = await self.reads.heads(rooms) if rooms else {}
        except Exception as error:
            log.warning("head check: %r", error)
            return
        for room, head in heads.items():
            if (feed := self.rooms.get(room)) is not None:
                feed.expect(head, PATIENCE)

    def _retry_catch_ups(self) -> None:
        behind, self.behind = self.behind, {}
        for connection in behind:
            if not connection.lagging:
                self._writable(connection)

    def _close_stalled(self) -> None:
        """From `connections` and not the feeds: a lagging connection is in no feed."""
        now = time.monotonic()
        for connection in self.connections:
            if connection.lagging and now - connection.lagging_since > STALLED:
                connection.close(self._too_slow)

    # -- connections ------------------------------------------------------------------------------

    def arrive(self, connection: Connection) -> None:
        """Subscribe the connection to what concerns its person."""
        connection.on_writable = self._writable
        of_person = self.people.setdefault(connection.person, {})
        if not of_person:
            self._listen(self._person_audience(connection.person), (connection.person,))
        of_person[connection] = None

    def join(self, room: int, key: str, connection: Connection, seq: int) -> None:
        """Subscribe to a room as of `seq`. The first connection adds this process to the room's group."""
        feed = self.rooms.get(room)
        if feed is None:
            feed = self.rooms[room] = self.by_key[key] = RoomFeed(self, room, key, seq)
            self._listen(self._room_audience(room), feed)
        feed.join(connection, seq)

    def drop(self, connection: Connection, feed: RoomFeed) -> None:
        """Unsubscribe from a room. The last connection takes this process out of the group."""
        feed.leave(connection)
        if feed.empty and self.rooms.get(feed.room) is feed:
            del self.rooms[feed.room], self.by_key[feed.key]
            self._unlisten(self._room_audience(feed.room))

    def depart(self, connection: Connection) -> None:
        """Unsubscribe from everything. Idempotent."""
        connection.closed = True
        for feed in list(connection.feeds):
            self.drop(connection, feed)
        of_person = self.people.get(connection.person, {})
        of_person.pop(connection, None)
        if not of_person and self.people.pop(connection.person, None) is not None:
            self._unlisten(self._person_audience(connection.person))

    def _writable(self, connection: Connection) -> None:
        for feed, state in list(connection.feeds.items()):
            if isinstance(state, Behind):
                feed.start_catch_up(connection, state.since)

    def listen(self, audience: str, then: Callable[[], None]) -> None:
        """Call `then` for every hint to this audience, as long as the process serves."""
        self._listen(audience, then)

    # -- groups -----------------------------------------------------------------------------------

    def _listen(self, audience: str, what: Any) -> None:
        self._audiences[audience] = what
        self._regroup(audience)

    def _unlisten(self, audience: str) -> None:
        del self._audiences[audience]
        self._regroup(audience)

    def _regroup(self, audience: str) -> None:
        """Tell the layer soon, together with others: a person may come into two hundred rooms at once."""
        self._changed[audience] = None
        if not self._regrouping:
            self._regrouping = True
            self.spawn(self._regroup_all())

    async def _regroup_all(self) -> None:
        """One after the other, so that the layer's last word is the present state."""
        try:
            while self._changed:
                changed, self._changed = self._changed, {}
                here = [audience for audience in changed if audience in self._audiences]
                await self.layer.leave([audience for audience in changed if audience not in self._audiences])
                await self.layer.join(here)
                self._check_new(here)
        finally:
            self._regrouping = False

    def _check_new(self, audiences: list[str]) -> None:
        """Check these rooms now: hints sent before the layer knew of us were missed."""
        feeds = [self._audiences.get(audience) for audience in audiences]
        if rooms := [feed.room for feed in feeds if isinstance(feed, RoomFeed)]:
            self.spawn(self.check(rooms))

    # -- one read for all who ask at the same moment ------------------------------------------

    async def snapshot(self, feed: RoomFeed) -> RoomRead:
        """The room as it is now, cached until something newer is known: one read for any crowd."""
        if feed.snapshot is None or feed.snapshot.seq < feed.seq:
            feed.snapshot = await self.once(("snapshot", feed.room), lambda: self.reads.snapshot(feed.room))
        return feed.snapshot

    async def shared_changes(self, feed: RoomFeed, since: int) -> RoomRead:
        page: RoomRead = await self.once(
            ("changes", feed.room, since), lambda: self.reads.changes(feed.room, since)
        )
        return page

    async def once(self, name: Any, read: Callable[[], Awaitable[Any]]) -> Any:
        under_way = self._reading.get(name)
        if under_way is None:
            under_way = self._reading[name] = asyncio.ensure_future(read())
            under_way.add_done_callback(lambda _: self._reading.pop(name, None))
        # A caller that is cancelled must not cancel the read for the others.
        return await asyncio.shield(under_way)
