"""Delivers one room's events to this process's connections in the order of their seq.

`seq` is the last change delivered. The next one goes out, an older one is dropped, one that is ahead is
held for its predecessor; if that does not come, the gap is read from the database, once for everybody.
"""

import asyncio
import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING

from chat.ids import PersonId
from chat.realtime.transport import Connection, Frames

from .ephemeral import Ephemeral
from .parts import Behind, CatchUp, FrameTransform, HeldHint, Live, OutgoingBatch, Subscription, removal_in

if TYPE_CHECKING:
    from .hub import Hub, RoomRead

log = logging.getLogger(__name__)

# Seconds to wait for a predecessor: hints of two processes overtake each other all the time.
HOLD = 0.030
MAX_HELD = 64
# Pages of changes that are read for one catch-up. If there are more, a snapshot is less work: pages are also
# bounded in bytes, and five hundred long messages would be hundreds of pages.
MAX_PAGES = 8


class RoomFeed:
    __slots__ = (
        "_backfilling", "_held", "_late", "_wanted", "catching_up", "ephemeral", "hub", "key", "live",
        "outgoing", "room", "seq", "snapshot", "subscribers",
    )  # fmt: skip

    def __init__(self, hub: "Hub", room: int, key: str, seq: int) -> None:
        self.hub, self.room, self.key, self.seq = hub, room, key, seq
        self.live: dict[Connection, None] = {}
        self.catching_up: dict[Connection, CatchUp] = {}
        # How many connections are subscribed, in any state: one that lags is in neither of the two.
        self.subscribers = 0
        self.outgoing: list[OutgoingBatch] = []
        # The snapshot last read, valid until something newer is known.
        self.snapshot: RoomRead | None = None
        self.ephemeral = Ephemeral()
        self._held: dict[int, HeldHint] = {}
        self._late: asyncio.TimerHandle | None = None
        self._backfilling, self._wanted = False, seq

    # -- in: hints --------------------------------------------------------------------------------

    def offer(
        self, first: int, last: int, frames: list[bytes], removed: Iterable[tuple[PersonId, int]] = ()
    ) -> None:
        """A hint arrived. Refused if frames and seqs differ in number: no check could find that loss."""
        if len(frames) != last - first + 1:
            log.error("a hint for room %d from %d to %d has %d frames", self.room, first, last, len(frames))
            return
        if first > self.seq + 1:
            if len(self._held) < MAX_HELD:
                self._held[first] = HeldHint(last, frames, list(removed))
            self.expect(last)
            return
        self._take(first, HeldHint(last, frames, list(removed)))
        self._release()

    def _release(self) -> None:
        """Deliver held hints that are next now."""
        while self._held:
            first = min(self._held)
            if first > self.seq + 1:
                self.expect(max(held.last for held in self._held.values()))
                return
            self._take(first, self._held.pop(first))

    def _take(self, first: int, hint: HeldHint) -> None:
        for person, seq in sorted(hint.removed, key=lambda pair: pair[1]):
            if self.seq < seq <= hint.last:
                self._emit(seq, hint.frames[self.seq + 1 - first : seq + 1 - first])
                self.remove(person)
        if hint.last > self.seq:
            self._emit(hint.last, hint.frames[self.seq + 1 - first :])

    def _emit(self, seq: int, frames: list[bytes]) -> None:
        self.outgoing.append(OutgoingBatch(self.seq, seq, frames))
        self.seq = seq
        self.hub.flusher.wake(self)

    # -- gaps ------------------------------------------------------------------------------------

    def expect(self, seq: int, patience: float = HOLD) -> None:
        """Something up to `seq` exists: wait a moment for its hint, then read."""
        self._wanted = max(self._wanted, seq)
        if self._wanted > self.seq and self._late is None and not self._backfilling:
            self._late = self.hub.loop.call_later(patience, self._is_late, self._wanted)

    def _is_late(self, seq: int) -> None:
        self._late = None
        if self.seq >= seq:
            self.expect(self._wanted)  # newer hints came meanwhile
        elif not self._backfilling:
            self._backfilling = True
            self.hub.spawn(self._backfill())

    async def _backfill(self) -> None:
        """Read what is missing and deliver it, one `changes` event for each page."""
        try:
            before, more = self.seq, True
            while more:
                page = await self.hub.reads.changes(self.room, self.seq)
                more = page.more
                if page.seq > self.seq:
                    self._remove_all(page.removed)
                    self._emit(page.seq, [page.frame])
            if self.seq == before:
                self._forget()  # a hint of something that does not exist is not waited for any longer
        except Exception as error:  # the database is away: the next head check tries again
            log.warning("room %d: gap not read: %r", self.room, error)
            self._forget()
        finally:
            self._backfilling = False
            self._held = {first: held for first, held in self._held.items() if held.last > self.seq}
        self._release()

    def _forget(self) -> None:
        self._held.clear()
        self._wanted = self.seq

    def _remove_all(self, removed: list[tuple[PersonId, bytes]]) -> None:
        """A removed person sees only their own removal, not the page of changes that contains it."""
        for person, frame in removed:
            for connection in self._of(person):
                self.hub.flusher.write(connection, Frames([frame]))
            self.remove(person)

    # -- out --------------------------------------------------------------------------------------

    def flush(self) -> None:
        """Send what has gathered: one write for each connection, the same bytes for all."""
        outgoing, self.outgoing = self.outgoing, []
        if not outgoing:
            return
        for catch_up in self.catching_up.values():
            catch_up.meanwhile += outgoing
        frames = Frames([frame for batch in outgoing for frame in batch.frames])
        lagging = [connection for connection in self.live if connection.lagging]
        for connection in lagging:
            self._set(connection, Behind(outgoing[0].since))
        for connection in self.live:
            self.hub.flusher.write(connection, frames)

    def send_ephemeral(self, frames: list[bytes]) -> None:
        """Send typing or presence: without a seq, and never again."""
        self.ephemeral.send(frames, self.live, self.hub.flusher)

    # -- connections ------------------------------------------------------------------------------

    def _set(self, connection: Connection, state: Subscription) -> None:
        """`connection.feeds` has the state; the feed finds those that are live or catching up by it."""
        self.subscribers += self not in connection.feeds
        connection.feeds[self] = state
        self._forget_state(connection)
        self.ephemeral.unsure[connection] = None
        if state is Live.LIVE:
            self.live[connection] = None
        elif isinstance(state, CatchUp):
            self.catching_up[connection] = state

    def _forget_state(self, connection: Connection) -> None:
        self.live.pop(connection, None)
        self.catching_up.pop(connection, None)

    def join(self, connection: Connection, seq: int) -> None:
        """`connection` has the room as of `seq`. The client drops what it gets twice."""
        if seq >= self.seq:
            self._set(connection, Live.LIVE)
        else:
            self.start_catch_up(connection, seq)

    def start_catch_up(self, connection: Connection, since: int) -> None:
        """Catch up in the background. If it fails, the hub tries again."""
        catch_up = CatchUp(connection, since)
        self._set(connection, catch_up)
        self.hub.spawn(self._catch_up_or_warn(catch_up))

    async def _catch_up_or_warn(self, catch_up: CatchUp) -> None:
        try:
            await self._catch_up(catch_up, catch_up.had)
        except Exception as error:
            log.warning("room %d: a connection waits for what it missed: %r", self.room, error)

    async def admit(
        self, connection: Connection, since: int | None, transform: FrameTransform | None = None
    ) -> None:
        """Send what the connection missed (a snapshot where `since` is None), then what went out meanwhile,
        then make it live. `transform` makes the first frame the answer to its command."""
        if self not in connection.feeds:
            return  # it left before this task began
        self.flush()
        had = self.seq if connection in self.live else since or 0
        catch_up = CatchUp(connection, had, transform)
        self._set(connection, catch_up)
        await self._catch_up(catch_up, since)

    async def _catch_up(self, catch_up: CatchUp, since: int | None) -> None:
        try:
            # An answer that others asked for a moment ago may be older than what this connection has already
            # had.
            seq = await self._send_missed(catch_up, since, self.seq)
            if self._awaits(catch_up):
                self._go_live(catch_up, seq)
        except Exception:
            if self._awaits(catch_up):
                self.hub.behind[catch_up.connection] = None
            raise
        finally:
            if catch_up.connection.feeds.get(self) is catch_up:
                self._set(catch_up.connection, Behind(catch_up.had))

    def _awaits(self, catch_up: CatchUp) -> bool:
        """False when it has gone, was removed, or asked anew while the database was read."""
        connection = catch_up.connection
        return connection.feeds.get(self) is catch_up and not connection.closed

    def _go_live(self, catch_up: CatchUp, seq: int) -> None:
        connection = catch_up.connection
        if connection.lagging:
            self._set(connection, Behind(seq))
            return
        missed = [frame for batch in catch_up.meanwhile for frame in batch.after(seq)]
        if missed:
            connection.write(Frames(missed))
        self._set(connection, Live.LIVE)

    async def _send_missed(self, catch_up: CatchUp, since: int | None, needed: int) -> int:
        """Send pages to the end, at least to `needed`, or until the socket is full. Returns the seq."""
        more, left, person = since is not None, MAX_PAGES, catch_up.connection.person
        if since is None:
            since = await self._send_snapshot(catch_up)
        while (more or since < needed) and self._awaits(catch_up) and not catch_up.connection.lagging:
            if not left:
                since, more, left = await self._send_snapshot(catch_up), False, MAX_PAGES
                continue
            page = await self.hub.shared_changes(self, since)
            self._send_page(catch_up, page, await self._removal(person, since))
            since, more, left = page.seq, page.more, left - 1
        return since

    async def _send_snapshot(self, catch_up: CatchUp) -> int:
        page = await self.hub.snapshot(self)
        self._send_page(catch_up, page, await self._removal(catch_up.connection.person, page.seq))
        return page.seq

    def _send_page(self, catch_up: CatchUp, page: "RoomRead", removal: bytes | None) -> None:
        """Send one page. A removed person sees their removal instead, and nothing after it."""
        removal = removal or removal_in(catch_up.connection.person, page.removed)
        if self._awaits(catch_up):
            self.hub.flusher.write(
                catch_up.connection, Frames([catch_up.first_transformed(removal or page.frame)])
            )
            if removal is not None:
                self._unsubscribe(catch_up.connection)

    async def _removal(self, person: PersonId, upto: int) -> bytes | None:
        """This person's removal, if it is committed but its hint still under way: the read may be ahead of
        this feed."""
        at, more = self.seq, True
        while more and at < upto:
            page = await self.hub.shared_changes(self, at)
            if (removal := removal_in(person, page.removed)) is not None:
                return removal
            at, more = page.seq, page.more
        return None

    def remove(self, person: PersonId) -> None:
        """Send what they may still see, then unsubscribe them."""
        self.flush()
        for connection in self._of(person):
            self._unsubscribe(connection)

    def _unsubscribe(self, connection: Connection) -> None:
        connection.removed_from.append(self.key)
        self.hub.drop(connection, self)

    def leave(self, connection: Connection) -> None:
        """Called by the hub's `drop` only, which also removes an empty feed."""
        self.subscribers -= self in connection.feeds
        connection.feeds.pop(self, None)
        self.ephemeral.unsure.pop(connection, None)
        self._forget_state(connection)

    @property
    def empty(self) -> bool:
        return not self.subscribers

    def _of(self, person: PersonId) -> list[Connection]:
        return [connection for connection in self.hub.people.get(person, ()) if self in connection.feeds]
