"""Staff may read a private room for an hour after giving a reason, which its members can see."""

from django.db import transaction

from chat import limits
from chat.conf import chat_settings
from chat.ids import PersonId
from chat.models import Room
from chat.protocol import Code

from .guards import checked_name, lock_room
from .moderation_log import Kind, record
from .refused import Refused


@transaction.atomic
def open_to_staff(person: PersonId, key: str, reason: str) -> Room:
    if chat_settings.CHAT_STAFF_READS == "never":
        raise Refused(Code.NOT_ALLOWED)
    room = lock_room(key)
    reason = checked_name(reason, limits.REASON_CHARACTERS)
    record(Kind.READ, person, room=room, as_staff=True, reason=reason)
    return room
