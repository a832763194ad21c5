"""Rooms that a person can find by any part of name or topic, and the public rooms that opened last."""

from typing import Any

from django.db.models import Count, Exists, F, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from chat import limits, protocol, text
from chat.models import Membership, Room, Workspace

_present = Membership.objects.present().filter(room=OuterRef("pk"))
_counted = _present.order_by().values("room").annotate(all=Count("pk")).values("all")


def directory(person: Any, asked: str = "", *, archived: bool = False) -> QuerySet[Room]:
    """Rooms a person may enter or is in, with every word that is asked for somewhere in name or topic,
    whatever its case and width; the liveliest first. Or of the archived ones those they are in.

    Each with how many are in it (`people`), whether this person is (`mine`), and since when nothing has been
    said (`lately`).
    """
    rooms = Room.objects.open_to(person).exclude(kind=Room.Kind.DIRECT).annotate(
        mine=Exists(_present.filter(user_id=person)),
        people=Coalesce(Subquery(_counted, output_field=IntegerField()), 0),
        lately=Coalesce("active_at", "created_at"),
    )  # fmt: skip
    rooms = rooms.filter(archived_at__isnull=False, mine=True) if archived else rooms.filter(archived_at=None)
    for word in text.search_form(asked).split():
        rooms = rooms.filter(search_text__contains=word)
    return rooms.order_by(F("lately").desc(), "pk")


def opened() -> tuple[bytes, bytes]:
    """The public rooms that opened last, encoded: for everybody, and for guests, who may not be shown any."""
    latest = Room.objects.filter(public_since__isnull=False).order_by("-public_since", "-pk")
    columns: Any = latest.values_list("key", "name", "public_since")[: limits.OPENED_TOLD]
    frame = protocol.encode(protocol.Directory(rooms=[protocol.OpenedRow(*row) for row in columns]))
    if Workspace.objects.filter(guests_see_public_rooms=True).exists():
        return frame, frame
    return frame, protocol.encode(protocol.Directory(rooms=[]))
