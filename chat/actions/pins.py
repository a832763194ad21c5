"""Pins messages: a room's moderators, in a direct room any of its people."""

from django.db import transaction
from django.utils import timezone

from chat import limits
from chat.ids import PersonId
from chat.models import Message, Room
from chat.protocol import Code

from .changes import publish_message
from .messages import lock_message
from .refused import Refused


@transaction.atomic
def pin_message(person: PersonId, message: int) -> Message:
    room, row = _lock_to_pin(person, message)
    if row.pinned_at is None:
        if room.messages.filter(pinned_at__isnull=False).count() >= limits.PINS:
            raise Refused(Code.TOO_MANY)
        row.pinned_at = timezone.now()
        publish_message(room, row, "pinned_at")
    return row


@transaction.atomic
def unpin_message(person: PersonId, message: int) -> Message:
    room, row = _lock_to_pin(person, message)
    if row.pinned_at is not None:
        row.pinned_at = None
        publish_message(room, row, "pinned_at")
    return row


def _lock_to_pin(person: PersonId, message: int) -> tuple[Room, Message]:
    room, row, membership = lock_message(person, message)
    if row.kind != Message.Kind.TEXT or not (room.is_direct or membership.moderates):
        raise Refused(Code.NOT_ALLOWED)
    return room, row
