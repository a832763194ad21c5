"""Rooms that a person can find by any part of name or topic, and the public rooms that opened last."""

from django.db.models import Count, Exists, F, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from chat import limits, protocol
from chat.folding import search_form
from chat.ids import PersonId
from chat.models import Membership, Room, Workspace

_present = Membership.objects.present().filter(room=OuterRef("pk"))
# As many as the room's page lists.
_listed = Membership.objects.active().filter(room=OuterRef("pk"))
_counted = _listed.order_by().values("room").annotate(all=Count("pk")).values("all")


def directory(person: PersonId, query: str = "", *, archived: bool = False) -> QuerySet[Room]:
    """Rooms a person may join or is in, or their archived ones, most recently active first.

    Annotated with the number of members (`people`), whether this person is one (`mine`), and `lately`.
    """
    rooms = Room.objects.visible_to(person).exclude(kind=Room.Kind.DIRECT).annotate(
        mine=Exists(_present.filter(user_id=person)),
        people=Coalesce(Subquery(_counted, output_field=IntegerField()), 0),
        lately=Coalesce("active_at", "created_at"),
    )  # fmt: skip
    rooms = rooms.filter(archived_at__isnull=False, mine=True) if archived else rooms.filter(archived_at=None)
    for word in search_form(query).split():
        rooms = rooms.filter(search_text__contains=word)
    return rooms.order_by(F("lately").desc(), "pk")


def newest_public_rooms() -> tuple[bytes, bytes]:
    """Two encoded events: for people with an account, and for guests, who may not see any."""
    latest = Room.objects.filter(public_since__isnull=False).order_by("-public_since", "-pk")
    rows = [
        protocol.PublicRoomRow(key, name, since)
        for key, name, since in latest.values_list("key", "name", "public_since")[
            : limits.NEWEST_PUBLIC_ROOMS
        ]
        if since is not None
    ]
    frame = protocol.encode(protocol.Directory(rooms=rows))
    if Workspace.objects.filter(guests_see_public_rooms=True).exists():
        return frame, frame
    return frame, protocol.encode(protocol.Directory(rooms=[]))
