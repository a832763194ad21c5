"""Changes one row of a room: gives it the next seq, writes it, and publishes it as it is now.

Every action on a single row ends here, so that no change can be without a seq.
"""

from django.utils import timezone

from chat import broadcast, queries, text
from chat.broadcast import Change
from chat.models import Membership, Message, Room

_SHARED = ["seq", "role", "muted_until", "joined_at", "removed_at", "cannot_rejoin"]


def publish_message(room: Room, message: Message, *fields: str) -> None:
    """`room` is locked; the message is new, or `fields` of it have changed."""
    message.seq = _next_seq(room)
    message.save(update_fields=None if message.pk is None else ["seq", *fields])
    broadcast.publish_on_commit([Change(room.pk, message.seq, queries.message_event(room, message))])


def publish_member(room: Room, member: Membership) -> None:
    """`room` is locked; the membership is new or has changed."""
    member.seq = _next_seq(room)
    # What is personal (read position, level) is written without the room's lock: never write it back from
    # here.
    member.save(update_fields=None if member.pk is None else _SHARED)
    removed = member.user_id if member.removed_at is not None else None
    broadcast.publish_on_commit(
        [Change(room.pk, member.seq, queries.membership_event(room, member), removed)]
    )


def publish_info(room: Room) -> None:
    """`room` is locked; its name, topic, kind, who writes or whether it is archived has changed."""
    room.info_seq = _next_seq(room)
    was_open, room.public_since = (
        room.public_since,
        (room.public_since or timezone.now()) if room.open else None,
    )
    room.search_text = text.search_form(f"{room.name}\n{room.topic}")
    room.save()
    broadcast.publish_on_commit([Change(room.pk, room.info_seq, queries.info_event(room))])
    if was_open or room.open:
        broadcast.recheck_public_rooms()


def _next_seq(room: Room) -> int:
    room.seq += 1
    room.save(update_fields=["seq"])
    return room.seq
