"""Makes a private room public: only an owner may, and only a day after its members were told."""

import datetime

from django.db import transaction
from django.utils import timezone

from chat import limits
from chat.ids import PersonId
from chat.models import Membership, Room
from chat.protocol import Code, Reason

from .guards import lock_room, refuse_if_archived, require_membership
from .notices import post_opening_notice
from .refused import Refused

NOTICE_PERIOD = datetime.timedelta(hours=limits.OPENING_HOURS)


@transaction.atomic
def announce_opening(person: PersonId, key: str) -> None:
    """Idempotent until that is long ago."""
    room = _lock_private_room(person, key)
    if not room.opening_announced:
        _set_opening(room, person, timezone.now() + NOTICE_PERIOD)


@transaction.atomic
def cancel_opening(person: PersonId, key: str) -> None:
    room = _lock_private_room(person, key)
    if room.opening_at is not None:
        _set_opening(room, person, None)


def refuse_to_open(room: Room, person: PersonId, *, as_staff: bool) -> None:
    # Staff cannot open it: what was written there was for its members.
    if as_staff or require_membership(room, person).role != Membership.Role.OWNER:
        raise Refused(Code.NOT_ALLOWED, Reason.PRIVATE_ROOM)
    if not (room.opening_due or room.is_used_only_by(person)):
        raise Refused(Code.NOT_ALLOWED, Reason.NOT_ANNOUNCED)


def _lock_private_room(person: PersonId, key: str) -> Room:
    room = lock_room(key, Room.objects.of(person))
    if require_membership(room, person).role != Membership.Role.OWNER or room.kind != Room.Kind.PRIVATE:
        raise Refused(Code.NOT_ALLOWED)
    refuse_if_archived(room)
    return room


def _set_opening(room: Room, person: PersonId, at: datetime.datetime | None) -> None:
    before, room.opening_at = room.opening_at, at
    room.save(update_fields=["opening_at"])
    post_opening_notice(room, person, before)
