"""Changes one row of a room: gives it the next seq, writes it, and publishes it as it is now."""

from django.utils import timezone

from chat import broadcast, names, queries
from chat.broadcast import Change
from chat.models import Membership, Message, Room

_SHARED = ["seq", "role", "muted_until", "joined_at", "removed_at", "cannot_rejoin"]


def publish_message(room: Room, message: Message, *fields: str) -> None:
    """`room` is locked; the message is new, or `fields` of it have changed."""
    message.seq = _next_seq(room)
    message.save(update_fields=None if message.pk is None else ["seq", *fields])
    broadcast.publish_on_commit([Change(room.pk, message.seq, queries.message_event(room, message))])


def publish_membership(room: Room, membership: Membership) -> None:
    membership.seq = _next_seq(room)
    # Read position and level are written without the room's lock, so this must not write them back.
    membership.save(update_fields=None if membership.pk is None else _SHARED)
    removed = membership.user_id if membership.removed_at is not None else None
    event = queries.membership_event(room, membership)
    broadcast.publish_on_commit([Change(room.pk, membership.seq, event, removed)])


def publish_info(room: Room) -> None:
    room.info_seq = _next_seq(room)
    was_public = room.public_since
    room.public_since = (was_public or timezone.now()) if room.is_joinable else None
    for field, value in names.of_room(room.name, room.topic).items():
        setattr(room, field, value)
    room.save()
    broadcast.publish_on_commit([Change(room.pk, room.info_seq, queries.info_event(room))])
    if was_public or room.is_joinable:
        broadcast.recheck_public_rooms()


def _next_seq(room: Room) -> int:
    room.seq += 1
    room.save(update_fields=["seq"])
    return room.seq
