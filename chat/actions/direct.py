"""Direct rooms: what a few people say to each other, and to nobody else.

Whose a room is never changes, only in whose list it stands: with its first message it comes into the lists of
all of them, whoever leaves takes it out of theirs, and what is written next brings it back. Where they have
blocked who wrote it, it stays away until they open it themselves.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db import transaction

from chat import broadcast, limits, protocol, queries
from chat.models import Membership, Room, people_key, people_of
from chat.protocol import Code

from .changes import publish_info
from .guards import lock_room
from .refused import Refused
from .rooms import enter


@transaction.atomic
def talk_to(person: Any, others: Iterable[Any]) -> Room:
    """The room of exactly these people and oneself: the one there is, or a new one. Of two who ask at once
    the database lets one make it.

    A new one only with people one shares a room with: of anybody else nobody learns that they exist.
    """
    people = {person, *others}
    if not 2 <= len(people) <= limits.DIRECT_PEOPLE:
        raise Refused(Code.TOO_MANY)
    key = people_key(people)
    if not Room.objects.filter(people_key=key).exists():
        _refuse_strangers(person, people - {person})
    found, made = Room.objects.get_or_create(people_key=key, defaults={"kind": Room.Kind.DIRECT})
    room = lock_room(found.key)
    if made:
        publish_info(room)
    enter(room, person)
    show(room.pk, {person})
    return room


def _refuse_strangers(person: Any, others: set[Any]) -> None:
    known = queries.acquaintances(person).filter(pk__in=others)
    if known.count() < len(others):
        raise Refused(Code.NOT_ALLOWED)


class Missing(NamedTuple):
    """In whose list a direct room is not: those who are not in it, and those from whom it is held back."""

    absent: set[Any]
    held_back: set[Any]


def missing_from(rooms: dict[int, str]) -> dict[int, Missing]:
    """Of each of these rooms, primary key to people key. They are locked."""
    missing = {room: Missing(set(people_of(key)), set()) for room, key in rooms.items()}
    if missing:
        present = Membership.objects.present().filter(room__in=missing)
        for room, person, held_back in present.values_list("room", "user", "held_back"):
            missing[room].absent.discard(person)
            if held_back:
                missing[room].held_back.add(person)
    return missing


def kept_away(people: set[Any]) -> set[tuple[Any, Any]]:
    """Who of these people has blocked whom: pairs of the blocker and the blocked."""
    return {(one, other) for one, others in queries.blocked_by_each(people).items() for other in others}


def gather(room: int, people: set[Any], held_back: set[Any]) -> int:
    """`room` is locked, `people` are those absent from it, who come in; from some of them it is held back,
    which nobody else can see. Its seq after that."""
    gathered = Room.objects.get(pk=room)
    for person in sorted(people):
        enter(gathered, person)
    places = gathered.memberships.filter(user__in=people)
    places.update(held_back=False)
    places.filter(user__in=held_back).update(held_back=True)
    return gathered.seq


def show(room: int, people: set[Any]) -> None:
    """It is held back from them no longer. Told to their own connections alone."""
    for place in Membership.objects.filter(room=room, user__in=people, held_back=True).select_related("room"):
        Membership.objects.filter(pk=place.pk).update(held_back=False)
        level = protocol.Level(room=place.room.key, level=place.level)
        broadcast.send_to_person(place.user_id, protocol.encode(level))
