"""Direct rooms: what a few people say to each other, and to nobody else.

Whose a room is never changes, only in whose list it stands: with its first message it comes into the lists of
all of them, whoever leaves takes it out of theirs, and what is written next brings it back. Where they have
blocked who wrote it, it stays away until they open it themselves.
"""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from chat import limits, queries
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
    return room


def _refuse_strangers(person: Any, others: set[Any]) -> None:
    known = queries.acquaintances(person).filter(pk__in=others)
    if known.count() < len(others):
        raise Refused(Code.NOT_ALLOWED)


def absent(rooms: dict[int, str]) -> dict[int, set[Any]]:
    """Of these rooms, primary key to people key, whose list each is not in. They are locked."""
    missing = {room: set(people_of(key)) for room, key in rooms.items()}
    if missing:
        present = Membership.objects.present().filter(room__in=missing)
        for room, person in present.values_list("room", "user"):
            missing[room].discard(person)
    return missing


def kept_away(people: set[Any]) -> set[tuple[Any, Any]]:
    """Of these absent people, who is not brought back by whom: pairs of the blocker and the blocked."""
    return {(one, other) for one, others in queries.blocked_by_each(people).items() for other in others}


def gather(room: int, people: set[Any]) -> int:
    """`room` is locked, `people` are those absent from it: it comes into their lists. Its seq after that."""
    gathered = Room.objects.get(pk=room)
    for person in sorted(people):
        enter(gathered, person)
    return gathered.seq
