"""Tests that hidden objects answer like missing ones: the same code after the same statements."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat import actions, protocol, queries
from chat.models import Message, Room
from chat.protocol import Code
from tests.support.commands import OF_MESSAGE, OF_ROOM, carry_out, filled, tag_of
from tests.support.refusals import refusal_code
from tests.support.scene import post_message, signed_in_client

pytestmark = pytest.mark.django_db
NOBODY = 2**52


@pytest.fixture
def hidden(alice: Any, room: Room) -> Message:
    """A private room with only alice in it."""
    return post_message(alice.pk, actions.make_room(alice.pk, "Den", "private"))


def statements(action: Callable[[], Any]) -> tuple[Any, list[str]]:
    """The action's answer and its statements without their values."""
    with CaptureQueriesContext(connection) as ran:
        answer = refusal_code(action)
    return answer, [_without_values(query["sql"]) for query in ran]


def _without_values(sql: str) -> str:
    """Removes numbers of savepoints and values from the captured statements."""
    return sql.split(" WHERE ")[0].split("`")[0] if "SAVEPOINT" not in sql else sql.split()[0]


def _command(command: type[protocol.Command], key: str) -> Callable[[Any, Any], Any]:
    return lambda me, value: carry_out(me, filled(command, **{key: value}))


BY_MESSAGE: dict[str, Callable[[Any, int], Any]] = {
    "message.edit": lambda me, message: actions.edit_message(me, message, "x", None),
    **{tag_of(command): _command(command, "message") for command in OF_MESSAGE},
}
BY_ROOM: dict[str, Callable[[Any, str], Any]] = {
    **{tag_of(command): _command(command, "room") for command in OF_ROOM},
    "change": lambda me, key: actions.change_room(me, key, name="x"),
    "link": actions.make_join_link,
    "remove": lambda me, key: actions.remove_member(me, key, me),
    "mute": lambda me, key: actions.mute(me, key, me, None),
    "role": lambda me, key: actions.set_role(me, key, me, "member"),
    "upload": lambda me, key: actions.refuse_upload(me, key, 1, 0),
}


@pytest.mark.parametrize("what", BY_MESSAGE)
def test_a_hidden_message_costs_the_same_as_a_missing_one(hidden: Message, bob: Any, what: str) -> None:
    foreign = statements(lambda: BY_MESSAGE[what](bob.pk, hidden.pk))
    missing = statements(lambda: BY_MESSAGE[what](bob.pk, NOBODY))
    assert foreign == missing
    assert foreign[0] == Code.NO_SUCH_MESSAGE
    assert not any("chat_room" in sql and "FOR UPDATE" in sql for sql in foreign[1])


@pytest.mark.parametrize("what", BY_ROOM)
def test_a_hidden_room_costs_the_same_as_a_missing_one(hidden: Message, bob: Any, what: str) -> None:
    key = hidden.room.key
    foreign = statements(lambda: BY_ROOM[what](bob.pk, key))
    missing = statements(lambda: BY_ROOM[what](bob.pk, "no-such-room"))
    assert foreign == missing
    assert foreign[0] == Code.NO_SUCH_ROOM


def test_revisions_of_hidden_and_missing_messages_take_the_same_statement(hidden: Message, bob: Any) -> None:
    def ask(message: int) -> Any:
        return lambda: queries.revisions(bob.pk, protocol.ReadRevisions(message=message))

    assert statements(ask(hidden.pk)) == statements(ask(NOBODY))
    assert ask(hidden.pk)() == ask(NOBODY)() == Code.NO_SUCH_MESSAGE


def test_a_private_room_does_not_exist_for_a_removed_person(room: Room, alice: Any, bob: Any) -> None:
    den = actions.make_room(alice.pk, "Den")
    actions.join_room(bob.pk, den.key)
    actions.change_room(alice.pk, den.key, kind="private")
    actions.remove_member(alice.pk, den.key, bob.pk)
    assert refusal_code(actions.leave_room, bob.pk, den.key) == Code.NO_SUCH_ROOM
    assert refusal_code(actions.leave_room, bob.pk, room.key) is None
    assert refusal_code(actions.leave_room, bob.pk, room.key) is None


def test_another_room_s_qr_code_costs_the_same_as_a_missing_one(
    hidden: Message, alice: Any, bob: Any
) -> None:
    code, browser = actions.make_join_link(alice.pk, hidden.room.key).code, signed_in_client(bob)
    browser.get("/join/warm-up/qr.svg")

    def look(code: str) -> tuple[int, list[str]]:
        with CaptureQueriesContext(connection) as ran:
            status = browser.get(f"/join/{code}/qr.svg").status_code
        return status, [_without_values(query["sql"]) for query in ran]

    assert look(code) == look("no-such-code")
    assert look(code)[0] == 404
