"""When the staff has last opened a private room to read it, for the people of that room."""

import datetime
from typing import NamedTuple

from chat.models import ModerationEvent

from .room import people


class Reading(NamedTuple):
    at: datetime.datetime
    by: str


def last_reading(room: int) -> Reading | None:
    """None where nobody ever did."""
    read = ModerationEvent.objects.filter(kind=ModerationEvent.Kind.READ, room=room)
    event = read.order_by("-pk").first()
    if event is None:
        return None
    by = people([event.actor_id])[str(event.actor_id)].name if event.actor_id else ""
    return Reading(event.at, by)
