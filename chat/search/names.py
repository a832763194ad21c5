"""Renews what is stored with names, after an upgrade or an import."""

from chat import folding, names
from chat.models import Profile, Room


def renew_names(most: int) -> int:
    """Renews so many at most. Returns how many. Only under the same name: somebody may be changing it."""
    rooms = list(Room.objects.exclude(search_version=folding.VERSION).order_by("pk")[:most])
    for room in rooms:
        same = Room.objects.filter(pk=room.pk, name=room.name, topic=room.topic)
        same.update(**names.of_room(room.name, room.topic))
    people = list(Profile.objects.exclude(search_version=folding.VERSION).order_by("pk")[: most - len(rooms)])
    for profile in people:
        Profile.objects.filter(pk=profile.pk, name=profile.name).update(**names.of_person(profile.name))
    return len(rooms) + len(people)
