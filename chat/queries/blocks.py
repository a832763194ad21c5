"""The people that a person has blocked, which only that person ever sees."""

from collections.abc import Iterable

from django.db.models import Q

from chat.ids import PersonId
from chat.models import Block, Membership, Room


def blocked_by(person: PersonId) -> list[PersonId]:
    return blocked_by_each([person])[person]


def blocked_by_each(people: Iterable[PersonId]) -> dict[PersonId, list[PersonId]]:
    """By person, in one statement."""
    found: dict[PersonId, list[PersonId]] = {person: [] for person in people}
    blocks = Block.objects.filter(person__in=list(found)).order_by("pk")
    for person, blocked in blocks.values_list("person", "blocked"):
        found[person].append(blocked)
    return found


def has_met(person: PersonId, other: PersonId) -> bool:
    """Whether `other` was ever in a room this person is in now, or in a direct room of theirs."""
    own = Membership.objects.of(person).filter(Q(removed_at=None) | Q(room__kind=Room.Kind.DIRECT))
    return Membership.objects.filter(room__in=own.values("room"), user_id=other).exists()
