"""What clients are told: each event a type, and `encode`. What goes out is only ever built from these."""

from datetime import datetime

import msgspec
from msgspec import Struct

from .codes import Code
from .rows import InfoRow, MemberRow, MessageRow, MyRoom, OpenedRow, People, Person, Result, RevisionRow


class Event(Struct, tag_field="type", kw_only=True, frozen=True):
    pass


class Welcome(Event, tag="welcome", frozen=True):
    me: Person
    epoch: str
    version: str
    rooms: list[MyRoom]
    people: People
    limits: dict[str, int]
    heartbeat: float
    blocked: list[Person] = []


class Directory(Event, tag="directory", frozen=True):
    """The public rooms that opened last, the latest first: the whole list each time."""

    rooms: list[OpenedRow]


class Joined(Event, tag="joined", frozen=True):
    """A room came into this person's list while they were connected; `left` is its opposite."""

    room: MyRoom
    people: People


class Left(Event, tag="left", frozen=True):
    room: str


class Room(Event, tag="room", frozen=True):
    room: str
    seq: int
    info: InfoRow
    messages: list[MessageRow]
    members: list[MemberRow]
    member_count: int
    quoted: list[MessageRow]
    pinned: list[MessageRow]
    people: People
    more: bool


class Changes(Event, tag="changes", frozen=True):
    room: str
    since: int
    seq: int
    messages: list[MessageRow]
    members: list[MemberRow]
    info: InfoRow | None
    quoted: list[MessageRow]
    people: People


class History(Event, tag="history", frozen=True):
    room: str
    messages: list[MessageRow]
    quoted: list[MessageRow]
    people: People
    more: bool
    ref: str | None = None


class Found(Event, tag="found", frozen=True):
    """Newest first. `words` are what was looked for, in normal form; `next` goes on, null at the end."""

    results: list[Result]
    people: People
    words: list[str]
    next: int | None = None
    ref: str | None = None


class Revisions(Event, tag="revisions", frozen=True):
    """What a message said before, oldest first; `more` says that older ones are not here."""

    message: int
    revisions: list[RevisionRow]
    more: bool
    ref: str | None = None


class Message(Event, tag="message", frozen=True):
    room: str
    seq: int
    message: MessageRow


class Membership(Event, tag="membership", frozen=True):
    room: str
    seq: int
    member: MemberRow
    people: People


class Info(Event, tag="info", frozen=True):
    room: str
    seq: int
    info: InfoRow


class Ack(Event, tag="ack", frozen=True):
    room: str
    seq: int
    message: int | None = None
    nonce: str | None = None
    ref: str | None = None


class Read(Event, tag="read", frozen=True):
    """How far a person has read, and what waits there as of `seq`, when `last` was the newest message."""

    room: str
    message: int
    turn: int
    seq: int
    last: int
    unread: int
    mentions: int


class Level(Event, tag="level", frozen=True):
    """What this person wants to hear of a room: everything, mentions, nothing, or hidden."""

    room: str
    level: str


class Blocks(Event, tag="blocks", frozen=True):
    """Whom this person has blocked: the whole list, to their own connections."""

    people: list[Person]


class Typing(Event, tag="typing", frozen=True):
    room: str
    person: Person


class Presence(Event, tag="presence", frozen=True):
    """States of people in a room; `whole` replaces what was known, otherwise it adds to it."""

    room: str
    whole: bool
    online: list[Person]
    away: list[Person]
    offline: list[Person]


class Pong(Event, tag="pong", frozen=True):
    now: datetime
    heads: dict[str, int]
    ref: str | None = None


class Error(Event, tag="error", frozen=True):
    code: Code
    detail: str = ""
    nonce: str | None = None
    retry_after: float | None = None
    ref: str | None = None


class Bye(Event, tag="bye", frozen=True):
    code: int
    reason: str
    retry_after: float | None = None


EVENTS: tuple[type[Event], ...] = (
    Welcome, Directory, Joined, Left, Room, Changes, History, Found, Revisions, Message, Membership, Info,
    Ack, Read, Level, Blocks, Typing, Presence, Pong, Error, Bye,
)  # fmt: skip

_encoder = msgspec.json.Encoder()


def encode(event: Event) -> bytes:
    """One event to the bytes of one text frame."""
    return _encoder.encode(event)


def with_ref(frame: bytes, ref: str) -> bytes:
    """A frame that many share, as the answer to one command of one of them."""
    return frame[:-1] + b',"ref":' + msgspec.json.encode(ref) + b"}"


def size(row: MessageRow) -> int:
    """How many bytes a row takes in a frame."""
    return len(_encoder.encode(row))
