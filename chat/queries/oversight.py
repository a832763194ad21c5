"""What people are shown of the staff's doings: when a private room of theirs was read, when their password
was set."""

import datetime
from typing import Any, NamedTuple

from django.utils import timezone

from chat.models import ModerationEvent

from .room import people

# For so long a profile page tells it.
PASSWORD_DAYS = 30


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


def password_set_at(person: Any) -> datetime.datetime | None:
    """When an administrator last set this person's password, if that is not long ago."""
    since = timezone.now() - datetime.timedelta(days=PASSWORD_DAYS)
    events = ModerationEvent.objects.filter(kind=ModerationEvent.Kind.PASSWORD, person=person, at__gt=since)
    return events.order_by("-pk").values_list("at", flat=True).first()
