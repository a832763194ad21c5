"""Read positions and notification levels.

They are personal, so they take no room lock and no seq. `read_generation` orders the positions of one person.
"""

from typing import Any

from django.db import transaction
from django.db.models import F

from chat import broadcast, protocol, queries
from chat.models import Membership, Message
from chat.protocol import Code

from .guards import refuse_if_banned
from .refused import Refused


@transaction.atomic
def mark_read(person: Any, key: str, message: int) -> Membership:
    """Read up to this message: only ever forwards, and not beyond the room's last. Told to one's own
    connections, also where nothing changes: whoever is unsure of the counts asks so."""
    place = _place(person, key)
    last = _last_message(place, pk__lte=message)
    Membership.objects.filter(pk=place.pk, read_up_to__lt=last).update(read_up_to=last)
    broadcast.send_to_person(person, queries.read_event(place))
    return place


@transaction.atomic
def unmark_read(person: Any, key: str, message: int) -> Membership:
    """Unread again from this message on: only ever backwards."""
    place = _place(person, key)
    before = _last_message(place, pk__lt=message)
    Membership.objects.filter(pk=place.pk, read_up_to__gt=before).update(
        read_up_to=before, read_generation=F("read_generation") + 1
    )
    broadcast.send_to_person(person, queries.read_event(place))
    return place


@transaction.atomic
def set_level(person: Any, key: str, level: str) -> Membership:
    """What one hears of this room. Told to one's own connections."""
    place = _place(person, key)
    Membership.objects.filter(pk=place.pk).update(level=level, held_back=False)
    broadcast.send_to_person(person, protocol.encode(protocol.Level(room=key, level=level)))
    return place


def _place(person: Any, key: str) -> Membership:
    place = Membership.objects.present().filter(room__key=key, user_id=person).first()
    if place is None:
        raise Refused(Code.NO_SUCH_ROOM)
    refuse_if_banned(person)
    return place


def _last_message(place: Membership, **which: int) -> int:
    found = Message.objects.filter(room=place.room_id, **which).order_by("-pk").values_list("pk", flat=True)
    return found.first() or 0
