"""Renews what is stored with names, after an upgrade or an import."""

from typing import TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet

from chat import folding, names
from chat.models import Profile, Room

M = TypeVar("M", bound=Model)


@transaction.atomic
def renew_names(most: int) -> int:
    """Renews so many at most. Returns how many; 0 when none are left, or those are in use. Needs a
    transaction of its own: it waits for nobody while it holds rows, but a new message or index state, whose
    foreign key is checked at the commit, waits for its room."""
    rooms = _outdated(Room.objects.all(), most)
    for room in rooms:
        Room.objects.filter(pk=room.pk).update(**names.of_room(room.name, room.topic))
    people = _outdated(Profile.objects.all(), most - len(rooms))
    for profile in people:
        Profile.objects.filter(pk=profile.pk).update(**names.of_person(profile.name))
    return len(rooms) + len(people)


def _outdated(rows: QuerySet[M], most: int) -> list[M]:
    """Locks them, so that nobody renames them meanwhile. Those in use are left for the next time: waiting for
    somebody who shares a row and then changes it is a deadlock."""
    free = rows.select_for_update(skip_locked=True, no_key=True, of=("self",))
    return list(free.exclude(search_version=folding.VERSION).order_by("pk")[:most])
