"""The newest message of each room, as lists of rooms show it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import RawSQL
from django.db.models.functions import Left
from django.db.models.sql.compiler import SQLCompiler

from chat import limits, protocol
from chat.ids import PersonId, RoomId
from chat.models import CompiledQuery, Message

# Among a few rows, so that a long run of notices costs a page of an index and not the whole room.
_NEWEST = """SELECT (SELECT found.id FROM (SELECT message.id, message.kind FROM chat_message message
    WHERE message.room_id = room.id ORDER BY message.id DESC LIMIT %s) found
    WHERE found.kind = 'text' ORDER BY found.id DESC LIMIT 1)
    FROM chat_room room WHERE room.id IN ({rooms})"""
_LIST = {
    "sqlite": "SELECT value FROM json_each(%s)",
    "postgresql": "SELECT unnest(%s::bigint[])",
}


class _Newest(RawSQL):
    """The id of the newest message that somebody wrote, of each of these rooms."""

    def __init__(self, rooms: object) -> None:
        super().__init__(_NEWEST, (limits.LATEST_AMONG, rooms))

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        return "(" + self.sql.format(rooms=_LIST[connection.vendor]) + ")", self.params


_latest = CompiledQuery(
    lambda rooms, most: (
        Message.objects.filter(pk__in=_Newest(rooms.value))
        .order_by()
        .values_list(
            "room_id", "pk", "seq", "author_id", "created_at", "deleted_at", Left("body", most), "attachments"
        )
    ),
    values=2,
)


def latest_of_each(rooms: Iterable[RoomId]) -> dict[RoomId, protocol.LatestRow]:
    """In one statement, however many rooms there are."""
    found = _latest(list(rooms), limits.LATEST_CHARACTERS * 2)
    return {room: _row(*rest) for room, *rest in found}


def _row(
    pk: int, seq: int, author: PersonId, created_at: datetime, deleted_at: datetime | None, body: str,
    files: list[dict[str, Any]] | None,
) -> protocol.LatestRow:  # fmt: skip
    line = " ".join((body or ", ".join(file["name"] for file in files or ())).split())
    text = None if deleted_at else line[: limits.LATEST_CHARACTERS]
    return protocol.LatestRow(id=pk, seq=seq, author=author, text=text, created_at=created_at)
