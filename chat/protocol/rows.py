"""Rows as they travel: the whole present state, never dependent on who looks."""

from datetime import datetime

from msgspec import Struct

Person = int | str


class PersonRow(Struct, frozen=True):
    name: str
    kind: str
    avatar: str | None = None


class AttachmentRow(Struct, frozen=True):
    """A file of a message, at `/files/<id>/<name>`. `kind` is image, audio, video or file; of an image width
    and height are known, and `small` says that there is a small one at `/files/<id>/small/<name>`."""

    id: str
    name: str
    kind: str
    type: str
    size: int
    width: int | None = None
    height: int | None = None
    small: bool = False


class MentionRow(Struct, frozen=True):
    """A name as it was written after @, and who that was; None is everybody in the room."""

    name: str
    person: Person | None


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
    pinned_at: datetime | None = None
    reply_to: int | None = None
    mentions: list[MentionRow] = []
    reactions: dict[str, list[Person]] = {}
    attachments: list[AttachmentRow] = []


class RevisionRow(Struct, frozen=True):
    """What a message said before, and since when."""

    body: str
    written_at: datetime


class Result(Struct, frozen=True):
    """A message that was found, and where."""

    room: str
    message: MessageRow


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
    posting: str = "everybody"
    # Of a direct room, whose it is: it is called after them. Empty elsewhere.
    people: list[Person] = []


class OpenedRow(Struct, frozen=True):
    """A room that anybody may enter."""

    id: str
    name: str
    opened_at: datetime


class MyRoom(Struct, frozen=True):
    """A room in one person's list: what is shared (seq, info, last) and what is theirs. `unread` and
    `mentions` are counted as of `seq`; `last` is the newest message then."""

    id: str
    seq: int
    info: InfoRow
    role: str
    muted_until: datetime | None
    read_up_to: int
    read_turn: int
    last: int
    unread: int
    mentions: int
    level: str
    active_at: datetime | None


People = dict[str, PersonRow]
