"""Looks up files: one that a person may download, and those that have a row."""

from collections.abc import Collection

from django.db.models import Q

from chat.ids import PersonId
from chat.models import Attachment, Membership


def attachment(person: PersonId, key: str) -> Attachment | None:
    """For members of its room while its message is not deleted, before it is posted for its author."""
    posted = Q(message__isnull=False, message__deleted_at=None)
    waiting = Q(message=None, author_id=person)
    rooms = Membership.objects.present().of(person).values("room")
    return Attachment.objects.filter(posted | waiting, key=key, room__in=rooms).first()


def existing_attachments(keys: Collection[str]) -> set[str]:
    return set(Attachment.objects.filter(key__in=keys).values_list("key", flat=True))
