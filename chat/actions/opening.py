"""Making a private room public. Everything written there becomes readable by everybody who joins, so only an
owner may do it, and only a day after its people were told."""

import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from chat import limits
from chat.models import Membership, Room
from chat.protocol import Code

from .guards import lock_room, place_in, refuse_if_archived
from .notices import tell_opening
from .refused import Refused

NOTICE_GIVEN = datetime.timedelta(hours=limits.OPENING_HOURS)


@transaction.atomic
def announce_opening(person: Any, key: str) -> None:
    """Tell the room's people that it will be opened to everybody. Idempotent until that is long ago."""
    room = _owned(person, key)
    if not room.opening_announced:
        _plan(room, person, timezone.now() + NOTICE_GIVEN)


@transaction.atomic
def cancel_opening(person: Any, key: str) -> None:
    room = _owned(person, key)
    if room.opening_at is not None:
        _plan(room, person, None)


def refuse_to_open(room: Room, person: Any, *, as_staff: bool) -> None:
    """`room` is locked and private. Staff does not open it: what was said there was said to its people."""
    if as_staff or place_in(room, person).role != Membership.Role.OWNER:
        raise Refused(Code.NOT_ALLOWED, "private room")
    if not (room.opening_due or room.only_of(person)):
        raise Refused(Code.NOT_ALLOWED, "announce first")


def _owned(person: Any, key: str) -> Room:
    room = lock_room(key, Room.objects.of(person))
    if place_in(room, person).role != Membership.Role.OWNER or room.kind != Room.Kind.PRIVATE:
        raise Refused(Code.NOT_ALLOWED)
    refuse_if_archived(room)
    return room


def _plan(room: Room, person: Any, at: datetime.datetime | None) -> None:
    before, room.opening_at = room.opening_at, at
    room.save(update_fields=["opening_at"])
    tell_opening(room, person, before)
