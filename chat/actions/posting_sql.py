"""The SQL of posting, written by hand: with the ORM a post takes several times as long."""

import datetime
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

import msgspec
from django.db import connection

from chat.ids import PersonId, RoomId
from chat.models import Message
from chat.protocol import MessageRow

# Author and nonce name a message before it has an id.
NonceKey = tuple[PersonId, str]


class RoomState(NamedTuple):
    """A locked room. `people` is the people key of a direct one."""

    pk: RoomId
    key: str
    seq: int
    archived: bool
    read_only: bool
    people: str | None


class Member(NamedTuple):
    muted_until: datetime.datetime | None
    moderates: bool


class StoredMessage(NamedTuple):
    """A message whose nonce is taken. `body` is None where it is no longer what was sent."""

    id: int
    seq: int
    room: RoomId
    body: str | None


def lock_rooms(keys: set[str]) -> list[RoomState]:
    lock = "FOR UPDATE" if connection.features.has_select_for_update else ""
    sql = f"""SELECT id, key, seq, archived_at IS NOT NULL, posting = 'moderators', people_key FROM chat_room
        WHERE key IN {_marks(len(keys))} ORDER BY id {lock}"""  # noqa: S608
    return [RoomState(*row) for row in _fetch(sql, list(keys))]


def read_authors(
    drafts: set[tuple[RoomId, PersonId, str]],
) -> tuple[dict[tuple[RoomId, PersonId], Member], dict[NonceKey, StoredMessage]]:
    """One statement for memberships and messages already stored, because each is a round trip."""
    if not drafts:
        return {}, {}
    sql = f"""WITH draft(room, author, nonce) AS (VALUES {_rows_of_marks(3, len(drafts))})
        SELECT draft.*, member.id IS NOT NULL, member.muted_until, member.role <> 'member',
            stored.id, stored.seq, stored.room_id,
            CASE WHEN stored.edited_at IS NULL AND stored.deleted_at IS NULL THEN stored.body END
        FROM draft
        LEFT JOIN chat_membership member ON member.room_id = draft.room AND member.user_id = draft.author
            AND member.removed_at IS NULL
        LEFT JOIN chat_message stored ON stored.author_id = draft.author AND stored.nonce = draft.nonce"""  # noqa: S608
    members, stored = {}, {}
    for room, author, nonce, is_member, muted, moderates, *row in _fetch(
        sql, [value for draft in drafts for value in draft]
    ):
        if is_member:
            members[room, author] = Member(_aware(muted), bool(moderates))
        if row[0] is not None:
            stored[author, nonce] = StoredMessage(*row)
    return members, stored


def rooms_of_messages(messages: set[int]) -> dict[int, RoomId]:
    if not messages:
        return {}
    found = Message.objects.filter(pk__in=messages, kind=Message.Kind.TEXT)
    return dict(found.values_list("pk", "room_id"))


# A row on the wire has the columns of its message under their own names. These have no value yet, or one that
# all rows of a batch share.
_NOT_FROM_ROW = {"id", "created_at", "edited_at", "deleted_at", "deleted_by", "pinned_at"}
_FROM_ROW = [name for name in MessageRow.__struct_fields__ if name not in _NOT_FROM_ROW]
_columns = {field.name: str(field.column) for field in Message._meta.concrete_fields}
_COLUMNS = ["room_id", "created_at", *(_columns[name] for name in _FROM_ROW)]
_values_of = attrgetter(*_FROM_ROW)


def insert_messages(
    messages: Iterable[tuple[RoomId, MessageRow]], now: datetime.datetime
) -> dict[NonceKey, int]:
    """Their ids, by name: the order of RETURNING is not promised."""
    at = connection.ops.adapt_datetimefield_value(now)
    values = [(room, at, *map(_stored, _values_of(row))) for room, row in messages]
    if not values:
        return {}
    rows = _rows_of_marks(len(_COLUMNS), len(values))
    sql = f"INSERT INTO chat_message ({','.join(_COLUMNS)}) VALUES {rows} RETURNING author_id, nonce, id"  # noqa: S608
    return {(author, nonce): pk for author, nonce, pk in _fetch(sql, [one for row in values for one in row])}


def write_seqs(seqs: Sequence[tuple[RoomId, int]], now: datetime.datetime) -> None:
    if not seqs:
        return
    sql = f"""WITH written(id, seq) AS (VALUES {_rows_of_marks(2, len(seqs))})
        UPDATE chat_room SET seq = written.seq, active_at = %s FROM written WHERE chat_room.id = written.id"""  # noqa: S608
    at = connection.ops.adapt_datetimefield_value(now)
    with connection.cursor() as cursor:
        cursor.execute(sql, [value for pair in seqs for value in pair] + [at])


def _fetch(sql: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _marks(columns: int) -> str:
    return f"({','.join(['%s'] * columns)})"


def _rows_of_marks(columns: int, rows: int) -> str:
    return ",".join([_marks(columns)] * rows)


def _stored(value: Any) -> Any:
    # Most messages have neither mentions nor attachments: NULL instead of an empty list.
    if isinstance(value, list):
        return msgspec.json.encode(value).decode() if value else None
    return msgspec.json.encode(value).decode() if isinstance(value, dict) else value


def _aware(stored: datetime.datetime | str | None) -> datetime.datetime | None:
    """SQLite stores times as text without a zone."""
    if isinstance(stored, str):
        stored = datetime.datetime.fromisoformat(stored)
    return stored.replace(tzinfo=datetime.UTC) if stored is not None and stored.tzinfo is None else stored
