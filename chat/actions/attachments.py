"""Uploads and attachments: added to a room, discarded, posted with a message, removed after their time.

Only rows are handled here. The caller stores the bytes before the row exists, and removes them after it has
gone.
"""

import datetime
from collections.abc import Iterable
from typing import Any

import msgspec
from django.db import transaction
from django.utils import timezone

from chat import files, limits, protocol
from chat.files import Stored
from chat.models import Attachment, Message, Profile, Room
from chat.protocol import Code

from .forgetting import kept_since
from .guards import place_in, refuse_if_archived, refuse_if_muted, refuse_if_read_only
from .refused import Refused

WAITING = datetime.timedelta(hours=limits.UPLOAD_HOURS)
SWEPT_AT_ONCE = 200


def refuse_upload(person: Any, room: str, size: int, quota: int) -> Room:
    """May this person bring so many bytes into this room now, where all of theirs may be `quota` (0: as many
    as they like)? Raises Refused where not. To be asked before the bytes are looked at, and again with the
    row."""
    found = Room.objects.of(person).filter(key=room).first()
    if found is None:
        raise Refused(Code.NO_SUCH_ROOM)
    place = place_in(found, person)
    refuse_if_archived(found)
    refuse_if_read_only(found, place)
    refuse_if_muted(place)
    mine = Attachment.objects.filter(author_id=person)
    if mine.waiting().count() >= limits.UPLOADS_WAITING:
        raise Refused(Code.TOO_MANY)
    if quota and mine.total_bytes() + size > quota:
        raise Refused(Code.NO_SPACE)
    return found


def refuse_without_space(size: int) -> None:
    """Raise Refused where so many bytes are too many for all files together or for the disk. Asked before
    they are taken; `size` includes what the running uploads of this process may still bring."""
    total = files.file_limits().total
    if total and Attachment.objects.total_bytes() + size > total:
        raise Refused(Code.NO_SPACE, "site full")
    if not files.has_space(size):
        raise Refused(Code.NO_SPACE, "disk full")


@transaction.atomic
def add_upload(person: Any, room: str, stored: Stored, quota: int) -> protocol.AttachmentRow:
    """It waits for its message now. One upload of a person after the other: two at once would both find room
    in the quota."""
    Profile.objects.select_for_update().filter(pk=person).first()
    found = refuse_upload(person, room, stored.stored_bytes, quota)
    return _row(Attachment.objects.create(room=found, author_id=person, **stored._asdict()))


@transaction.atomic
def drop_upload(person: Any, key: str) -> str:
    """Taken back before it was posted. Returns its key, whose bytes may go."""
    found = Attachment.objects.select_for_update().waiting().filter(author_id=person, key=key).first()
    if found is None:
        raise Refused(Code.NO_SUCH_FILE)
    found.delete()
    return key


@transaction.atomic
def forget_attachments() -> list[str]:
    """Uploads that never were posted, and the files of messages nobody can restore any more. Returns some of
    them, whose bytes may go; again until there are none."""
    # Locked: a post that has just found one of these keeps it.
    held = Attachment.objects.select_for_update(of=("self",))
    gone = held.done_with(timezone.now() - WAITING, kept_since())[:SWEPT_AT_ONCE]
    keys = {attachment.pk: attachment.key for attachment in gone}
    Message.objects.filter(files__in=keys).update(attachments=None)
    Attachment.objects.filter(pk__in=keys).delete()
    return list(keys.values())


class Uploads:
    """The uploads that the posts of a batch name. Each goes with one message: of two that name it the first
    has it. A batch that names none asks nothing."""

    def __init__(self, keys: set[str]) -> None:
        # Locked: what is swept at this moment is not here, and what is here is not swept.
        rows = Attachment.objects.select_for_update().waiting().filter(key__in=keys) if keys else ()
        self._free = {row.key: row for row in rows}
        self._taken: dict[str, Attachment] = {}

    def take(self, author: Any, room: int, keys: list[str]) -> bool:
        """All of them or none: each this author's, of this room, in no message yet and named once."""
        named = [self._free[key] for key in keys if key in self._free]
        fit = len(named) == len(set(keys)) == len(keys)
        if not fit or any(row.author_id != author or row.room_id != room for row in named):
            return False
        self._taken |= {key: self._free.pop(key) for key in keys}
        return True

    def rows(self, keys: list[str]) -> list[protocol.AttachmentRow]:
        return [_row(self._taken[key]) for key in keys]

    def stored(self, keys: list[str]) -> str | None:
        return msgspec.json.encode(self.rows(keys)).decode() if keys else None

    def post(self, messages: Iterable[tuple[int, list[str]]]) -> None:
        """They are these messages' now."""
        if self._taken:
            for message, keys in messages:
                for key in keys:
                    self._taken[key].message_id = message
            Attachment.objects.bulk_update(self._taken.values(), ["message"])


def _row(one: Attachment) -> protocol.AttachmentRow:
    return protocol.AttachmentRow(
        id=one.key, name=one.name, kind=one.kind, type=one.type, size=one.size, width=one.width,
        height=one.height, has_thumbnail=one.has_thumbnail,
    )  # fmt: skip
