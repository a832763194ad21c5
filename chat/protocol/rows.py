"""The rows inside events. A row is the whole current state and the same for every viewer."""

from datetime import datetime

from msgspec import UNSET, Struct, UnsetType

from chat.ids import PersonId


class PersonRow(Struct, frozen=True, omit_defaults=True):
    """`latin` has the readings of a Chinese name. `deactivated`: the account was."""

    name: str
    kind: str
    latin: str = ""
    deactivated: bool = False


class AttachmentRow(Struct, frozen=True):
    """A file of a message, at the address `chat:file`. `kind` is image, audio, video or file; images have
    width and height. With `has_thumbnail`, there is a `chat:thumbnail`."""

    id: str
    name: str
    kind: str
    type: str
    size: int
    width: int | None = None
    height: int | None = None
    has_thumbnail: bool = False


class MentionRow(Struct, frozen=True):
    """A name as written after @ and the person it means. None stands for everybody in the room."""

    name: str
    person: PersonId | None


class MessageRow(Struct, frozen=True):
    id: int
    seq: int
    kind: str
    author: PersonId | None
    nonce: str
    body: str | None
    html: str | None
    created_at: datetime
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    pinned_at: datetime | None = None
    reply_to: int | None = None
    mentions: list[MentionRow] = []
    reactions: dict[str, list[PersonId]] = {}
    attachments: list[AttachmentRow] = []
    # "moderator" if not the author has deleted it, else left out.
    deleted_by: str | UnsetType = UNSET


class RevisionRow(Struct, frozen=True):
    body: str
    written_at: datetime


class Result(Struct, frozen=True):
    room: str
    message: MessageRow


class SearchProblem(Struct, frozen=True):
    """An operator whose value names nobody, no room, no day, or nothing that a message can have."""

    operator: str
    value: str


class MemberRow(Struct, frozen=True):
    person: PersonId
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
    # The two people of a direct room, which is named after them. Empty for other rooms.
    people: list[PersonId] = []
    # The readings of a Chinese name.
    latin: str = ""


class PublicRoomRow(Struct, frozen=True):
    id: str
    name: str
    public_since: datetime


class LatestRow(Struct, frozen=True):
    """The newest message of a room that somebody wrote, as one line. `text` is None once it is deleted."""

    id: int
    seq: int
    author: PersonId
    text: str | None
    created_at: datetime


class MyRoom(Struct, frozen=True):
    """A room in one person's list: shared state (seq, info, last, latest) and the person's own. `unread` and
    `mentions` are counted as of `seq`; `last` was the newest message then."""

    id: str
    seq: int
    info: InfoRow
    role: str
    muted_until: datetime | None
    read_up_to: int
    read_generation: int
    last: int
    unread: int
    mentions: int
    level: str
    active_at: datetime | None
    favourite: bool = False
    latest: LatestRow | None = None


People = dict[str, PersonRow]
