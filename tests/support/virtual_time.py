"""A virtual-time event loop, and a room that records what each connection receives.

No sockets, no database, no sleeping: minutes pass in milliseconds, and runs are repeatable.
"""

import asyncio
import json
import selectors
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, NamedTuple, TypeVar

from chat.realtime.hub.hub import Hub, Reads
from chat.realtime.layers import InProcessChannelLayer
from chat.realtime.transport import Connection, Frames

T = TypeVar("T")

TOO_SLOW = 4008


# -- time ------------------------------------------------------------------------------------------


class VirtualLoop(asyncio.SelectorEventLoop):
    """Waiting takes no time: the clock jumps to the next timer. Reading the clock takes a microsecond, so
    that code that polls the clock makes progress."""

    def __init__(self) -> None:
        super().__init__(_Jumping(self))
        self.now = 1000.0

    def time(self) -> float:
        self.now += 1e-6
        return self.now


class _Jumping(selectors.DefaultSelector):
    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> Any:
        if timeout is None and not (ready := super().select(0)):
            raise AssertionError("everything waits, and for nothing")
        if timeout is None:
            return ready
        self._loop.now += max(0.0, timeout)
        return super().select(0)


def run(work: Coroutine[Any, Any, T]) -> T:
    """Runs it to its end on a loop of its own; tasks it started are cancelled then."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(work)


# -- connections -----------------------------------------------------------------------------------


class Recorder(Connection):
    """A connection that writes into a list. `full` makes it lag."""

    __slots__ = ("code", "full", "received", "writes")

    def __init__(self, person: Any = None) -> None:
        super().__init__(_nowhere)
        self.person = person
        self.protocol = None
        self.received: list[dict[str, Any]] = []
        self.writes: list[list[bytes]] = []
        self.code: int | None = None
        self.full = False

    def write(self, frames: Frames) -> None:
        if self.closed:
            return
        self.writes.append(list(frames.payloads))
        self.received += [json.loads(payload) for payload in frames.payloads]
        if self.full:
            self.lag()

    def close(self, code: int) -> None:
        self.closed, self.code = True, code

    def abort(self) -> None:
        self.close(1006)


async def _nowhere(_message: Any) -> None:
    raise AssertionError("a recorder sends nothing")


class OrderCheck:
    """Checks the events that a page receives about one room: its cursor, and every break of the order."""

    def __init__(self, cursor: int) -> None:
        self.cursor, self.faults = cursor, list[str]()
        self.seen: list[int] = []

    def receive(self, event: dict[str, Any]) -> None:
        seq = event["seq"]
        since = {"room": 0, "changes": event.get("since"), "message": seq - 1}[event["type"]]
        if seq <= self.cursor:
            return
        if since > self.cursor:
            self.faults.append(f"{event} after {self.cursor}")
        self.cursor = seq
        self.seen.append(seq)


# -- the database ---------------------------------------------------------------------------------


class RoomRead(NamedTuple):
    seq: int
    frame: bytes
    more: bool
    removed: list[tuple[Any, bytes]]


class FakeDatabase:
    """The database of one room, and how long it takes to answer. A change is a message, or somebody's end."""

    page = 4
    most = 12  # further behind than this, the answer is a snapshot

    def __init__(self) -> None:
        self.head = 0
        self.removed: dict[Any, int] = {}
        self.delay: Callable[[], float] = lambda: 0.002
        self.away = False
        self.reads = 0

    def commit(self, removed: Any = None) -> dict[str, Any]:
        """One more change. Returns its hint."""
        self.head += 1
        if removed is not None:
            self.removed[removed] = self.head
        return self.hint(self.head, self.head)

    def hint(self, first: int, last: int) -> dict[str, Any]:
        gone = [(person, seq) for person, seq in self.removed.items() if first <= seq <= last]
        frames = [message(seq) for seq in range(first, last + 1)]
        return {"type": "hint", "audience": "room.1", "first": first, "last": last, "frames": frames,
                "removed": gone, "recheck": False}  # fmt: skip

    async def heads(self, rooms: list[int]) -> dict[int, int]:
        await self._answer()
        return dict.fromkeys(rooms, self.head)

    async def changes(self, _room: int, since: int) -> RoomRead:
        await self._answer()
        if since > self.head or self.head - since > self.most:
            return self._shot(since)
        end = min(self.head, since + self.page)
        gone = [(p, message(seq)) for p, seq in self.removed.items() if since < seq <= end]
        frame = json.dumps({"type": "changes", "since": since, "seq": end}).encode()
        more = end < self.head
        await asyncio.sleep(self.delay())  # what is committed from here on is not in it
        return RoomRead(end, frame, more, gone)

    async def snapshot(self, _room: int) -> RoomRead:
        await self._answer()
        head = self.head
        await asyncio.sleep(self.delay())
        # What is in it was read after its head: a removal in between must be known, too.
        shot = self._shot(head)
        return shot._replace(
            seq=head, frame=json.dumps({"type": "room", "seq": head, "upto": self.head}).encode()
        )

    def _shot(self, since: int) -> RoomRead:
        frame = json.dumps({"type": "room", "seq": self.head}).encode()
        gone = [(person, message(seq)) for person, seq in self.removed.items() if seq > since]
        return RoomRead(self.head, frame, False, gone)

    async def _answer(self) -> None:
        self.reads += 1
        await asyncio.sleep(self.delay())
        if self.away:
            raise OSError("the database is away")


def message(seq: int) -> bytes:
    return json.dumps({"type": "message", "seq": seq}).encode()


def make_hub(
    db: FakeDatabase, layer: Any = None, recheck_access: Callable[[Any], Awaitable[None]] | None = None
) -> Hub:
    """Must be called on the loop. Room 1 is `room.1`, person x is `person.x`."""
    reads = Reads(db.heads, db.changes, db.snapshot, recheck_access or _look_at_nothing)
    layer = layer or InProcessChannelLayer()
    return Hub(layer, reads, lambda room: f"room.{room}", lambda person: f"person.{person}", TOO_SLOW)


async def _look_at_nothing(_person: Any) -> None:
    pass


async def until(true: Callable[[], Any], what: str, seconds: float = 5.0) -> None:
    """Wait for a condition on the running loop."""
    end = asyncio.get_running_loop().time() + seconds
    while not true():
        assert asyncio.get_running_loop().time() < end, f"not within {seconds} s: {what}"
        await asyncio.sleep(0.001)
