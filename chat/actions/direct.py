"""Direct rooms: conversations of a fixed set of people.

A direct room appears in everybody's list with its first message, disappears from the list of a person who
leaves, and comes back with the next message, unless they have blocked its author.
"""

from collections.abc import Iterable
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from chat import broadcast, limits, protocol, queries
from chat.ids import PersonId, RoomId
from chat.models import Membership, Room, people_key, people_of
from chat.protocol import Code

from .changes import publish_info
from .guards import lock_room
from .refused import Refused
from .rooms import add_member

# Pairs of the person who blocks and the one who is blocked.
Blocks = set[tuple[PersonId, PersonId]]


@transaction.atomic
def open_direct_room(person: PersonId, others: Iterable[PersonId]) -> Room:
    """The room of exactly these people. A new one needs a shared room with everybody in it: otherwise
    this would reveal who exists.
    """
    people = {person, *others}
    if not 2 <= len(people) <= limits.DIRECT_PEOPLE:
        raise Refused(Code.TOO_MANY)
    key = people_key(people)
    if not Room.objects.filter(people_key=key).exists():
        _refuse_strangers(person, people - {person})
    found, created = Room.objects.get_or_create(people_key=key, defaults={"kind": Room.Kind.DIRECT})
    room = lock_room(found.key)
    if created:
        publish_info(room)
        _add_as_left(room, people - {person})
    add_member(room, person)
    _unhide(room.pk, {person})
    return room


def _add_as_left(room: Room, others: set[PersonId]) -> None:
    """Adds memberships that have ended, so that the room shows who is online before its first message."""
    now = timezone.now()
    Membership.objects.bulk_create(
        Membership(room=room, user_id=other, joined_at=now, removed_at=now) for other in sorted(others)
    )


def _refuse_strangers(person: PersonId, others: set[PersonId]) -> None:
    known = queries.acquaintances(person).filter(pk__in=others)
    if known.count() < len(others):
        raise Refused(Code.NOT_ALLOWED)


class Missing(NamedTuple):
    """The people who do not have a direct room in their list: they left it, or it is hidden from them."""

    absent: set[PersonId]
    hidden: set[PersonId]


def missing_from(rooms: dict[RoomId, str]) -> dict[RoomId, Missing]:
    missing = {room: Missing(set(people_of(key)), set()) for room, key in rooms.items()}
    if missing:
        present = Membership.objects.present().filter(room__in=missing)
        for room, person, hidden in present.values_list("room", "user", "hidden_by_block"):
            missing[room].absent.discard(person)
            if hidden:
                missing[room].hidden.add(person)
    return missing


def blocks_among(people: set[PersonId]) -> Blocks:
    return {(one, other) for one, others in queries.blocked_by_each(people).items() for other in others}


def bring_back(room: RoomId, missing: Missing, author: PersonId, blocks: Blocks) -> int:
    """Put the locked room back into the lists of the missing, except where they have blocked `author`.
    Updates `missing`. Returns how many seqs that took.
    """
    blocking = {person for person in missing.absent | missing.hidden if (person, author) in blocks}
    seqs = _add_absent(room, missing.absent, blocking) if missing.absent else 0
    if found := missing.hidden - blocking:
        _unhide(room, found)
    missing.hidden.difference_update(found)
    missing.hidden.update(missing.absent & blocking)
    missing.absent.clear()
    return seqs


def _add_absent(room: RoomId, people: set[PersonId], hidden: set[PersonId]) -> int:
    """Others cannot tell that it is hidden from somebody."""
    locked = Room.objects.get(pk=room)
    before = locked.seq
    for person in sorted(people):
        add_member(locked, person)
    members = locked.memberships.filter(user__in=people)
    members.update(hidden_by_block=False)
    members.filter(user__in=hidden).update(hidden_by_block=True)
    return locked.seq - before


def _unhide(room: RoomId, people: set[PersonId]) -> None:
    hidden = Membership.objects.filter(room=room, user__in=people, hidden_by_block=True)
    for member in hidden.select_related("room"):
        Membership.objects.filter(pk=member.pk).update(hidden_by_block=False)
        level = protocol.Level(room=member.room.key, level=member.level)
        broadcast.send_to_person(member.user_id, protocol.encode(level))
