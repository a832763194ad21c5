"""Keeps what the directory searches in its current form, after an upgrade or an import."""

from chat.folding import VERSION, search_form
from chat.models import Room


def renew_rooms(most: int) -> int:
    """Renews so many rooms at most. Returns how many."""
    old = Room.objects.exclude(search_version=VERSION).only("name", "topic").order_by("pk")[:most]
    for room in old:
        # Somebody may be renaming it, with its own new form.
        same = Room.objects.filter(pk=room.pk, name=room.name, topic=room.topic)
        same.update(search_text=search_form(f"{room.name}\n{room.topic}"), search_version=VERSION)
    return len(old)
