"""Plain data: what each simulated client saw, and what the database holds.

Recordings grow while a run lasts and are judged afterwards by checker.py; the clients' own cursors play no
part in that. Times are seconds of this process's monotonic clock.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Row(NamedTuple):
    """A message as delivered, or as stored. `body` is None where it was deleted."""

    id: int
    seq: int
    author: int
    nonce: str
    body: str | None


class Entry(NamedTuple):
    """One thing that happened to a client. `what` says which fields mean something:

    open · close code · submit nonce room body · ack nonce room seq message · nack nonce code · refused nonce
    (for good) · follow room (requested the past) · room/changes/live room seq rows · out room seq (own
    removal) · in room · epoch
    """

    at: float
    what: str
    room: str = ""
    seq: int = 0
    rows: tuple[Row, ...] = ()
    nonce: str = ""
    note: Any = None


@dataclass
class Recording:
    """One client's whole run. `converged` is set for clients that were connected at the end."""

    name: str
    person: int
    entries: list[Entry] = field(default_factory=list)
    converged: bool = False

    def add(self, what: str, **known: Any) -> None:
        self.entries.append(Entry(time.monotonic(), what, **known))

    def of(self, *what: str) -> Iterator[Entry]:
        return (entry for entry in self.entries if entry.what in what)


@dataclass
class DatabaseState:
    """The database after the run. `rows` by room; `members` are (room, person) to the seq of their removal, 0
    while they are in. `numbers` are all seqs that rows of any kind carry, by room."""

    rows: dict[str, list[Row]]
    heads: dict[str, int]
    members: dict[tuple[str, int], int]
    numbers: dict[str, list[int]]


class Fault(NamedTuple):
    """A broken promise: its kind, the client, the details, and when (None where the database shows it)."""

    kind: str
    who: str
    what: str
    at: float | None = None


KINDS = ("lost", "duplicated", "reordered", "gap", "phantom", "leaked", "stuck")


def row(message: dict[str, Any]) -> Row:
    return Row(message["id"], message["seq"], message["author"], message["nonce"], message["body"])


def rows(event: dict[str, Any]) -> tuple[Row, ...]:
    return tuple(row(message) for message in event["messages"])
