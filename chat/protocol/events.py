"""The events the server sends, one type each, and `encode`. Everything sent is built from these types."""

from datetime import datetime

import msgspec
from msgspec import Struct

from chat.ids import PersonId

from .codes import Code, Reason
from .rows import (
    InfoRow,
    MemberRow,
    MessageRow,
    MyRoom,
    People,
    PublicRoomRow,
    Result,
    RevisionRow,
    SearchProblem,
)


class Event(Struct, tag_field="type", kw_only=True, frozen=True):
    pass


class Welcome(Event, tag="welcome", frozen=True):
    me: PersonId
    epoch: str
    version: str
    rooms: list[MyRoom]
    people: People
    limits: dict[str, int]
    heartbeat: float
    now: datetime
    blocked: list[PersonId] = []


class Directory(Event, tag="directory", frozen=True):
    """The most recently opened public rooms, newest first. Always the whole list."""

    rooms: list[PublicRoomRow]


class Joined(Event, tag="joined", frozen=True):
    """The person gained a room while connected. The opposite of `left`."""

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
    """Newest first. `words` are what to mark; `next` is null on the last page."""

    results: list[Result]
    people: People
    words: list[str]
    problems: list[SearchProblem] = []
    next: int | None = None
    ref: str | None = None


class Revisions(Event, tag="revisions", frozen=True):
    """Earlier versions of a message, oldest first. `more`: even older ones were left out."""

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
    """A person's read position, with unread counts as of `seq`. `last` was the newest message then."""

    room: str
    message: int
    generation: int
    seq: int
    last: int
    unread: int
    mentions: int


class Level(Event, tag="level", frozen=True):
    room: str
    level: str


class Favourite(Event, tag="favourite", frozen=True):
    room: str
    favourite: bool


class Blocks(Event, tag="blocks", frozen=True):
    """Everybody this person has blocked, sent to their own connections only."""

    people: list[PersonId]


class Typing(Event, tag="typing", frozen=True):
    room: str
    person: PersonId


class Presence(Event, tag="presence", frozen=True):
    """With `whole` it replaces what the client has, otherwise it is merged into it."""

    room: str
    whole: bool
    online: list[PersonId]
    away: list[PersonId]
    offline: list[PersonId]


class Pong(Event, tag="pong", frozen=True):
    now: datetime
    heads: dict[str, int]
    ref: str | None = None


class Error(Event, tag="error", frozen=True):
    code: Code
    reason: Reason | None = None
    detail: str = ""
    nonce: str | None = None
    retry_after: float | None = None
    ref: str | None = None


class Bye(Event, tag="bye", frozen=True):
    code: int
    reason: str
    retry_after: float | None = None


# Every type above.
EVENTS = tuple(Event.__subclasses__())

_encoder = msgspec.json.Encoder()


def encode(event: Event) -> bytes:
    return _encoder.encode(event)


def with_ref(frame: bytes, ref: str) -> bytes:
    """Add a `ref` to an encoded frame that is shared between connections."""
    return frame[:-1] + b',"ref":' + msgspec.json.encode(ref) + b"}"


def size(row: MessageRow) -> int:
    """In bytes, as encoded in a frame."""
    return len(_encoder.encode(row))
