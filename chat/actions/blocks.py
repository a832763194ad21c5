"""Blocking a person. It changes only what the blocker sees and hears: nothing the blocked person does is
refused, so they cannot tell."""

from typing import Any

from django.db import transaction

from chat import broadcast, limits, protocol, queries
from chat.models import Block
from chat.protocol import Code

from .guards import refuse_if_banned
from .refused import Refused


@transaction.atomic
def block_person(person: Any, other: Any) -> None:
    """Idempotent. Only somebody one has met: of anybody else nobody learns that they exist."""
    refuse_if_banned(person)
    mine = queries.blocked_by(person)
    if other not in mine:
        if other == person or not queries.has_met(person, other):
            raise Refused(Code.NOT_ALLOWED)
        if len(mine) >= limits.BLOCKS:
            raise Refused(Code.TOO_MANY)
        Block.objects.get_or_create(person_id=person, blocked_id=other)
    _tell(person)


@transaction.atomic
def unblock_person(person: Any, other: Any) -> None:
    """Idempotent."""
    refuse_if_banned(person)
    Block.objects.filter(person_id=person, blocked_id=other).delete()
    _tell(person)


def _tell(person: Any) -> None:
    """The whole list, to one's own connections alone."""
    broadcast.send_to_person(person, protocol.encode(protocol.Blocks(people=queries.blocked_by(person))))
