"""Notices: rows of a room's timeline that say who changed what about it.

A notice is shown in the reader's language, so it holds no sentence: `what` has changed, `from` what, `to`
what, and names as they were then.
"""

import datetime
import json

from django.utils import timezone

from chat import queries
from chat.ids import PersonId
from chat.models import Membership, Message, Room, new_key

from .changes import publish_message

Aspects = dict[str, str | bool]


def aspects(room: Room) -> Aspects:
    return {
        "name": room.name, "topic": room.topic, "kind": room.kind, "posting": room.posting,
        "archived": room.archived_at is not None,
    }  # fmt: skip


def post_change_notices(room: Room, actor: PersonId | None, before: Aspects) -> None:
    for what, now in aspects(room).items():
        if now != before[what]:
            _post_notice(room, actor, {"what": what, "from": before[what], "to": now})


def post_role_notice(room: Room, actor: PersonId | None, membership: Membership, before: str) -> None:
    person = membership.user_id
    name = queries.name_of(person)
    _post_notice(
        room, actor, {"what": "role", "person": person, "name": name, "from": before, "to": membership.role}
    )


def post_opening_notice(room: Room, actor: PersonId | None, before: datetime.datetime | None) -> None:
    was, now = ("" if at is None else at.isoformat() for at in (before, room.opening_at))
    _post_notice(room, actor, {"what": "opening", "from": was, "to": now})


def post_joined_notice(room: Room, person: PersonId, way: str) -> None:
    """`way` is "link", or "directory" for a public room."""
    _post_notice(room, person, {"what": "joined", "from": "", "to": way}, Message.JOINED)


def _post_notice(
    room: Room, actor: PersonId | None, notice: dict[str, str | bool | PersonId], nonce: str = "notice-"
) -> None:
    # Without an actor (a command, a test) there is no notice: every message has an author.
    if actor is None:
        return
    # With the name: the room may never have heard of a member of the site's staff.
    body = json.dumps(notice | {"by": queries.name_of(actor)}, ensure_ascii=False)
    message = Message(
        room=room, kind=Message.Kind.NOTICE, author_id=actor, nonce=f"{nonce}{new_key()}", body=body,
        created_at=timezone.now(),
    )  # fmt: skip
    publish_message(room, message)
