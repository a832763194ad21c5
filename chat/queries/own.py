"""What a person sees that is theirs alone: the rooms they are in and what is unread there, their seat in one,
the rooms they may enter.

Imports models, protocol and limits.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL

from chat import limits, protocol
from chat.models import JoinLink, Listed, Membership, Place, Prepared, Room

# Bounded: a count of what nobody will read in full costs a page of an index, not the room.
_UNREAD = """SELECT COUNT(*) FROM (SELECT 1 FROM chat_message unread
    WHERE unread.room_id = chat_membership.room_id AND unread.id > chat_membership.read_up_to
    AND unread.deleted_at IS NULL AND unread.kind = 'text' AND unread.author_id <> chat_membership.user_id
    LIMIT %s) found"""


def my_rooms(person: Any) -> dict[int, protocol.MyRoom]:
    """By primary key, the rooms a person is in, with what is unread there."""
    return rooms_of([person])[person]


def rooms_of(people: Iterable[Any]) -> dict[Any, dict[int, protocol.MyRoom]]:
    """The same of each of these, in one statement."""
    found: dict[Any, dict[int, protocol.MyRoom]] = {person: {} for person in people}
    for person, pk, *row in _places(list(found), limits.UNREAD_MOST):
        found[person][pk] = _my_room(*row)
    return found


def unread(place: Membership) -> int:
    """Messages of others after the read position, not deleted; exactly, up to UNREAD_MOST."""
    counted = Membership.objects.filter(pk=place.pk).annotate(unread=_unread(limits.UNREAD_MOST))
    return int(counted.values_list("unread", flat=True).get())


def _unread(most: Any) -> RawSQL:
    return RawSQL(_UNREAD, (most,))  # noqa: S611  fixed text


_places = Prepared(
    lambda people, most: Membership.objects.present()
    .filter(user_id__in=Listed(people, Membership._meta.get_field("user")))
    .annotate(unread=_unread(most.value))
    .order_by("room_id")
    .values_list(
        "user_id", "room_id", "room__key", "room__seq", "room__active_at", "role", "muted_until",
        "read_up_to", "level", "unread", "room__info_seq", "room__name", "room__topic", "room__kind",
        "room__archived_at",
    ),
    values=2,
)  # fmt: skip


def _my_room(
    key: str, seq: int, active_at: Any, role: str, muted_until: Any, read_up_to: int, level: str, unread: int,
    *info: Any,
) -> protocol.MyRoom:  # fmt: skip
    return protocol.MyRoom(
        id=key, seq=seq, info=protocol.InfoRow(*info), role=role, muted_until=muted_until,
        read_up_to=read_up_to, unread=unread, mentions=0, level=level, active_at=active_at,
    )  # fmt: skip


class Seat(NamedTuple):
    """What the page of a room says that its `room` event does not: a person's place in it, what to invite
    with, and the name over the door."""

    room: int
    key: str
    seq: int
    name: str
    topic: str
    kind: str
    role: str
    link: str | None
    place: str | None

    @property
    def moderates(self) -> bool:
        return self.role in (Membership.Role.OWNER, Membership.Role.MODERATOR)


def seat(person: Any, key: str) -> Seat | None:
    """None for whoever is not in the room, or where there is none."""
    found = _seats(person, key)
    return Seat(*found[0]) if found else None


# A link without end that still works.
_lasting = JoinLink.objects.filter(
    room=OuterRef("room"), expires_at=None, most_uses=None, revoked_at=None, room__archived_at=None
)
_seats = Prepared(
    lambda person, key: Membership.objects.present()
    .filter(user_id=person, room__key=key)
    .values_list(
        "room_id", "room__key", "room__seq", "room__name", "room__topic", "room__kind", "role",
        Subquery(_lasting.order_by("-pk").values("code")[:1]), Subquery(Place.objects.values("name")[:1]),
    ),
    values=2,
)  # fmt: skip


def directory(person: Any) -> QuerySet[Room]:
    """Rooms a person may enter or is in, with how many are in them (`people`), liveliest first."""
    counted = Count("memberships", filter=Q(memberships__removed_at=None))
    return (
        Room.objects.open_to(person)
        .filter(archived_at=None)
        .annotate(people=counted)
        .order_by("-active_at", "pk")
    )
