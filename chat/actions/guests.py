"""Removes guests who wrote nothing and have been away for a month, in two steps a month apart.

First they leave their rooms, so that other members can catch up on it. Then their account is deleted, unless
something else refers to it. One person per call, because the writer is shared.
"""

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import ProtectedError

from chat import queries
from chat.ids import PersonId
from chat.models import Membership, Message

from .guards import lock_room
from .rooms import end_membership


@transaction.atomic
def retire_guest(person: PersonId) -> None:
    """Remove them from all rooms and deactivate them, unless they have come back meanwhile."""
    if not queries.inactive_guests(retired=False).filter(pk=person).exists():
        return
    memberships = Membership.objects.present().filter(user=person).order_by("room_id")
    rooms = [lock_room(key) for key in memberships.values_list("room__key", flat=True)]
    # First: the membership events below tell others that the account is deactivated.
    get_user_model()._default_manager.filter(pk=person).update(is_active=False)
    for room in rooms:
        for membership in room.memberships.filter(user=person, removed_at=None):
            end_membership(room, membership)


@transaction.atomic
def delete_guest(person: PersonId) -> None:
    if not queries.inactive_guests(retired=True).filter(pk=person).exists():
        return
    try:
        with transaction.atomic():
            Membership.objects.filter(user=person).delete()
            Message.objects.filter(
                author=person, kind=Message.Kind.NOTICE, nonce__startswith=Message.JOINED
            ).delete()
            get_user_model()._default_manager.filter(pk=person).delete()
    except ProtectedError:
        pass  # the host project refers to them: they stay, deactivated
