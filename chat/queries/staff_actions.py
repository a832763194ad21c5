"""Acts of staff that people are shown: who opened their private room, who set their password."""

import datetime
from typing import NamedTuple

from django.utils import timezone

from chat.ids import PersonId, RoomId
from chat.models import ModerationEvent

from .people import name_of

# For how long a profile page shows it.
PASSWORD_DAYS = 30


class Reading(NamedTuple):
    at: datetime.datetime
    by: str


def last_reading(room: RoomId) -> Reading | None:
    read = ModerationEvent.objects.filter(kind=ModerationEvent.Kind.READ, room=room)
    event = read.order_by("-pk").first()
    if event is None:
        return None
    return Reading(event.at, name_of(event.actor_id) if event.actor_id else "")


def password_set_at(person: PersonId) -> datetime.datetime | None:
    since = timezone.now() - datetime.timedelta(days=PASSWORD_DAYS)
    events = ModerationEvent.objects.filter(kind=ModerationEvent.Kind.PASSWORD, person=person, at__gt=since)
    return events.order_by("-pk").values_list("at", flat=True).first()
