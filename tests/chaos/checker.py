"""Compares clients' recordings with the database and lists broken promises. Pure functions: no sockets, no
clock.

lost: acknowledged but not stored, or stored but never seen by a client that converged. duplicated: stored
twice, or sent twice on one connection. reordered: later before earlier. gap: a number left out of a live
stream. phantom: seen but never stored. leaked: seen by somebody without access. stuck: never answered,
never converged.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from .recording import DatabaseState, Entry, Fault, Recording, Row

SHOWN = 12

# What the database holds, by author and nonce: its room and row.
Stored = dict[tuple[int, str], tuple[str, Row]]


def check(recordings: Iterable[Recording], database: DatabaseState, *, dense: bool = True) -> list[Fault]:
    """Every broken promise of a run. With `dense`, no row was changed twice, so each seq is on one row, and
    no body was written twice."""
    recordings = list(recordings)
    found = ((room, row) for room, rows in database.rows.items() for row in rows)
    stored = {(row.author, row.nonce): (room, row) for room, row in found}
    faults = [
        *_stored_twice(database, dense),
        *(_holes(database) if dense else ()),
        *_after_removal(database),
    ]
    for recording in recordings:
        faults += _answers(recording, stored)
        faults += _order(recording, stored)
        faults += Replay(recording, database, stored).faults
    return faults


# -- the database by itself ----------------------------------------------------------------------------------


def _stored_twice(database: DatabaseState, dense: bool) -> Iterator[Fault]:
    for room, rows in database.rows.items():
        names = {
            "nonce": [(row.author, row.nonce) for row in rows],
            "seq": [row.seq for row in rows],
            "body": [row.body for row in rows] if dense else [],
        }
        for what, values in names.items():
            for value, count in Counter(values).items():
                if count > 1 and value is not None:
                    yield Fault("duplicated", room, f"{count} rows with {what} {value!r}")


def _holes(database: DatabaseState) -> Iterator[Fault]:
    for room, head in database.heads.items():
        missing = set(range(1, head + 1)) - set(database.numbers.get(room, ()))
        beyond = [seq for seq in database.numbers.get(room, ()) if seq > head]
        if missing or beyond:
            yield Fault(
                "gap", room, f"head {head}, no row at {sorted(missing)[:SHOWN]}, beyond it {beyond[:3]}"
            )


def _after_removal(database: DatabaseState) -> Iterator[Fault]:
    for room, rows in database.rows.items():
        for row in rows:
            removed = database.members.get((room, row.author))
            if removed and row.seq > removed:
                yield Fault("leaked", f"person {row.author}", f"wrote {row.seq} in {room}, out at {removed}")


# -- what a client was answered ------------------------------------------------------------------------------


def _answers(recording: Recording, stored: Stored) -> Iterator[Fault]:
    mine = {nonce: found for (author, nonce), found in stored.items() if author == recording.person}
    sent = {entry.nonce: entry for entry in recording.of("submit")}
    settled: dict[str, int] = {}
    for entry in recording.of("ack"):
        yield from _answer(recording.name, entry, sent, mine, settled)
    for nonce in {entry.nonce for entry in recording.of("refused")} & mine.keys():
        yield Fault("phantom", recording.name, f"{nonce} was refused for good, and stored")
    if recording.converged:
        done = settled.keys() | {entry.nonce for entry in recording.of("refused", "dropped")}
        for nonce in sent.keys() - done:
            yield Fault("stuck", recording.name, f"{nonce} was never answered", sent[nonce].at)


def _answer(
    who: str,
    ack: Entry,
    sent: dict[str, Entry],
    mine: dict[str, tuple[str, Row]],
    settled: dict[str, int],
) -> Iterator[Fault]:
    if ack.nonce not in sent:
        yield Fault("phantom", who, f"ack for {ack.nonce}, which was never sent", ack.at)
        return
    if settled.setdefault(ack.nonce, ack.note) != ack.note:
        yield Fault("duplicated", who, f"{ack.nonce} acked as {settled[ack.nonce]} and as {ack.note}", ack.at)
    room, row = mine.get(ack.nonce, ("", None))
    asked = sent[ack.nonce]
    if row is None:
        yield Fault("lost", who, f"{ack.nonce} acked as {ack.note}, and not stored", ack.at)
    elif row.body is not None and (room, row.id, row.body) != (asked.room, ack.note, asked.note):
        yield Fault("phantom", who, f"{ack.nonce} acked as {ack.note}, stored as {room} {row}", ack.at)


def _order(recording: Recording, stored: Stored) -> Iterator[Fault]:
    """What one client sent to one room and saw acknowledged is stored in the order it was sent."""
    acked = {entry.nonce for entry in recording.of("ack")}
    last: dict[str, Row] = {}
    for entry in recording.of("submit"):
        name = recording.person, entry.nonce
        if entry.nonce in acked and name in stored:
            room, row = stored[name]
            if room in last and row.id < last[room].id:
                yield Fault("reordered", recording.name, f"{row} was sent after {last[room]}", entry.at)
            last[room] = row


# -- what a client was told ----------------------------------------------------------------------------------


class Workspace:
    """A client's position in one room. `floor`: lower ids were not shown; `asked`: the past was requested."""

    __slots__ = ("asked", "cursor", "floor", "have", "out", "said")

    def __init__(self) -> None:
        self.cursor = self.floor = self.out = 0
        self.asked = True
        self.have: dict[int, Row] = {}
        self.said: dict[int, None] = {}


class Replay:
    """Replays a client's run by the rules of the protocol, whatever the client itself made of it."""

    def __init__(self, recording: Recording, database: DatabaseState, stored: Stored) -> None:
        self.who, self.person, self.database, self.stored = recording.name, recording.person, database, stored
        self.faults: list[Fault] = []
        self.places: defaultdict[str, Workspace] = defaultdict(Workspace)
        for entry in recording.entries:
            if (step := getattr(self, f"on_{entry.what}", None)) is not None:
                step(entry, self.places[entry.room])
        if recording.converged:
            for room, place in self.places.items():
                if room and not place.out:
                    self._compare(room, place)

    def _fault(self, kind: str, what: str, at: float | None = None) -> None:
        self.faults.append(Fault(kind, self.who, what, at))

    def on_open(self, _entry: Entry, _place: Workspace) -> None:
        for place in self.places.values():
            place.asked, place.said = True, {}

    def on_epoch(self, entry: Entry, _place: Workspace) -> None:
        """Another history: forget everything."""
        self.places.clear()

    def on_follow(self, _entry: Entry, place: Workspace) -> None:
        place.asked = True

    def on_out(self, entry: Entry, place: Workspace) -> None:
        place.out = entry.seq

    def on_in(self, _entry: Entry, place: Workspace) -> None:
        place.out = 0

    def on_room(self, entry: Entry, place: Workspace) -> None:
        """A snapshot. `note` says that there are older messages."""
        self._allowed(entry, place)
        place.floor = min((row.id for row in entry.rows), default=0) if entry.note else 0
        place.cursor, place.asked, place.have = entry.seq, False, {row.id: row for row in entry.rows}
        self._exists(entry)

    def on_changes(self, entry: Entry, place: Workspace) -> None:
        """`note` is the seq they begin after."""
        self._allowed(entry, place)
        self._exists(entry)
        if entry.note <= place.cursor < entry.seq:
            place.cursor = entry.seq
            self._merge(entry.rows, place)
        if entry.note <= place.cursor:
            place.asked = False

    def on_live(self, entry: Entry, place: Workspace) -> None:
        self._allowed(entry, place)
        self._exists(entry)
        if entry.seq in place.said:
            self._fault("duplicated", f"{entry.room} {entry.seq} said twice on one connection", entry.at)
        elif place.said and entry.seq < next(reversed(place.said)):
            self._fault("reordered", f"{entry.room} {entry.seq} after {next(reversed(place.said))}", entry.at)
        place.said[entry.seq] = None
        if entry.seq == place.cursor + 1:
            place.cursor = entry.seq
            self._merge(entry.rows, place)
        elif entry.seq > place.cursor and not place.asked:
            self._fault("gap", f"{entry.room} {entry.seq} came after {place.cursor}", entry.at)
            place.asked = True

    def _merge(self, rows: tuple[Row, ...], place: Workspace) -> None:
        for row in rows:
            if row.id not in place.have or place.have[row.id].seq < row.seq:
                place.have[row.id] = row

    def _allowed(self, entry: Entry, place: Workspace) -> None:
        if (entry.room, self.person) not in self.database.members:
            self._fault("leaked", f"{entry.what} of {entry.room}, whose member they never were", entry.at)
        elif place.out and entry.seq > place.out:
            self._fault("leaked", f"{entry.what} {entry.seq} of {entry.room}, out at {place.out}", entry.at)

    def _exists(self, entry: Entry) -> None:
        for row in entry.rows:
            room, stored = self.stored.get((row.author, row.nonce), ("", None))
            if stored is None or (room, stored.id) != (entry.room, row.id):
                self._fault("phantom", f"{row} in {entry.room}; stored: {room} {stored}", entry.at)
            elif row.seq > stored.seq or (row.seq == stored.seq and row.body != stored.body):
                self._fault("phantom", f"{row} in {entry.room}, stored as {stored}", entry.at)

    def _compare(self, room: str, place: Workspace) -> None:
        """A client that converged has what a fresh snapshot would show."""
        if place.cursor != self.database.heads.get(room):
            self._fault("stuck", f"{room} at {place.cursor}, its head is {self.database.heads.get(room)}")
            return
        stored = {row.id: row for row in self.database.rows.get(room, ()) if row.id >= place.floor}
        missing = [row for pk, row in stored.items() if pk not in place.have]
        stale = [row for pk, row in stored.items() if pk in place.have and place.have[pk] != row]
        for row in missing[:SHOWN]:
            self._fault("lost", f"{row} of {room} was never seen")
        for row in stale[:SHOWN]:
            self._fault("lost", f"{row} of {room} seen last as {place.have[row.id]}")


def around(recording: Recording, at: float, seconds: float = 0.5, most: int = 30) -> list[Entry]:
    """What happened to a client around the time of a fault."""
    near = [index for index, entry in enumerate(recording.entries) if abs(entry.at - at) <= seconds]
    middle = near[len(near) // 2] if near else len(recording.entries)
    return recording.entries[max(0, middle - most // 2) : middle + most // 2]
