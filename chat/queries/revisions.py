"""Earlier versions of a message, for moderators of its room."""

from typing import Any

from chat import limits, protocol
from chat.models import Membership, Message, Revision
from chat.protocol import Code


def revisions(person: Any, ask: protocol.ReadRevisions) -> bytes | Code:
    """All of it but the present text, oldest first, encoded; or why not. A deleted message says nothing any
    more."""
    there = Message.objects.filter(pk=ask.message, deleted_at=None)
    place = Membership.objects.present().of(person).filter(room__in=there.values("room")).first()
    if place is None:
        return Code.NO_SUCH_MESSAGE
    if not place.moderates:
        return Code.NOT_ALLOWED
    rows, more = _latest(ask.message)
    return protocol.encode(
        protocol.Revisions(message=ask.message, revisions=rows[::-1], more=more, ref=ask.ref)
    )


def _latest(message: int) -> tuple[list[protocol.RevisionRow], bool]:
    """As many as one page of bytes holds, newest first, and whether there are others."""
    found: list[protocol.RevisionRow] = []
    held = 0
    for body, written_at in (
        Revision.objects.filter(message=message).order_by("-pk").values_list("body", "written_at")
    ):
        held += len(body.encode())
        if found and held > limits.PAGE_BYTES:
            return found, True
        found.append(protocol.RevisionRow(body=body, written_at=written_at))
    return found, False
