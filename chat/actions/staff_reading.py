"""Staff reads a private or direct room only after saying why, which its people can see."""

from typing import Any

from django.db import transaction

from chat import limits
from chat.conf import chat_settings
from chat.models import Room
from chat.protocol import Code

from .guards import lock_room, named
from .moderation_log import Kind, record
from .refused import Refused


@transaction.atomic
def open_to_staff(person: Any, key: str, reason: str) -> Room:
    """This staff member may read the room's messages in the admin for an hour."""
    if chat_settings.CHAT_STAFF_READS == "never":
        raise Refused(Code.NOT_ALLOWED)
    room = lock_room(key)
    why = named(reason, limits.REASON_CHARACTERS)
    record(Kind.READ, person, room=room, as_staff=True, reason=why)
    return room
