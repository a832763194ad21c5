"""Earlier versions of a message, for moderators of its room."""

from chat import limits, protocol
from chat.ids import PersonId
from chat.models import Membership, Message, Revision
from chat.protocol import Code


def revisions(person: PersonId, ask: protocol.ReadRevisions) -> bytes | Code:
    """Without the current text, oldest first, as an encoded event; or why not."""
    message = Message.objects.filter(pk=ask.message, deleted_at=None)
    membership = Membership.objects.present().of(person).filter(room__in=message.values("room")).first()
    if membership is None:
        return Code.NO_SUCH_MESSAGE
    if not membership.moderates:
        return Code.NOT_ALLOWED
    rows, more = _latest(ask.message)
    return protocol.encode(
        protocol.Revisions(message=ask.message, revisions=rows[::-1], more=more, ref=ask.ref)
    )


def _latest(message: int) -> tuple[list[protocol.RevisionRow], bool]:
    """Newest first, as many as PAGE_BYTES hold, and whether there are more."""
    found: list[protocol.RevisionRow] = []
    total = 0
    for body, written_at in (
        Revision.objects.filter(message=message).order_by("-pk").values_list("body", "written_at")
    ):
        total += len(body.encode())
        if found and total > limits.PAGE_BYTES:
            return found, True
        found.append(protocol.RevisionRow(body=body, written_at=written_at))
    return found, False
