"""Tests what members may do in a room where only moderators post."""

from typing import Any

import pytest

from chat import actions
from chat.models import Message, Room
from chat.protocol import Code
from tests.support.refusals import refusal_code
from tests.support.scene import make_person, make_upload, post_message


@pytest.fixture
def board(db: None) -> dict[str, Any]:
    """alice owns it, mona moderates it, bob is a member who wrote before, charlie is outside."""
    people = {name: make_person(name) for name in ("alice", "mona", "bob", "charlie")}
    room = actions.make_room(people["alice"], "Board")
    for name in ("mona", "bob"):
        actions.join_room(people[name], room.key)
    actions.set_role(people["alice"], room.key, people["mona"], "moderator")
    his = post_message(people["bob"], room, "before")
    return people | {"room": actions.change_room(people["alice"], room.key, posting="moderators"), "his": his}


def test_moderators_write_and_members_do_not(board: dict[str, Any]) -> None:
    room = board["room"]
    assert (
        refusal_code(post_message, board["alice"], room)
        is refusal_code(post_message, board["mona"], room)
        is None
    )
    assert refusal_code(post_message, board["bob"], room) == Code.READ_ONLY
    assert refusal_code(post_message, board["charlie"], room) == Code.NO_SUCH_ROOM


def test_members_can_react_and_delete_but_not_edit(board: dict[str, Any]) -> None:
    bob, his = board["bob"], board["his"]
    news = post_message(board["alice"], board["room"], "news")
    assert refusal_code(actions.add_reaction, bob, news.pk, "👍") is None
    assert refusal_code(actions.remove_reaction, bob, news.pk, "👍") is None
    assert refusal_code(actions.edit_message, bob, his.pk, "after", None) == Code.READ_ONLY
    assert refusal_code(actions.delete_message, bob, his.pk) is None


def test_members_cannot_upload_either(board: dict[str, Any]) -> None:
    assert refusal_code(make_upload, board["bob"], board["room"]) == Code.READ_ONLY
    assert refusal_code(make_upload, board["mona"], board["room"]) is None


def test_a_stored_message_stays_acknowledged(board: dict[str, Any]) -> None:
    """I14: a repeated post is answered from its row, whatever happened since."""
    again = post_message(board["bob"], board["room"], "before", nonce=board["his"].nonce)
    assert again.pk == board["his"].pk


def test_only_moderators_make_a_room_read_only_and_a_new_room_may_start_so(board: dict[str, Any]) -> None:
    key = board["room"].key
    assert refusal_code(actions.change_room, board["bob"], key, posting="everybody") == Code.NOT_ALLOWED
    actions.change_room(board["mona"], key, posting="everybody")
    assert refusal_code(post_message, board["bob"], board["room"]) is None
    made = actions.make_room(board["bob"], "News", posting="moderators")
    assert Room.objects.get(pk=made.pk).posting == "moderators"
    assert not Message.objects.filter(room=made).exists()
