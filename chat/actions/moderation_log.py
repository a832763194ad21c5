"""Records what moderators and staff do, in the transaction of the act itself."""

from typing import Any

from chat.models import Message, ModerationEvent, Room

Kind = ModerationEvent.Kind


def record(
    kind: str, actor: Any, *, room: Room | None = None, person: Any = None, as_staff: bool = False,
    **more: Any,
) -> None:  # fmt: skip
    """`more` are the message, a detail and the reason. The rows are few and kept for ever."""
    ModerationEvent.objects.create(
        kind=kind, actor_id=actor, room=room, person_id=person, as_staff=as_staff, **more
    )


def record_message(kind: str, actor: Any, message: Message, *, as_staff: bool) -> None:
    record(
        kind, actor, room=message.room, person=message.author_id, message=message, as_staff=as_staff
    )  # fmt: skip
