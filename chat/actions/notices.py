"""Notices: rows of a room's timeline that say who changed what about it.

A notice is shown in the reader's language, so it holds no sentence: `what` has changed, `from` what, `to`
what, and names as they were then. It is written last in its action, in the same transaction.
"""

import datetime
import json
from typing import Any

from django.utils import timezone

from chat import queries
from chat.models import Membership, Message, Room, new_key

from .changes import publish_message

Aspects = dict[str, str | bool]


def aspects(room: Room) -> Aspects:
    """What of a room is told when it changes."""
    return {
        "name": room.name, "topic": room.topic, "kind": room.kind, "posting": room.posting,
        "archived": room.archived_at is not None,
    }  # fmt: skip


def tell_changes(room: Room, actor: Any, before: Aspects) -> None:
    """`room` is locked and has changed since `before`. A notice for each change."""
    for what, now in aspects(room).items():
        if now != before[what]:
            _tell(room, actor, {"what": what, "from": before[what], "to": now})


def tell_role(room: Room, actor: Any, place: Membership, before: str) -> None:
    """`room` is locked; somebody has another role in it."""
    name = queries.people([place.user_id])[str(place.user_id)].name
    who = {"person": place.user_id, "name": name}
    _tell(room, actor, {"what": "role", **who, "from": before, "to": place.role})


def tell_opening(room: Room, actor: Any, before: datetime.datetime | None) -> None:
    """`room` is locked; it is going to be opened at another time than `before`, or not at all (None)."""
    was, now = ("" if at is None else at.isoformat() for at in (before, room.opening_at))
    _tell(room, actor, {"what": "opening", "from": was, "to": now})


def _tell(room: Room, actor: Any, told: dict[str, Any]) -> None:
    """What nobody in particular has done (a command, a test) is no notice: a message has an author."""
    if actor is None:
        return
    # Of the site's staff the room may never have heard.
    told["by"] = queries.people([actor])[str(actor)].name
    notice = Message(
        room=room, kind=Message.Kind.NOTICE, author_id=actor, nonce=f"notice-{new_key()}",
        body=json.dumps(told, ensure_ascii=False), created_at=timezone.now(),
    )  # fmt: skip
    publish_message(room, notice)
