"""Removes a guest who wrote nothing and has not been here for a month, in two steps a month apart.

First they leave their rooms, which everybody in them can catch up on, and are switched off. When that is old
enough, their account and its ended memberships are deleted, unless something else refers to them. One person
at a time, because the writer is everybody's.
"""

from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import ProtectedError

from chat import queries
from chat.models import Membership

from .guards import lock_room
from .rooms import end_membership


@transaction.atomic
def retire_guest(person: Any) -> None:
    """Out of all rooms and switched off, unless they have come back meanwhile."""
    if not queries.long_gone(retired=False).filter(pk=person).exists():
        return
    places = Membership.objects.present().filter(user=person).order_by("room_id")
    for room in [lock_room(key) for key in places.values_list("room__key", flat=True)]:
        for place in room.memberships.filter(user=person, removed_at=None):
            end_membership(room, place)
    get_user_model()._default_manager.filter(pk=person).update(is_active=False)


@transaction.atomic
def delete_guest(person: Any) -> None:
    """Somebody who was retired."""
    if not queries.long_gone(retired=True).filter(pk=person).exists():
        return
    try:
        with transaction.atomic():
            Membership.objects.filter(user=person).delete()
            get_user_model()._default_manager.filter(pk=person).delete()
    except ProtectedError:
        pass  # a host project refers to them: they stay, switched off
