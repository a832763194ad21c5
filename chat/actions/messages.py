"""Edits, deletes and restores messages, and adds or removes reactions."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from chat import limits
from chat.emoji import is_emoji
from chat.models import Membership, Message, Revision, Room
from chat.protocol import Code

from .changes import publish_message
from .forgetting import kept_since
from .guards import lock_room, place_in, refuse_if_archived, refuse_if_muted, refuse_if_read_only
from .mentions import mentions_in
from .moderation_log import Kind, record_message
from .refused import Refused


@transaction.atomic
def edit_message(person: Any, message: int, body: str, html: str | None) -> Message:
    """The author gives it another body, cleaned and rendered beforehand: nobody waits for a parser. What it
    said before is kept for those who moderate."""
    room, row, place = locked(person, message)
    if row.author_id != person:
        raise Refused(Code.NOT_ALLOWED)
    refuse_if_read_only(room, place)
    refuse_if_muted(place)
    if row.body != body:
        _keep(row)
        row.body, row.html, row.edited_at = body, html, timezone.now()
        row.mentions = mentions_in([(row.pk, room.pk, body)]).get(row.pk)
        publish_message(room, row, "body", "html", "mentions", "edited_at")
    return row


@transaction.atomic
def delete_message(person: Any, message: int, *, as_staff: bool = False) -> Message:
    """The author, a moderator of the room or the site's staff empties it for everybody. Again is nothing."""
    room, row = _of_staff(message) if as_staff else _locked_for_removal(person, message)
    if row.deleted_at is None:
        row.deleted_at, row.pinned_at = timezone.now(), None
        publish_message(room, row, "deleted_at", "pinned_at")
        if as_staff or row.author_id != person:
            record_message(Kind.DELETE, person, row, as_staff=as_staff)
    return row


@transaction.atomic
def restore_message(message: int, *, by: Any = None) -> Message:
    """Undo a deletion, while the text is still kept: the site's staff only, who are checked where they
    ask."""
    room, row = _of_staff(message)
    if row.deleted_at is not None:
        if row.deleted_at < kept_since():
            raise Refused(Code.NO_SUCH_MESSAGE, "forgotten")
        row.deleted_at = None
        publish_message(room, row, "deleted_at")
        record_message(Kind.RESTORE, by, row, as_staff=True)
    return row


@transaction.atomic
def add_reaction(person: Any, message: int, emoji: str) -> Message:
    room, row, place = locked(person, message)
    refuse_if_muted(place)
    if not is_emoji(emoji):
        raise Refused(Code.BAD_EMOJI)
    people = row.reactions.get(emoji, [])
    if person in people:
        return row
    if not people and len(row.reactions) >= limits.REACTION_KINDS:
        raise Refused(Code.TOO_MANY)
    row.reactions[emoji] = [*people, person]
    if not place.reacted:
        Membership.objects.filter(pk=place.pk).update(reacted=True)
    publish_message(room, row, "reactions")
    return row


@transaction.atomic
def remove_reaction(person: Any, message: int, emoji: str) -> Message:
    room, row, _ = locked(person, message)
    people = row.reactions.get(emoji, [])
    if person not in people:
        return row
    row.reactions[emoji] = [other for other in people if other != person]
    row.reactions = {kind: who for kind, who in row.reactions.items() if who}
    publish_message(room, row, "reactions")
    return row


def _keep(row: Message) -> None:
    if row.revisions.count() >= limits.REVISIONS:
        raise Refused(Code.TOO_MANY)
    Revision.objects.create(message=row, body=row.body, written_at=row.edited_at or row.created_at)


def locked(person: Any, message: int) -> tuple[Room, Message, Membership]:
    """The room, locked, the message as it then is, and the person's place; a deleted one does not exist."""
    room, row, place = _seen(person, message)
    refuse_if_archived(room)
    if row.deleted_at is not None:
        raise Refused(Code.NO_SUCH_MESSAGE)
    if row.kind != Message.Kind.TEXT:  # what the room says of itself is nobody's to change
        raise Refused(Code.NOT_ALLOWED)
    return room, row, place


def _locked_for_removal(person: Any, message: int) -> tuple[Room, Message]:
    room, row, place = _seen(person, message)
    if row.author_id != person and not place.moderates:
        raise Refused(Code.NOT_ALLOWED)
    return room, row


def _seen(person: Any, message: int) -> tuple[Room, Message, Membership]:
    """A message of a room one is not in does not exist: the same statement finds neither, and locks nothing.
    Ids can be guessed, so nothing else may tell them apart, not even the time it takes."""
    mine = Membership.objects.present().of(person).values("room")
    room, row = _of_staff(message, Message.objects.filter(room__in=mine))
    try:
        return room, row, place_in(room, person)
    except Refused as refused:  # removed while this waited for the lock
        raise Refused(Code.NO_SUCH_MESSAGE) if refused.code == Code.NO_SUCH_ROOM else refused from None


def _of_staff(message: int, among: Any = None) -> tuple[Room, Message]:
    messages = Message.objects.all() if among is None else among
    key = messages.filter(pk=message).values_list("room__key", flat=True).first()
    if key is None:
        raise Refused(Code.NO_SUCH_MESSAGE)
    room, row = lock_room(key), Message.objects.get(pk=message)
    row.room = room  # whoever answers does so on the loop, where nothing can be read
    return room, row
