"""Whom a person has blocked. Only that person ever sees it."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from chat.models import Block, Membership, Room


def blocked_by(person: Any) -> list[Any]:
    return blocked_by_each([person])[person]


def blocked_by_each(people: Iterable[Any]) -> dict[Any, list[Any]]:
    """The same of each of these, in one statement."""
    found: dict[Any, list[Any]] = {person: [] for person in people}
    blocks = Block.objects.filter(person__in=list(found)).order_by("pk")
    for person, blocked in blocks.values_list("person", "blocked"):
        found[person].append(blocked)
    return found


def has_met(person: Any, other: Any) -> bool:
    """They were in the same room: one this person is in now, or a direct one, which can be left."""
    places = Membership.objects.of(person).filter(Q(removed_at=None) | Q(room__kind=Room.Kind.DIRECT))
    return Membership.objects.filter(room__in=places.values("room"), user_id=other).exists()
