"""Uploads and attachments: added to a room, discarded, posted with a message, deleted after their time.

Only rows are handled here: the caller stores bytes before the row exists, and removes them after it.
"""

import datetime
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from chat import files, limits, protocol
from chat.files import Stored
from chat.ids import PersonId, RoomId
from chat.models import Attachment, Message, Profile, Room
from chat.protocol import Code, Reason

from .guards import refuse_if_archived, refuse_if_muted, refuse_if_read_only, require_membership
from .refused import Refused
from .retention import restorable_since

UPLOAD_LIFETIME = datetime.timedelta(hours=limits.UPLOAD_HOURS)
BATCH = 200


def refuse_upload(person: PersonId, room: str, size: int, quota: int) -> Room:
    """Called before the bytes are read, and again with the row. A `quota` of 0 means no limit."""
    found = Room.objects.of(person).filter(key=room).first()
    if found is None:
        raise Refused(Code.NO_SUCH_ROOM)
    membership = require_membership(found, person)
    refuse_if_archived(found)
    refuse_if_read_only(found, membership)
    refuse_if_muted(membership)
    own = Attachment.objects.filter(author_id=person)
    if own.waiting().count() >= limits.UPLOADS_WAITING:
        raise Refused(Code.TOO_MANY)
    if quota and own.total_bytes() + size > quota:
        raise Refused(Code.NO_SPACE)
    return found


def refuse_without_space(size: int) -> None:
    """`size` includes what running uploads of this process may still write."""
    total = files.file_limits().total
    if total and Attachment.objects.total_bytes() + size > total:
        raise Refused(Code.NO_SPACE, Reason.STORAGE_FULL)
    if not files.has_space(size):
        raise Refused(Code.NO_SPACE, Reason.DISK_FULL)


@transaction.atomic
def add_upload(person: PersonId, room: str, stored: Stored, quota: int) -> protocol.AttachmentRow:
    # Locked: two uploads of one person at once would both fit into the quota.
    Profile.objects.select_for_update().filter(pk=person).first()
    found = refuse_upload(person, room, stored.stored_bytes, quota)
    return _row(Attachment.objects.create(room=found, author_id=person, **stored._asdict()))


@transaction.atomic
def discard_upload(person: PersonId, key: str) -> str:
    """Delete an upload that was not posted. Returns its key, whose bytes the caller removes."""
    found = Attachment.objects.select_for_update().waiting().filter(author_id=person, key=key).first()
    if found is None:
        raise Refused(Code.NO_SUCH_FILE)
    found.delete()
    return key


@transaction.atomic
def delete_old_attachments() -> list[str]:
    """Returns the keys of some, whose bytes the caller removes; call it until there are none."""
    # Locked, because a post may just have claimed one of these.
    locked = Attachment.objects.select_for_update(of=("self",))
    old = locked.expired(timezone.now() - UPLOAD_LIFETIME, restorable_since())[:BATCH]
    keys = {attachment.pk: attachment.key for attachment in old}
    Message.objects.filter(files__in=keys).update(attachments=None)
    Attachment.objects.filter(pk__in=keys).delete()
    return list(keys.values())


class Uploads:
    """The uploads that the posts of a batch name. Each goes with the first message that names it."""

    def __init__(self, keys: set[str]) -> None:
        # Locked, so that none of these is deleted before the commit.
        rows = Attachment.objects.select_for_update().waiting().filter(key__in=keys) if keys else ()
        self._free = {row.key: row for row in rows}
        self._claimed: dict[str, Attachment] = {}

    def claim(self, author: PersonId, room: RoomId, keys: list[str]) -> bool:
        """All or none. Each must be the author's, in this room, in no message yet, and named once."""
        rows = [self._free[key] for key in keys if key in self._free]
        if not len(rows) == len(set(keys)) == len(keys):
            return False
        if any(row.author_id != author or row.room_id != room for row in rows):
            return False
        self._claimed |= {key: self._free.pop(key) for key in keys}
        return True

    def rows(self, keys: list[str]) -> list[protocol.AttachmentRow]:
        return [_row(self._claimed[key]) for key in keys]

    def attach(self, messages: Iterable[tuple[int, list[str]]]) -> None:
        if self._claimed:
            for message, keys in messages:
                for key in keys:
                    self._claimed[key].message_id = message
            Attachment.objects.bulk_update(self._claimed.values(), ["message"])


def _row(file: Attachment) -> protocol.AttachmentRow:
    return protocol.AttachmentRow(
        id=file.key, name=file.name, kind=file.kind, type=file.type, size=file.size, width=file.width,
        height=file.height, has_thumbnail=file.has_thumbnail,
    )  # fmt: skip
