"""One person's view: their rooms with unread counts, the data of a room's page, and whom they know."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Case, IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.db.models.sql.compiler import SQLCompiler

from chat import limits, protocol
from chat.ids import PersonId, RoomId
from chat.models import (
    CompiledQuery,
    JoinLink,
    ListParameter,
    Membership,
    Message,
    Profile,
    Workspace,
    people_of,
)

from .latest import latest_of_each

# Bounded, so that a count costs a page of an index and not the whole room.
_COUNT = """(SELECT COUNT(*) FROM (SELECT 1 FROM chat_message message
    WHERE message.room_id = chat_membership.room_id AND message.id > chat_membership.read_up_to
    AND message.deleted_at IS NULL AND message.kind = 'text' AND message.author_id <> chat_membership.user_id
    {not_blocked}
    {and_more} LIMIT %s) found)"""
# PostgreSQL reads the list of blocked people once for each count, but would run EXISTS for each message.
_NOT_BLOCKED = {
    "sqlite": """AND NOT EXISTS (SELECT 1 FROM chat_block block
        WHERE block.person_id = chat_membership.user_id AND block.blocked_id = message.author_id)""",
    "postgresql": """AND message.author_id <> ALL (ARRAY(SELECT block.blocked_id FROM chat_block block
        WHERE block.person_id = chat_membership.user_id))""",
}
# The index on `mentions IS NOT NULL` contains few messages.
_FOR_ME = {
    "sqlite": """AND message.mentions IS NOT NULL AND EXISTS (SELECT 1 FROM json_each(message.mentions) one
        WHERE coalesce(json_extract(one.value, '$.person'), chat_membership.user_id)
        = chat_membership.user_id)""",
    "postgresql": """AND message.mentions IS NOT NULL AND (message.mentions @> '[{"person": null}]'
        OR message.mentions @> jsonb_build_array(jsonb_build_object('person', chat_membership.user_id)))""",
}


class _Unread(RawSQL):
    """The number of messages by others after the read position, exact up to `most`."""

    def __init__(self, most: object) -> None:
        super().__init__(_COUNT, (most,), IntegerField())

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        vendor = connection.vendor
        sql = self.sql.format(and_more=self.and_more(vendor), not_blocked=_NOT_BLOCKED[vendor])
        return sql, self.params

    def and_more(self, vendor: str) -> str:
        return ""


class _Mentions(_Unread):
    def and_more(self, vendor: str) -> str:
        return _FOR_ME[vendor]


_last = Coalesce(
    Subquery(Message.objects.filter(room=OuterRef("room")).order_by("-pk").values("pk")[:1]), Value(0)
)

_level = Case(When(hidden_by_block=True, then=Value(Membership.Level.HIDDEN.value)), default="level")


def my_rooms(person: PersonId) -> dict[RoomId, protocol.MyRoom]:
    return my_rooms_of_each([person])[person]


def my_rooms_of_each(people: Iterable[PersonId]) -> dict[PersonId, dict[RoomId, protocol.MyRoom]]:
    found: dict[PersonId, dict[RoomId, protocol.MyRoom]] = {person: {} for person in people}
    rows = _memberships(list(found), limits.MAX_UNREAD)
    latest = latest_of_each({room for _, room, *_ in rows})
    for person, pk, *row in rows:
        found[person][pk] = _my_room(latest.get(pk), *row)
    return found


def people_in_list(rooms: Collection[protocol.MyRoom]) -> set[PersonId]:
    """Those whom direct rooms are named after, and the authors of the newest messages."""
    authors = ([room.latest.author] if room.latest else [] for room in rooms)
    return {person for room in rooms for person in room.info.people}.union(*authors)


def read_event(membership: Membership) -> bytes:
    [(room, *counted)] = _read_position(membership.pk, limits.MAX_UNREAD)
    return protocol.encode(protocol.Read(room, *counted))


_memberships = CompiledQuery(
    lambda people, most: Membership.objects.present()
    .filter(user_id__in=ListParameter(people, Membership._meta.get_field("user")))
    .annotate(unread=_Unread(most.value), mentions=_Mentions(most.value), last=_last, shown_level=_level)
    .order_by("room_id")
    .values_list(
        "user_id", "room_id", "room__key", "room__seq", "room__active_at", "role", "muted_until",
        "read_up_to", "read_generation", "last", "shown_level", "favourite", "unread", "mentions",
        "room__people_key", "room__latin", "room__info_seq", "room__name", "room__topic", "room__kind",
        "room__archived_at", "room__posting",
    ),
    values=2,
)  # fmt: skip
_read_position = CompiledQuery(
    lambda membership, most: (
        Membership.objects.filter(pk=membership)
        .annotate(unread=_Unread(most.value), mentions=_Mentions(most.value), last=_last)
        .values_list("room__key", "read_up_to", "read_generation", "room__seq", "last", "unread", "mentions")
    ),
    values=2,
)


def _my_room(
    latest: protocol.LatestRow | None, key: str, seq: int, active_at: datetime | None, role: str,
    muted_until: datetime | None, read_up_to: int, read_generation: int, last: int, level: str,
    favourite: bool, unread: int, mentions: int, people_key: str | None, latin: str, *info: Any,
) -> protocol.MyRoom:  # fmt: skip
    return protocol.MyRoom(
        id=key, seq=seq, info=protocol.InfoRow(*[*info, people_of(people_key), latin]), role=role,
        muted_until=muted_until, read_up_to=read_up_to, read_generation=read_generation, last=last,
        unread=unread, mentions=mentions, level=level, active_at=active_at,
        favourite=favourite, latest=latest,
    )  # fmt: skip


class RoomPageData(NamedTuple):
    """The data of a room's page besides its `room` event. `link` is the code of a join link."""

    room: RoomId
    key: str
    seq: int
    name: str
    topic: str
    kind: str
    people_key: str | None
    role: str
    link: str | None
    workspace: str | None
    guests_invite: bool
    guests_see_public_rooms: bool
    guests_create_rooms: bool

    @property
    def moderates(self) -> bool:
        return self.role in (Membership.Role.OWNER, Membership.Role.MODERATOR)


def room_page_data(person: PersonId, key: str) -> RoomPageData | None:
    """None if there is no such room or the person is not in it."""
    found = _room_page_data(person, key)
    return RoomPageData(*found[0]) if found else None


_link = JoinLink.objects.for_many().filter(room=OuterRef("room")).order_by("-pk").values("code")
_room_page_data = CompiledQuery(
    lambda person, key: Membership.objects.present()
    .filter(user_id=person, room__key=key)
    .values_list(
        "room_id", "room__key", "room__seq", "room__name", "room__topic", "room__kind", "room__people_key",
        "role", Subquery(_link[:1]), Subquery(Workspace.objects.values("name")[:1]), "room__guests_invite",
        Subquery(Workspace.objects.values("guests_see_public_rooms")[:1]),
        Subquery(Workspace.objects.values("guests_create_rooms")[:1]),
    ),
    values=2,
)  # fmt: skip


def acquaintances(person: PersonId) -> QuerySet[Profile]:
    """People who share a room with this person: the only ones they can find and write to."""
    own_rooms = Membership.objects.present().of(person).values("room")
    members = Membership.objects.active().filter(room__in=own_rooms).values("user")
    return Profile.objects.filter(pk__in=members, banned_at=None).exclude(pk=person)
