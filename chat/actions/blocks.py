"""Blocking a person. Nothing the blocked person does is refused, so they cannot tell."""

from django.db import transaction

from chat import broadcast, limits, protocol, queries
from chat.ids import PersonId
from chat.models import Block
from chat.protocol import Code

from .guards import refuse_if_banned
from .refused import Refused


@transaction.atomic
def block_person(person: PersonId, other: PersonId) -> None:
    """Idempotent. Only people one has met can be blocked: otherwise this would reveal who exists."""
    refuse_if_banned(person)
    blocked = queries.blocked_by(person)
    if other not in blocked:
        if other == person or not queries.has_met(person, other):
            raise Refused(Code.NOT_ALLOWED)
        if len(blocked) >= limits.BLOCKS:
            raise Refused(Code.TOO_MANY)
        Block.objects.get_or_create(person_id=person, blocked_id=other)
    _send_blocks(person)


@transaction.atomic
def unblock_person(person: PersonId, other: PersonId) -> None:
    """Idempotent."""
    refuse_if_banned(person)
    Block.objects.filter(person_id=person, blocked_id=other).delete()
    _send_blocks(person)


def _send_blocks(person: PersonId) -> None:
    broadcast.send_to_person(person, protocol.encode(protocol.Blocks(people=queries.blocked_by(person))))
