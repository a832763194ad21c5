"""Records what moderators and staff do, in the transaction of the act itself."""

from chat.ids import PersonId
from chat.models import Message, ModerationEvent, Room

Kind = ModerationEvent.Kind


def record(
    kind: Kind, actor: PersonId | None, *, room: Room | None = None, person: PersonId | None = None,
    message: Message | None = None, as_staff: bool = False, detail: str = "", reason: str = "",
) -> None:  # fmt: skip
    ModerationEvent.objects.create(
        kind=kind, actor_id=actor, room=room, person_id=person, message=message, as_staff=as_staff,
        detail=detail, reason=reason,
    )  # fmt: skip


def record_message(kind: Kind, actor: PersonId | None, message: Message, *, as_staff: bool) -> None:
    record(kind, actor, room=message.room, person=message.author_id, message=message, as_staff=as_staff)
