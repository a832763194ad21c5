"""A file, if this person may have it. Asked again for every download."""

from collections.abc import Collection
from typing import Any

from django.db.models import Q

from chat.models import Attachment, Membership


def attachment(person: Any, key: str) -> Attachment | None:
    """For who is in its room, while its message is not deleted; what waits for its message, for whoever
    brought it. None for everybody else, as if there were none."""
    posted = Q(message__isnull=False, message__deleted_at=None)
    waiting = Q(message=None, author_id=person)
    rooms = Membership.objects.present().of(person).values("room")
    return Attachment.objects.filter(posted | waiting, key=key, room__in=rooms).first()


def kept(keys: Collection[str]) -> set[str]:
    """Those of these that have a row."""
    return set(Attachment.objects.filter(key__in=keys).values_list("key", flat=True))
