"""Edits, deletes and restores messages, and adds or removes reactions."""

import msgspec
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from chat import limits, text
from chat.emoji import is_emoji
from chat.ids import PersonId
from chat.models import Membership, Message, Revision, Room
from chat.protocol import Code, Reason

from .changes import publish_message
from .guards import lock_room, refuse_if_archived, refuse_if_muted, refuse_if_read_only, require_membership
from .mentions import mentions_in
from .moderation_log import Kind, record_message
from .refused import Refused
from .retention import restorable_since


@transaction.atomic
def edit_message(person: PersonId, message: int, body: str, markup: text.Markup | None) -> Message:
    # Cleaned and rendered beforehand: the writer does not wait for a parser.
    room, row, membership = lock_message(person, message)
    if row.author_id != person:
        raise Refused(Code.NOT_ALLOWED)
    refuse_if_read_only(room, membership)
    refuse_if_muted(membership)
    if row.body != body:
        _store_revision(row)
        row.body, row.html, row.edited_at = body, markup and markup.html, timezone.now()
        texts = text.mentionable(body, markup)
        row.mentions = msgspec.to_builtins(mentions_in([(row.pk, room.pk, texts)]).get(row.pk))
        publish_message(room, row, "body", "html", "mentions", "edited_at")
    return row


@transaction.atomic
def delete_message(person: PersonId, message: int, *, as_staff: bool = False) -> Message:
    """Idempotent. For the author, moderators of the room and the site's staff."""
    room, row = _lock(message) if as_staff else _lock_to_delete(person, message)
    if row.deleted_at is None:
        row.deleted_at, row.pinned_at = timezone.now(), None
        row.deleted_by_moderator = row.author_id != person
        publish_message(room, row, "deleted_at", "deleted_by_moderator", "pinned_at")
        if as_staff or row.deleted_by_moderator:
            record_message(Kind.DELETE, person, row, as_staff=as_staff)
    return row


@transaction.atomic
def restore_message(message: int, *, by: PersonId | None = None) -> Message:
    """For the site's staff only; the caller checks that."""
    room, row = _lock(message)
    if row.deleted_at is not None:
        if row.deleted_at < restorable_since():
            raise Refused(Code.NO_SUCH_MESSAGE, Reason.TOO_LATE)
        row.deleted_at, row.deleted_by_moderator = None, False
        publish_message(room, row, "deleted_at", "deleted_by_moderator")
        record_message(Kind.RESTORE, by, row, as_staff=True)
    return row


@transaction.atomic
def add_reaction(person: PersonId, message: int, emoji: str) -> Message:
    room, row, membership = lock_message(person, message)
    refuse_if_muted(membership)
    if not is_emoji(emoji):
        raise Refused(Code.BAD_EMOJI)
    people = row.reactions.get(emoji, [])
    if person in people:
        return row
    if not people and len(row.reactions) >= limits.REACTION_KINDS:
        raise Refused(Code.TOO_MANY)
    row.reactions[emoji] = [*people, person]
    if not membership.reacted:
        Membership.objects.filter(pk=membership.pk).update(reacted=True)
    publish_message(room, row, "reactions")
    return row


@transaction.atomic
def remove_reaction(person: PersonId, message: int, emoji: str) -> Message:
    room, row, _ = lock_message(person, message)
    people = row.reactions.get(emoji, [])
    if person not in people:
        return row
    row.reactions[emoji] = [other for other in people if other != person]
    row.reactions = {emoji: people for emoji, people in row.reactions.items() if people}
    publish_message(room, row, "reactions")
    return row


def lock_message(person: PersonId, message: int) -> tuple[Room, Message, Membership]:
    """Lock its room and read it together with the person's membership. A deleted message does not exist."""
    room, row, membership = _lock_visible(person, message)
    refuse_if_archived(room)
    if row.deleted_at is not None:
        raise Refused(Code.NO_SUCH_MESSAGE)
    if row.kind != Message.Kind.TEXT:  # nobody can change a notice
        raise Refused(Code.NOT_ALLOWED)
    return room, row, membership


def _lock_to_delete(person: PersonId, message: int) -> tuple[Room, Message]:
    room, row, membership = _lock_visible(person, message)
    # What a notice says is true whoever made it, so that does not give them the right to delete it.
    is_own = row.author_id == person and row.kind == Message.Kind.TEXT
    if not (is_own or membership.moderates):
        raise Refused(Code.NOT_ALLOWED)
    return room, row


def _lock_visible(person: PersonId, message: int) -> tuple[Room, Message, Membership]:
    # Ids can be guessed: neither the answer nor its time may tell a message of another room from one that
    # does not exist.
    own_rooms = Membership.objects.present().of(person).values("room")
    room, row = _lock(message, Message.objects.filter(room__in=own_rooms))
    try:
        return room, row, require_membership(room, person)
    except Refused as refused:  # removed while this waited for the lock
        raise Refused(Code.NO_SUCH_MESSAGE) if refused.code == Code.NO_SUCH_ROOM else refused from None


def _lock(message: int, visible: QuerySet[Message] | None = None) -> tuple[Room, Message]:
    messages = Message.objects.all() if visible is None else visible
    key = messages.filter(pk=message).values_list("room__key", flat=True).first()
    if key is None:
        raise Refused(Code.NO_SUCH_MESSAGE)
    room, row = lock_room(key), Message.objects.get(pk=message)
    row.room = room  # the event loop, where nothing can be read, needs it for the answer
    return room, row


def _store_revision(row: Message) -> None:
    if row.revisions.count() >= limits.REVISIONS:
        raise Refused(Code.TOO_MANY)
    Revision.objects.create(message=row, body=row.body, written_at=row.edited_at or row.created_at)
