"""One person's own view: their rooms with what is unread, the data of a room's page, and whom they know."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Case, IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from chat import limits, protocol
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

# Bounded: a count of what nobody will read in full costs a page of an index, not the room.
_WAITING = """(SELECT COUNT(*) FROM (SELECT 1 FROM chat_message waiting
    WHERE waiting.room_id = chat_membership.room_id AND waiting.id > chat_membership.read_up_to
    AND waiting.deleted_at IS NULL AND waiting.kind = 'text' AND waiting.author_id <> chat_membership.user_id
    {not_blocked}
    {and_more} LIMIT %s) found)"""
# PostgreSQL reads the list of blocked people once for each count, and would ask EXISTS for each message.
_NOT_BLOCKED = {
    "sqlite": """AND NOT EXISTS (SELECT 1 FROM chat_block block
        WHERE block.person_id = chat_membership.user_id AND block.blocked_id = waiting.author_id)""",
    "postgresql": """AND waiting.author_id <> ALL (ARRAY(SELECT block.blocked_id FROM chat_block block
        WHERE block.person_id = chat_membership.user_id))""",
}
# An index holds the few messages that mention anybody.
_FOR_ME = {
    "sqlite": """AND waiting.mentions IS NOT NULL AND EXISTS (SELECT 1 FROM json_each(waiting.mentions) one
        WHERE coalesce(json_extract(one.value, '$.person'), chat_membership.user_id)
        = chat_membership.user_id)""",
    "postgresql": """AND waiting.mentions IS NOT NULL AND (waiting.mentions @> '[{"person": null}]'
        OR waiting.mentions @> jsonb_build_array(jsonb_build_object('person', chat_membership.user_id)))""",
}


class _Unread(RawSQL):
    """How many messages of others stand after the read position; exactly, up to a number."""

    def __init__(self, most: Any) -> None:
        super().__init__(_WAITING, (most,), IntegerField())

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
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

_level = Case(When(held_back=True, then=Value(Membership.Level.HIDDEN.value)), default="level")


def my_rooms(person: Any) -> dict[int, protocol.MyRoom]:
    """By primary key, the rooms a person is in, with what is unread there."""
    return rooms_of([person])[person]


def rooms_of(people: Iterable[Any]) -> dict[Any, dict[int, protocol.MyRoom]]:
    """The same of each of these, in one statement."""
    found: dict[Any, dict[int, protocol.MyRoom]] = {person: {} for person in people}
    for person, pk, *row in _places(list(found), limits.MAX_UNREAD):
        found[person][pk] = _my_room(*row)
    return found


def between(rooms: Iterable[protocol.MyRoom]) -> set[Any]:
    """Whom these rooms are called after: the people of the direct ones."""
    return {person for room in rooms for person in room.info.people}


def read_event(place: Membership) -> bytes:
    """How far they have read, and what waits there: others' messages after that, not deleted."""
    [(room, *counted)] = _my_reading(place.pk, limits.MAX_UNREAD)
    return protocol.encode(protocol.Read(room, *counted))


_places = CompiledQuery(
    lambda people, most: Membership.objects.present()
    .filter(user_id__in=ListParameter(people, Membership._meta.get_field("user")))
    .annotate(unread=_Unread(most.value), mentions=_Mentions(most.value), last=_last, shown_level=_level)
    .order_by("room_id")
    .values_list(
        "user_id", "room_id", "room__key", "room__seq", "room__active_at", "role", "muted_until",
        "read_up_to", "read_generation", "last", "shown_level", "unread", "mentions",
        "room__people_key", "room__info_seq", "room__name", "room__topic", "room__kind", "room__archived_at",
        "room__posting",
    ),
    values=2,
)  # fmt: skip
_my_reading = CompiledQuery(
    lambda place, most: (
        Membership.objects.filter(pk=place)
        .annotate(unread=_Unread(most.value), mentions=_Mentions(most.value), last=_last)
        .values_list("room__key", "read_up_to", "read_generation", "room__seq", "last", "unread", "mentions")
    ),
    values=2,
)


def _my_room(
    key: str, seq: int, active_at: Any, role: str, muted_until: Any, read_up_to: int, read_generation: int,
    last: int, level: str, unread: int, mentions: int, people_key: str | None,
    *info: Any,
) -> protocol.MyRoom:  # fmt: skip
    return protocol.MyRoom(
        id=key, seq=seq, info=protocol.InfoRow(*[*info, people_of(people_key)]), role=role,
        muted_until=muted_until, read_up_to=read_up_to, read_generation=read_generation, last=last,
        unread=unread, mentions=mentions, level=level, active_at=active_at,
    )  # fmt: skip


class RoomPageData(NamedTuple):
    """What the page of a room says that its `room` event does not: a person's place in it, what to invite
    with, and the name over the door."""

    room: int
    key: str
    seq: int
    name: str
    topic: str
    kind: str
    people_key: str | None
    role: str
    link: str | None
    place: str | None
    guests_invite: bool
    guests_see_public_rooms: bool
    guests_create_rooms: bool

    @property
    def moderates(self) -> bool:
        return self.role in (Membership.Role.OWNER, Membership.Role.MODERATOR)


def room_page_data(person: Any, key: str) -> RoomPageData | None:
    """None for whoever is not in the room, or where there is none."""
    found = _seats(person, key)
    return RoomPageData(*found[0]) if found else None


_link = JoinLink.objects.for_many().filter(room=OuterRef("room")).order_by("-pk").values("code")
_seats = CompiledQuery(
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


def acquaintances(person: Any) -> QuerySet[Profile]:
    """Whoever shares a room with this person: the only people they can find, and write to."""
    mine = Membership.objects.present().of(person).values("room")
    sharing = Membership.objects.present().filter(room__in=mine).values("user")
    return Profile.objects.filter(pk__in=sharing, banned_at=None).exclude(pk=person)
