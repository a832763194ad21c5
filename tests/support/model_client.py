"""A minimal client by the rules of docs/protocol.md, and random actions of people in its room.

However events are lost or reordered, the client must end up equal to a fresh snapshot.
"""

import contextlib
import datetime
import json
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from chat import actions, broadcast, queries
from chat.actions import Refused
from chat.models import Message, Room
from chat.protocol import JoinRoom, LeaveRoom, ReadHistory
from tests.support.commands import OF_MESSAGE, carry_out, filled, tag_of
from tests.support.published import run_commit_hooks
from tests.support.scene import make_person, post_message

Row = dict[str, Any]


class ModelClient:
    """Knows a room from its events. Asks again where something is missing."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.reload()

    def reload(self) -> None:
        self.show(json.loads(queries.snapshot(self.room.pk).frame))

    def show(self, event: Row) -> None:
        self.seq, self.info, self.more = event["seq"], event["info"], event["more"]
        self.messages = {row["id"]: row for row in event["messages"]}
        self.quoted = {row["id"]: row for row in event["quoted"]}
        self.pinned = {row["id"]: row for row in event["pinned"]}
        self.members = {row["person"]: row for row in event["members"]}
        self.people, self.strays = event["people"], dict[int, Row]()

    # -- what is told -----------------------------------------------------------------------------

    def receive(self, event: Row) -> None:
        """One event of the live stream."""
        if event["seq"] == self.seq + 1:
            self.seq = event["seq"]
            self.people |= event.get("people", {})
            self._message(event.get("message"))
            self._member(event.get("member"))
            self._info(event.get("info"))
        elif event["seq"] > self.seq:
            self.catch_up()

    def catch_up(self, between: Callable[[], Any] = lambda: None) -> None:
        """`room.sync` as long as there is more; `between` is called after each page."""
        more = True
        while more:
            look = queries.changes(self.room.pk, self.seq)
            event, more = json.loads(look.frame), look.more
            assert event["seq"] == look.seq
            if event["type"] == "room":
                self.show(event)
            else:
                self._changes(event)
            between()

    def _changes(self, event: Row) -> None:
        assert event["since"] == self.seq <= event["seq"]
        self.seq = event["seq"]
        self.people |= event["people"]
        self.quoted |= {row["id"]: row for row in event["quoted"]}
        for row in event["messages"]:
            self._message(row)
        for row in event["members"]:
            self._member(row)
        self._info(event["info"])

    def _message(self, row: Row | None) -> None:
        if row is None:
            return
        self.pinned.pop(row["id"], None)
        if row["pinned_at"]:
            self.pinned[row["id"]] = row
        if row["id"] in self.quoted:
            self.quoted[row["id"]] = _newer(row, self.quoted.get(row["id"]))
        if self.messages and self.more and row["id"] < min(self.messages):
            self.strays[row["id"]] = _newer(row, self.strays.get(row["id"]))
        else:
            self.messages[row["id"]] = _newer(row, self.messages.get(row["id"]))

    def _member(self, row: Row | None) -> None:
        if row is not None:
            self.members[row["person"]] = _newer(row, self.members.get(row["person"]))

    def _info(self, row: Row | None) -> None:
        if row is not None:
            self.info = _newer(row, self.info)

    # -- scrolling up: the page may arrive when other things have long been told -------------------

    def ask_history(self) -> Callable[[], None]:
        before = min(self.messages, default=2**52)
        page = json.loads(
            queries.history(self.room.pk, ReadHistory(room=self.room.key, before=before, limit=4))
        )
        return lambda: self._history(before, page)

    def _history(self, before: int, page: Row) -> None:
        if before != min(self.messages, default=2**52):
            return
        self.quoted |= {row["id"]: _newer(row, self.quoted.get(row["id"])) for row in page["quoted"]}
        for row in page["messages"]:
            self.messages[row["id"]] = _newer(self.strays.get(row["id"], row), row)
        self.more = page["more"]

    # -- what it shows ----------------------------------------------------------------------------

    def assert_true(self) -> None:
        """What is shown equals a fresh snapshot; nothing is missing in between, and no row is an old one."""
        fresh = json.loads(queries.snapshot(self.room.pk).frame)
        stored = {m.pk: json.loads(queries.message_event(self.room, m))["message"] for m in _all(self.room)}
        assert (self.seq, self.info) == (fresh["seq"], fresh["info"])
        present = {person: row for person, row in self.members.items() if row["removed_at"] is None}
        assert present == {row["person"]: row for row in fresh["members"]}
        assert len(present) == fresh["member_count"]
        assert all(self.people[str(person)] == fresh["people"][str(person)] for person in present)
        # By how many messages either begins depends on their bytes then: an edit may have made room for more.
        first = min(self.messages, default=0)
        shown = [row for row in fresh["messages"] if row["id"] >= first]
        assert [self.messages[row["id"]] for row in shown] == shown
        assert self.pinned == {row["id"]: row for row in fresh["pinned"]}
        assert self.messages == {pk: row for pk, row in stored.items() if pk >= first}
        assert self.more is any(pk < first for pk in stored)
        assert all(stored[pk] == row for pk, row in self.quoted.items())


def _newer(row: Row, known: Row | None) -> Row:
    return row if known is None or row["seq"] > known["seq"] else known


def _all(room: Room) -> list[Message]:
    return list(Message.objects.filter(room=room))


_COMMANDS = {tag_of(command): command for command in (*OF_MESSAGE, JoinRoom, LeaveRoom)}
_OTHERS = (
    "post", "answer", "edit", "restore", "remove", "mute", "role", "profile", "rename", "archive", "ban",
)  # fmt: skip
# What can be done. Saying something is what most people do.
VERBS = ("post", "post", "post", *_OTHERS, *_COMMANDS)


class Crowd:
    """Six people and a room. `do(verb, who, what)` takes any numbers; refused actions do nothing."""

    def __init__(self) -> None:
        self.hints: list[broadcast.Hint] = []
        self.people = [make_person(f"person {number}") for number in range(6)]
        self.room = actions.make_room(self.people[0], "Lamp")
        for person in self.people[1:4]:
            actions.join_room(person, self.room.key)
        actions.set_role(self.people[0], self.room.key, self.people[1], "moderator")
        self.room.refresh_from_db()

    def do(self, verb: str, who: int, what: int) -> None:
        """Its hints are appended to `hints`."""
        person, message = self.people[who % 6], self._message(what)
        keys = {"room": self.room.key, "message": message, "emoji": "👍🎉"[what % 2]}
        with contextlib.suppress(Refused), run_commit_hooks():
            if verb in _COMMANDS:
                carry_out(person, filled(_COMMANDS[verb], **keys))
            else:
                self._others(person, what, message)[verb]()

    def _others(self, person: Any, what: int, message: int) -> dict[str, Callable[[], Any]]:
        """Commands with a text, and what is done in pages."""
        key, other = self.room.key, self.people[what % 6]
        until = timezone.now() + datetime.timedelta(hours=1) if what % 2 else None
        answer, role = f"*answer* {what} @Person {what % 6}", ("member", "moderator", "owner")[what % 3]
        return {
            "post": lambda: post_message(person, self.room, "x" * (what % 700 + 1)),
            "answer": lambda: post_message(person, self.room, answer, reply_to=message),
            "edit": lambda: actions.edit_message(person, message, f"edited {what} @room", None),
            "restore": lambda: actions.restore_message(message),
            "remove": lambda: actions.remove_member(person, key, other, block_rejoin=what % 5 == 0),
            "mute": lambda: actions.mute(person, key, other, until),
            "role": lambda: actions.set_role(person, key, other, role),
            "profile": lambda: actions.change_profile(person, name=f"name {what}"),
            "rename": lambda: actions.change_room(person, key, name=f"room {what}", topic="x" * (what % 9)),
            "archive": lambda: actions.change_room(person, key, archived=bool(what % 3 == 0)),
            "ban": lambda: (actions.ban_person if what % 3 == 0 else actions.unban_person)(other),
        }

    def _message(self, what: int) -> int:
        ids = list(self.room.messages.order_by("pk").values_list("pk", flat=True))
        return ids[what % len(ids)] if ids else 2**52
