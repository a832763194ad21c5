"""One room in this process: in which order its events go out, who gets them, and how holes are healed.

`seq` is the last change handed on. The next one goes out, an older one is dropped, one that is ahead is held
for its predecessor and then read from the database, once for everybody. No ORM: the hub hands in what reads.
"""

import asyncio
import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from chat.realtime.transport import Connection, Frames

from .parts import CatchUp, FrameTransform, HeldHint, OutgoingBatch

if TYPE_CHECKING:
    from .hub import Hub, RoomRead

log = logging.getLogger(__name__)

# Hints of two processes overtake each other: without this wait a busy second reads the database for nothing.
HOLD = 0.030
HELD_MOST = 64


class RoomFeed:
    __slots__ = (
        "_healing", "_held", "_late", "_wanted", "flashes", "hub", "joining", "key", "live", "out",
        "presence", "room", "seq", "shown",
    )  # fmt: skip

    def __init__(self, hub: "Hub", room: int, key: str, seq: int) -> None:
        self.hub, self.room, self.key, self.seq = hub, room, key, seq
        self.live: dict[Connection, None] = {}
        # Connections that are being handed the past.
        self.joining: dict[Connection, CatchUp] = {}
        self.out: list[OutgoingBatch] = []
        # The room as last read, good for as long as nothing newer is known.
        self.shown: RoomRead | None = None
        # How often something without a number was said, and who was here when all were last told.
        self.flashes, self.presence = 0, b""
        self._held: dict[int, HeldHint] = {}
        self._late: asyncio.TimerHandle | None = None
        self._healing, self._wanted = False, seq

    # -- in: hints --------------------------------------------------------------------------------

    def offer(
        self, first: int, last: int, frames: list[bytes], removed: Iterable[tuple[Any, int]] = ()
    ) -> None:
        """A hint arrived. One whose frames do not match its seqs is a loss that no check could see:
        refused."""
        if len(frames) != last - first + 1:
            log.error("a hint for room %d from %d to %d has %d frames", self.room, first, last, len(frames))
            return
        if first > self.seq + 1:
            if len(self._held) < HELD_MOST:
                self._held[first] = HeldHint(last, frames, list(removed))
            self.expect(last)
            return
        self._take(first, HeldHint(last, frames, list(removed)))
        self._release()

    def _release(self) -> None:
        """Hand on what was held and is now next."""
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
        self.out.append(OutgoingBatch(self.seq, seq, frames))
        self.seq = seq
        self.hub.flusher.wake(self)

    # -- holes ------------------------------------------------------------------------------------

    def expect(self, seq: int, patience: float = HOLD) -> None:
        """Something up to `seq` exists: give its hint a moment, then read."""
        self._wanted = max(self._wanted, seq)
        if self._wanted > self.seq and self._late is None and not self._healing:
            self._late = self.hub.loop.call_later(patience, self._is_late, self._wanted)

    def _is_late(self, seq: int) -> None:
        self._late = None
        if self.seq >= seq:
            self.expect(self._wanted)  # more was heard of while this was waited for
        elif not self._healing:
            self._healing = True
            self.hub.spawn(self._backfill())

    async def _backfill(self) -> None:
        """Read what is missing and hand it on as one event for each page."""
        try:
            before, more = self.seq, True
            while more:
                self.hub.counts["heals"] += 1
                look = await self.hub.reads.changes(self.room, self.seq)
                more = look.more
                if look.seq > self.seq:
                    self._remove_all(look.removed)
                    self._emit(look.seq, [look.frame])
            if self.seq == before:
                self._forget()  # a hint of something that does not exist must not be asked after for ever
        except Exception as error:  # the database is away: the next head check tries again
            log.warning("room %d not healed: %r", self.room, error)
            self._forget()
        finally:
            self._healing = False
            self._held = {first: held for first, held in self._held.items() if held.last > self.seq}
        self._release()

    def _forget(self) -> None:
        self._held.clear()
        self._wanted = self.seq

    def _remove_all(self, removed: list[tuple[Any, bytes]]) -> None:
        """Their own removal is the last thing they see: not the page in which it is one change among
        others."""
        for person, frame in removed:
            for connection in self._of(person):
                self.hub.flusher.write(connection, Frames([frame]))
            self.remove(person)

    # -- out --------------------------------------------------------------------------------------

    def flush(self) -> None:
        """Write what gathered: one write for each connection, the same bytes for all."""
        out, self.out = self.out, []
        if not out:
            return
        for past in self.joining.values():
            past.meanwhile += out
        frames = Frames([frame for part in out for frame in part.frames])
        lagging = [connection for connection in self.live if connection.lagging]
        for connection in lagging:
            del self.live[connection]
            connection.feeds[self] = out[0].since
        for connection in self.live:
            self.hub.flusher.write(connection, frames)
        self.hub.counts["frames"] += len(frames.payloads)

    def send_ephemeral(self, frames: list[bytes]) -> None:
        """Typing and presence: no number, no second try. What two hundred rooms say of one who comes is one
        write for each connection."""
        self.flashes += 1
        for connection in self.live:
            if not connection.lagging:
                for frame in frames:
                    self.hub.flusher.answer(connection, frame)

    # -- connections ------------------------------------------------------------------------------

    def join(self, connection: Connection, seq: int) -> None:
        """`connection` has the room as of `seq`. What it lacks is read; what it has already is dropped over
        there."""
        connection.feeds[self] = None
        if seq >= self.seq:
            self.live[connection] = None
        else:
            self.hub.spawn(self.catch_up(connection, seq))

    async def catch_up(self, connection: Connection, since: int) -> None:
        """As `admit`, for those who have not asked: where it fails, the hub tries again."""
        try:
            await self.admit(connection, since)
        except Exception as error:
            log.warning("room %d: a connection waits for what it missed: %r", self.room, error)

    async def admit(
        self, connection: Connection, since: int | None, dress: FrameTransform | None = None
    ) -> None:
        """The past first (a snapshot where `since` is None), then what went out meanwhile, then live. `dress`
        makes the first frame this connection's own answer."""
        self.flush()
        had = self.seq if connection in self.live else since or 0
        self.live.pop(connection, None)
        connection.feeds[self] = None
        past = self.joining[connection] = CatchUp(connection, dress)
        try:
            # An answer that others asked for a moment ago may be older than what this connection has already
            # had.
            seq = await self._hand(past, since, self.seq)
            if self._awaits(past):
                self._go_live(connection, seq, past.meanwhile)
        except Exception:
            if self._awaits(past):
                connection.feeds[self] = had
                self.hub.behind[connection] = None
            raise
        finally:
            if self.joining.get(connection) is past:
                del self.joining[connection]

    def _awaits(self, past: CatchUp) -> bool:
        """False when gone, removed, or admitted anew while the database was read."""
        return self.joining.get(past.connection) is past and not past.connection.closed

    def _go_live(self, connection: Connection, seq: int, meanwhile: list[OutgoingBatch]) -> None:
        if connection.lagging:
            connection.feeds[self] = seq
            return
        missed = [frame for part in meanwhile for frame in part.after(seq)]
        if missed:
            connection.write(Frames(missed))
        self.live[connection] = None

    async def _hand(self, past: CatchUp, since: int | None, needed: int) -> int:
        """Write page after page until the end, and at least `needed`; or until the socket is full. Returns
        the seq."""
        more, person = since is not None, past.connection.person
        if since is None:
            look = await self.hub.snapshot(self)
            self._show(past, look, await self._removal(person, look.seq))
            since = look.seq
        while (more or since < needed) and self._awaits(past) and not past.connection.lagging:
            self.hub.counts["catch_ups"] += 1
            look = await self.hub.shared_changes(self, since)
            self._show(past, look, await self._removal(person, since))
            since, more = look.seq, look.more
        return since

    def _show(self, past: CatchUp, look: "RoomRead", removal: bytes | None) -> None:
        """Somebody's removal is the last thing they see."""
        removal = removal or _end_of(past.connection.person, look.removed)
        if self._awaits(past):
            self.hub.flusher.write(past.connection, Frames([past.dressed(removal or look.frame)]))
            if removal is not None:
                self._let_out(past.connection)

    async def _removal(self, person: Any, upto: int) -> bytes | None:
        """This person's end, if it is committed but its hint still under way: what was read may be ahead of
        this feed."""
        at, more = self.seq, True
        while more and at < upto:
            look = await self.hub.shared_changes(self, at)
            if (removal := _end_of(person, look.removed)) is not None:
                return removal
            at, more = look.seq, look.more
        return None

    def remove(self, person: Any) -> None:
        """Hand on what they may still see, then let them out."""
        self.flush()
        for connection in self._of(person):
            self._let_out(connection)

    def _let_out(self, connection: Connection) -> None:
        connection.removed_from.append(self.key)
        self.hub.drop(connection, self)

    def leave(self, connection: Connection) -> None:
        """Only the hub's `drop` calls this: it also lets go of a feed that is empty."""
        connection.feeds.pop(self, None)
        self.live.pop(connection, None)
        self.joining.pop(connection, None)

    @property
    def empty(self) -> bool:
        return not self.live and not self.joining

    def _of(self, person: Any) -> list[Connection]:
        return [connection for connection in self.hub.people.get(person, ()) if self in connection.feeds]


def _end_of(person: Any, removed: list[tuple[Any, bytes]]) -> bytes | None:
    return next((frame for removed_one, frame in removed if removed_one == person), None)
