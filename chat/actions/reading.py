"""Read positions, notification levels and favourites. Personal: they take no room lock and no seq."""

from django.db import transaction
from django.db.models import F

from chat import broadcast, protocol, queries
from chat.ids import PersonId
from chat.models import Membership, Message
from chat.protocol import Code

from .guards import refuse_if_banned
from .refused import Refused


@transaction.atomic
def mark_read(person: PersonId, key: str, message: int) -> Membership:
    # Sent even if nothing changes: a client that is unsure of its counts asks this way.
    membership = _membership(person, key)
    last = _last_message(membership, pk__lte=message)
    Membership.objects.filter(pk=membership.pk, read_up_to__lt=last).update(read_up_to=last)
    broadcast.send_to_person(person, queries.read_event(membership))
    return membership


@transaction.atomic
def unmark_read(person: PersonId, key: str, message: int) -> Membership:
    membership = _membership(person, key)
    before = _last_message(membership, pk__lt=message)
    Membership.objects.filter(pk=membership.pk, read_up_to__gt=before).update(
        read_up_to=before, read_generation=F("read_generation") + 1
    )
    broadcast.send_to_person(person, queries.read_event(membership))
    return membership


@transaction.atomic
def set_level(person: PersonId, key: str, level: str) -> Membership:
    membership = _membership(person, key)
    Membership.objects.filter(pk=membership.pk).update(level=level, hidden_by_block=False)
    broadcast.send_to_person(person, protocol.encode(protocol.Level(room=key, level=level)))
    return membership


@transaction.atomic
def set_favourite(person: PersonId, key: str, favourite: bool) -> Membership:
    membership = _membership(person, key)
    Membership.objects.filter(pk=membership.pk).update(favourite=favourite)
    broadcast.send_to_person(person, protocol.encode(protocol.Favourite(room=key, favourite=favourite)))
    return membership


def _membership(person: PersonId, key: str) -> Membership:
    membership = Membership.objects.present().filter(room__key=key, user_id=person).first()
    if membership is None:
        raise Refused(Code.NO_SUCH_ROOM)
    refuse_if_banned(person)
    return membership


def _last_message(membership: Membership, **which: int) -> int:
    messages = Message.objects.filter(room=membership.room_id, **which).order_by("-pk")
    return messages.values_list("pk", flat=True).first() or 0
