"""Pins messages: a room's moderators, in a direct room any of its people."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from chat import limits
from chat.models import Message, Room
from chat.protocol import Code

from .changes import publish_message
from .messages import locked
from .refused import Refused


@transaction.atomic
def pin_message(person: Any, message: int) -> Message:
    """Again is nothing. Raises Refused: too_many where the room has PINS."""
    room, row = _locked_to_pin(person, message)
    if row.pinned_at is None:
        if room.messages.filter(pinned_at__isnull=False).count() >= limits.PINS:
            raise Refused(Code.TOO_MANY)
        row.pinned_at = timezone.now()
        publish_message(room, row, "pinned_at")
    return row


@transaction.atomic
def unpin_message(person: Any, message: int) -> Message:
    room, row = _locked_to_pin(person, message)
    if row.pinned_at is not None:
        row.pinned_at = None
        publish_message(room, row, "pinned_at")
    return row


def _locked_to_pin(person: Any, message: int) -> tuple[Room, Message]:
    room, row, place = locked(person, message)
    if row.kind != Message.Kind.TEXT or not (room.direct or place.moderates):
        raise Refused(Code.NOT_ALLOWED)
    return room, row
