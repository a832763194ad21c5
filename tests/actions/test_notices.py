"""Tests a room's notices: in the change's transaction, by its actor, and never unread."""

import json
from typing import Any

import pytest

from chat import actions, queries, search
from chat.broadcast import Hint
from chat.models import Message, Room
from chat.protocol import Code, Search
from tests.support.published import assert_hints_match_rows, run_commit_hooks
from tests.support.refusals import refusal_code
from tests.support.scene import make_person, post_message


@pytest.fixture
def lamp(db: None) -> dict[str, Any]:
    """alice owns the room, bob is a member, charlie is outside."""
    people = {name: make_person(name) for name in ("alice", "bob", "charlie")}
    room = actions.make_room(people["alice"], "Lamp")
    actions.join_room(people["bob"], room.key)
    return people | {"room": room, "key": room.key}


def told(room: Room) -> list[dict[str, Any]]:
    """Without who joined."""
    notices = [json.loads(row.body) for row in room.messages.filter(kind="notice").order_by("pk")]
    return [notice for notice in notices if notice["what"] != "joined"]


def joined(room: Room) -> list[tuple[Any, str]]:
    rows = room.messages.filter(nonce__startswith=Message.JOINED).order_by("pk")
    return [(row.author_id, json.loads(row.body)["to"]) for row in rows]


def test_joining_is_one_lasting_notice_that_is_never_unread(
    lamp: dict[str, Any], published: list[Hint]
) -> None:
    room, heads = lamp["room"], dict(Room.objects.values_list("pk", "seq"))
    link = actions.make_join_link(lamp["alice"], lamp["key"])
    assert joined(room) == [(lamp["bob"], "directory")], "who made the room did not join it"
    with run_commit_hooks():
        for _ in range(2):
            actions.join_by_link(lamp["charlie"], link.code)
            actions.join_room(lamp["charlie"], lamp["key"])
    assert joined(room) == [(lamp["bob"], "directory"), (lamp["charlie"], "link")]
    assert_hints_match_rows(published, heads)
    assert [json.loads(row.body)["by"] for row in room.messages.all()] == ["Bob", "Charlie"]
    for person in ("alice", "bob", "charlie"):
        assert queries.my_rooms(lamp[person])[room.pk].unread == 0
    actions.leave_room(lamp["charlie"], lamp["key"])
    actions.join_room(lamp["charlie"], lamp["key"])
    assert joined(room)[2:] == [(lamp["charlie"], "directory")]


def test_a_direct_conversation_has_no_notice_of_joining(lamp: dict[str, Any]) -> None:
    pair = actions.open_direct_room(lamp["alice"], [lamp["bob"]])
    post_message(lamp["alice"], pair)
    assert not pair.messages.filter(kind="notice").exists()


def test_nobody_but_moderators_deletes_a_notice_about_themselves(lamp: dict[str, Any]) -> None:
    notice = Message.objects.get(author=lamp["bob"], kind="notice").pk
    assert refusal_code(actions.delete_message, lamp["bob"], notice) == Code.NOT_ALLOWED
    assert refusal_code(actions.delete_message, lamp["alice"], notice) is None


def test_a_room_that_somebody_joined_and_left_in_silence_is_still_its_owner_s(lamp: dict[str, Any]) -> None:
    actions.leave_room(lamp["bob"], lamp["key"])
    assert lamp["room"].is_used_only_by(lamp["alice"])


def test_each_change_of_a_room_is_one_notice(lamp: dict[str, Any], published: list[Hint]) -> None:
    heads = dict(Room.objects.values_list("pk", "seq"))
    with run_commit_hooks():
        actions.change_room(
            lamp["alice"], lamp["key"], name="Lantern", topic="light", kind="private", posting="moderators",
            archived=True,
        )  # fmt: skip
    assert_hints_match_rows(published, heads)
    assert told(lamp["room"]) == [
        {"what": "name", "from": "Lamp", "to": "Lantern", "by": "Alice"},
        {"what": "topic", "from": "", "to": "light", "by": "Alice"},
        {"what": "kind", "from": "public", "to": "private", "by": "Alice"},
        {"what": "posting", "from": "everybody", "to": "moderators", "by": "Alice"},
        {"what": "archived", "from": False, "to": True, "by": "Alice"},
    ]
    rows = lamp["room"].messages.exclude(nonce__startswith=Message.JOINED)
    assert {row.author_id for row in rows} == {lamp["alice"]}


def test_what_changes_nothing_is_no_notice(lamp: dict[str, Any]) -> None:
    actions.change_room(lamp["alice"], lamp["key"], name="Lamp", topic="")
    actions.set_role(lamp["alice"], lamp["key"], lamp["bob"], "member")
    assert told(lamp["room"]) == []


def test_a_role_notice_names_the_member(lamp: dict[str, Any]) -> None:
    actions.set_role(lamp["alice"], lamp["key"], lamp["bob"], "moderator")
    who = {"person": lamp["bob"], "name": "Bob", "by": "Alice"}
    assert told(lamp["room"]) == [{"what": "role", "from": "member", "to": "moderator"} | who]


def test_a_notice_names_staff_and_changes_without_an_actor_make_none(lamp: dict[str, Any]) -> None:
    actions.change_room(lamp["charlie"], lamp["key"], name="Desk", as_staff=True)
    actions.change_room(None, lamp["key"], name="Shelf", as_staff=True)
    assert [(one["to"], one["by"]) for one in told(lamp["room"])] == [("Desk", "Charlie")]
    assert Room.objects.get(pk=lamp["room"].pk).name == "Shelf"


def test_a_failed_change_leaves_no_notice(lamp: dict[str, Any]) -> None:
    assert refusal_code(actions.change_room, lamp["bob"], lamp["key"], name="Mine") == Code.NOT_ALLOWED
    assert (
        refusal_code(actions.change_room, lamp["alice"], lamp["key"], topic="ok", name=" ") == Code.BAD_BODY
    )
    assert told(lamp["room"]) == []


def test_a_notice_is_never_unread_and_does_not_reorder_rooms(lamp: dict[str, Any]) -> None:
    before = Room.objects.get(pk=lamp["room"].pk).active_at
    actions.change_room(lamp["alice"], lamp["key"], topic="@Bob @room light")
    mine = queries.my_rooms(lamp["bob"])[lamp["room"].pk]
    assert (mine.unread, mine.mentions) == (0, 0)
    assert mine.active_at == before


def test_search_finds_no_notices(lamp: dict[str, Any]) -> None:
    post_message(lamp["alice"], lamp["room"], "a lighthouse")
    actions.change_room(lamp["alice"], lamp["key"], topic="lighthouse", name="Lighthouse")
    search.index_changes(100)
    found = json.loads(search.find_messages(lamp["bob"], Search(text="lighthouse")))
    assert [one["message"]["kind"] for one in found["results"]] == ["text"]


def test_nobody_can_edit_or_answer_a_notice(lamp: dict[str, Any]) -> None:
    alice = lamp["alice"]
    actions.change_room(alice, lamp["key"], topic="light")
    notice = Message.objects.filter(room=lamp["room"], kind="notice").latest("pk").pk
    assert refusal_code(actions.edit_message, alice, notice, "dark", None) == Code.NOT_ALLOWED
    assert refusal_code(actions.add_reaction, alice, notice, "👍") == Code.NOT_ALLOWED
    assert refusal_code(post_message, alice, lamp["room"], reply_to=notice) == Code.NO_SUCH_MESSAGE


def test_a_moderator_can_delete_a_notice(lamp: dict[str, Any]) -> None:
    """Otherwise an offensive name would stay there for ever."""
    actions.change_room(lamp["alice"], lamp["key"], name="Rude word")
    notice = Message.objects.filter(room=lamp["room"], kind="notice").latest("pk").pk
    assert refusal_code(actions.delete_message, lamp["bob"], notice) == Code.NOT_ALLOWED
    assert refusal_code(actions.delete_message, lamp["alice"], notice) is None
