"""The wire: every command and event is a type here; `parse` reads what comes in, `encode` writes what goes
out.

docs/protocol.md is the same contract in words, and a test holds the two together. What comes in is checked
strictly (unknown type or key, wrong type, NaN, depth, lone surrogates, NUL); what goes out is only ever built
from these types. Imports no Django and nothing of ours but the sizes in `limits`.
"""

import enum
from datetime import datetime
from typing import Annotated, Any, ClassVar

import msgspec
from msgspec import Meta, Struct

from . import limits

Key = Annotated[str, Meta(min_length=1, max_length=32)]
Nonce = Annotated[str, Meta(pattern=r"^[0-9a-zA-Z_-]{16,64}$")]
Ref = Annotated[str, Meta(max_length=64)]
Body = Annotated[str, Meta(min_length=1, max_length=limits.BODY_CHARACTERS)]
Emoji = Annotated[str, Meta(min_length=1, max_length=32)]
# Numbers that JavaScript holds exactly (RFC 8259, section 6).
Id = Annotated[int, Meta(ge=1, le=2**53 - 1)]
Seq = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Page = Annotated[int, Meta(ge=1, le=limits.HISTORY_MOST)]
Person = int | str


class Code(enum.StrEnum):
    """Why a command was refused. `retry_after` says when it is worth asking again."""

    BAD_FRAME = "bad_frame"
    TOO_LARGE = "too_large"
    RATE_LIMITED = "rate_limited"
    OVERLOADED = "overloaded"
    STORAGE_UNAVAILABLE = "storage_unavailable"
    NO_SUCH_ROOM = "no_such_room"
    NO_SUCH_MESSAGE = "no_such_message"
    NOT_ALLOWED = "not_allowed"
    MUTED = "muted"
    BANNED = "banned"
    ARCHIVED = "archived"
    NONCE_CONFLICT = "nonce_conflict"
    BAD_BODY = "bad_body"
    TOO_MANY = "too_many"
    FAILED = "failed"


class Close(enum.IntEnum):
    """Why a connection was closed. daphne can send 1000 and 3000 to 4999 only."""

    PROTOCOL = 4001
    TOO_SLOW = 4008
    REPLACED = 4009
    RESTARTING = 4012
    OVERLOADED = 4013
    FLOODING = 4029
    LOGIN_ENDED = 4401
    BANNED = 4403
    NO_SUCH_ADDRESS = 4404


# -- commands: what a client asks for ------------------------------------------------------------


class Command(Struct, forbid_unknown_fields=True, tag_field="type", kw_only=True, frozen=True):
    ref: Ref | None = None
    rate: ClassVar[str] = "frame"


class Post(Command, tag="message.post", frozen=True):
    room: Key
    nonce: Nonce
    body: Body
    reply_to: Id | None = None
    attachments: Annotated[list[Key], Meta(max_length=limits.ATTACHMENTS)] = []
    rate = "message.post"


class Edit(Command, tag="message.edit", frozen=True):
    message: Id
    body: Body
    rate = "message.edit"


class Delete(Command, tag="message.delete", frozen=True):
    message: Id
    rate = "message.delete"


class AddReaction(Command, tag="reaction.add", frozen=True):
    message: Id
    emoji: Emoji
    rate = "reaction"


class RemoveReaction(Command, tag="reaction.remove", frozen=True):
    message: Id
    emoji: Emoji
    rate = "reaction"


class OpenRoom(Command, tag="room.open", frozen=True):
    room: Key
    since: Seq | None = None
    rate = "room.open"


class CloseRoom(Command, tag="room.close", frozen=True):
    room: Key


class SyncRoom(Command, tag="room.sync", frozen=True):
    room: Key
    since: Seq
    rate = "room.open"


class ReadHistory(Command, tag="room.history", frozen=True):
    """Exactly one of before, after and around: ids of messages."""

    room: Key
    before: Id | None = None
    after: Id | None = None
    around: Id | None = None
    limit: Page = limits.HISTORY_PAGE
    rate = "room.history"

    def __post_init__(self) -> None:
        if sum(mark is not None for mark in (self.before, self.after, self.around)) != 1:
            raise ValueError("exactly one of before, after, around")


class JoinRoom(Command, tag="room.join", frozen=True):
    room: Key
    rate = "room.join"


class LeaveRoom(Command, tag="room.leave", frozen=True):
    room: Key
    rate = "room.join"


class MarkRead(Command, tag="read.mark", frozen=True):
    room: Key
    message: Annotated[int, Meta(ge=0, le=2**53 - 1)]
    rate = "read.mark"


class Type(Command, tag="typing", frozen=True):
    room: Key
    rate = "typing"


class SetPresence(Command, tag="presence", frozen=True):
    state: Annotated[str, Meta(pattern="^(online|away)$")]
    rate = "presence"


class Ping(Command, tag="ping", frozen=True):
    """`heads` are the cursors a client has reached; asking for them answers with the rooms' heads."""

    heads: Annotated[dict[Key, Seq], Meta(max_length=500)] | None = None


COMMANDS: tuple[type[Command], ...] = (
    Post, Edit, Delete, AddReaction, RemoveReaction, OpenRoom, CloseRoom, SyncRoom, ReadHistory,
    JoinRoom, LeaveRoom, MarkRead, Type, SetPresence, Ping,
)  # fmt: skip


class BadFrame(Exception):
    """The frame is no command. Its text says why, to the client; it quotes the frame and is never logged."""


_decode = msgspec.json.Decoder(
    Post | Edit | Delete | AddReaction | RemoveReaction | OpenRoom | CloseRoom | SyncRoom | ReadHistory
    | JoinRoom | LeaveRoom | MarkRead | Type | SetPresence | Ping
).decode  # fmt: skip


def parse(frame: str) -> Command:
    """One text frame to one command. Raises BadFrame."""
    try:
        command: Command = _decode(frame)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise BadFrame(_why(error)) from None
    # PostgreSQL refuses NUL in text and SQLite stores it: both must see the same, so neither sees any. The
    # cheap look at the frame first; it alone would also refuse an innocent backslash before "u0000".
    if "\\u0000" in frame and any("\0" in text for text in _texts(command)):
        raise BadFrame("NUL in a string")
    return command


def _why(error: Exception) -> str:
    return str(error)[:200] if isinstance(error, msgspec.DecodeError) else "not text"


def _texts(command: Command) -> list[str]:
    found: list[str] = []
    for name in command.__struct_fields__:
        value = getattr(command, name)
        found += (
            [value]
            if isinstance(value, str)
            else [v for v in value if isinstance(v, str)]
            if value.__class__ in (list, dict)
            else []
        )
    return found


# -- rows as they travel: never dependent on who looks -------------------------------------------


class PersonRow(Struct, frozen=True):
    name: str
    kind: str
    avatar: str | None = None


class MessageRow(Struct, frozen=True):
    id: int
    seq: int
    kind: str
    author: Person | None
    nonce: str
    body: str | None
    html: str | None
    created_at: datetime
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    reply_to: int | None = None
    reactions: dict[str, list[Person]] = {}
    attachments: list[Any] = []


class MemberRow(Struct, frozen=True):
    person: Person
    seq: int
    role: str
    muted_until: datetime | None
    joined_at: datetime
    removed_at: datetime | None


class InfoRow(Struct, frozen=True):
    seq: int
    name: str
    topic: str
    kind: str
    archived_at: datetime | None


class MyRoom(Struct, frozen=True):
    """A room in one person's list: what is shared (seq, info) and what is theirs."""

    id: str
    seq: int
    info: InfoRow
    role: str
    muted_until: datetime | None
    read_up_to: int
    unread: int
    mentions: int
    level: str
    active_at: datetime | None


People = dict[str, PersonRow]


# -- events: what clients are told ---------------------------------------------------------------


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


class Joined(Event, tag="joined", frozen=True):
    """A room came into this person's list while they were connected; `left` is its opposite."""

    room: MyRoom


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
    people: People
    more: bool
    ref: str | None = None


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
    room: str
    message: int
    unread: int
    mentions: int


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
    Welcome, Joined, Left, Room, Changes, History, Message, Membership, Info, Ack, Read, Typing, Presence,
    Pong, Error, Bye,
)  # fmt: skip

_encoder = msgspec.json.Encoder()


def encode(event: Event) -> bytes:
    """One event to the bytes of one text frame."""
    return _encoder.encode(event)
