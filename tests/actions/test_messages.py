"""Tests editing, deleting, restoring and reacting, and that deleted text is never sent again."""

import json
from typing import Any

import pytest
from msgspec import UNSET

from bin import emojis
from chat import actions, limits, queries
from chat.broadcast import Hint
from chat.emoji import FILE
from chat.models import Message, Room
from chat.protocol import Code, ReadHistory
from chat.rendering.markdown import render
from tests.support.published import decode_events, run_commit_hooks
from tests.support.refusals import refusal_code
from tests.support.scene import make_person, post_message

SECRET = "the secret of the lamp"


@pytest.fixture
def lamp(db: None) -> dict[str, Any]:
    """alice owns the room, bob is a member who has posted, charlie is outside."""
    people = {name: make_person(name) for name in ("alice", "bob", "charlie")}
    room = actions.make_room(people["alice"], "Lamp")
    actions.join_room(people["bob"], room.key)
    return people | {"room": room, "said": post_message(people["bob"], room, SECRET)}


@pytest.mark.parametrize(
    ("body", "told"),
    [("@Alice", True), ("**@Alice**", True), ("`@Alice`", False), ("https://x.example/?q=(@Alice)", False)],
)
def test_posts_and_edits_mention_only_outside_code_and_addresses(
    lamp: dict[str, Any], body: str, told: bool
) -> None:
    posted = post_message(lamp["bob"], lamp["room"], body)
    edited = actions.edit_message(lamp["bob"], lamp["said"].pk, body, render(body))
    assert [bool(posted.mentions), bool(edited.mentions)] == [told, told]


def test_an_edit_keeps_id_order_and_nonce_and_takes_the_next_seq(
    lamp: dict[str, Any], published: list[Hint]
) -> None:
    said: Message = lamp["said"]
    with run_commit_hooks():
        edited = actions.edit_message(lamp["bob"], said.pk, "*new*", render("*new*"))
    [event] = decode_events(published)
    row = event["message"]
    assert (row["id"], row["nonce"], row["author"]) == (said.pk, said.nonce, lamp["bob"])
    assert (row["body"], row["html"], row["seq"]) == ("*new*", "<p><em>new</em></p>", said.seq + 1)
    assert row["edited_at"] is not None
    assert edited.created_at == said.created_at


def test_the_same_body_is_not_an_edit(lamp: dict[str, Any], published: list[Hint]) -> None:
    with run_commit_hooks():
        actions.edit_message(lamp["bob"], lamp["said"].pk, SECRET, None)
    assert not published
    assert Message.objects.get(pk=lamp["said"].pk).edited_at is None


def test_deleted_text_is_never_sent_and_is_kept_for_a_while(
    lamp: dict[str, Any], published: list[Hint]
) -> None:
    room: Room = lamp["room"]
    actions.edit_message(lamp["bob"], lamp["said"].pk, f"*{SECRET}*", render(f"*{SECRET}*"))
    actions.add_reaction(lamp["alice"], lamp["said"].pk, "👍")
    with run_commit_hooks():
        actions.delete_message(lamp["alice"], lamp["said"].pk)
    [event] = decode_events(published)
    assert (event["message"]["body"], event["message"]["html"], event["message"]["reactions"]) == (
        None,
        None,
        {},
    )
    room.refresh_from_db()
    for frame in (
        published[0]["frames"][0],
        queries.snapshot(room.pk).frame,
        queries.changes(room.pk, 0).frame,
    ):
        assert SECRET.encode() not in frame
    assert SECRET in Message.objects.get(pk=lamp["said"].pk).body


def test_a_deletion_by_a_moderator_says_so_live_and_later_and_the_author_s_own_does_not(
    lamp: dict[str, Any], published: list[Hint]
) -> None:
    said, own = lamp["said"], post_message(lamp["bob"], lamp["room"], "own")
    read = post_message(lamp["alice"], lamp["room"], reply_to=said.pk)
    with run_commit_hooks():
        actions.delete_message(lamp["bob"], own.pk)
        actions.delete_message(lamp["alice"], said.pk)
    live = {event["message"]["id"]: event["message"].get("deleted_by") for event in decode_events(published)}
    assert live == {own.pk: None, said.pk: "moderator"}
    ask = ReadHistory(room=lamp["room"].key, after=own.pk)
    [quoted] = json.loads(queries.history(lamp["room"].pk, ask))["quoted"]
    later = json.loads(queries.snapshot(lamp["room"].pk).frame)["messages"]
    assert quoted["deleted_by"] == "moderator"
    by = {row["id"]: row.get("deleted_by") for row in later if row["kind"] == "text"}
    assert by == live | {read.pk: None}


def test_a_restored_message_that_its_author_deletes_is_the_author_s_deletion(lamp: dict[str, Any]) -> None:
    said = lamp["said"].pk
    actions.delete_message(lamp["alice"], said)
    assert queries.message_row(actions.restore_message(said)).deleted_by is UNSET
    assert queries.message_row(actions.delete_message(lamp["bob"], said)).deleted_by is UNSET


def test_restoring_brings_back_the_message_as_it_was(lamp: dict[str, Any], published: list[Hint]) -> None:
    actions.add_reaction(lamp["alice"], lamp["said"].pk, "👍")
    actions.delete_message(lamp["bob"], lamp["said"].pk)
    with run_commit_hooks():
        actions.restore_message(lamp["said"].pk)
    [event] = decode_events(published)
    assert event["message"]["body"] == SECRET
    assert event["message"]["reactions"] == {"👍": [lamp["alice"]]}
    assert event["message"]["deleted_at"] is None


def test_reactions_keep_the_order_in_which_people_reacted(lamp: dict[str, Any]) -> None:
    pk = lamp["said"].pk
    for name in ("bob", "alice"):
        actions.add_reaction(lamp[name], pk, "👍")
    assert actions.add_reaction(lamp["bob"], pk, "👍").reactions == {"👍": [lamp["bob"], lamp["alice"]]}
    assert actions.remove_reaction(lamp["bob"], pk, "👍").reactions == {"👍": [lamp["alice"]]}
    assert actions.remove_reaction(lamp["alice"], pk, "👍").reactions == {}


def test_reactions_are_sent_in_the_same_order_on_both_databases(
    lamp: dict[str, Any], published: list[Hint]
) -> None:
    with run_commit_hooks():
        for emoji in ("👩‍👩‍👧‍👦", "👍", "🍵", "❤️", "🎉"):
            actions.add_reaction(lamp["bob"], lamp["said"].pk, emoji)
    assert list(decode_events(published)[-1]["message"]["reactions"]) == sorted(
        ["👩‍👩‍👧‍👦", "👍", "🍵", "❤️", "🎉"]
    )
    fresh = Message.objects.get(pk=lamp["said"].pk)
    assert published[-1]["frames"] == [queries.message_event(lamp["room"], fresh)]


@pytest.mark.parametrize("text", ["x", "👍👍", "👍 ", ":+1:", "❤", "👩‍", "\ufe0f", "👍🏽", "1", "<b>"])
def test_a_reaction_is_one_whole_emoji_and_nothing_else(lamp: dict[str, Any], text: str) -> None:
    assert refusal_code(actions.add_reaction, lamp["bob"], lamp["said"].pk, text) == Code.BAD_EMOJI


def test_the_emoji_are_those_of_the_package_and_fit_the_protocol() -> None:
    assert FILE.read_text(encoding="utf-8") == emojis.text()
    rows = emojis.entries()
    assert len(rows) > 1_500
    assert max(len(one) for one, *_ in rows) <= 32
    assert all(english and chinese for _, english, chinese in rows)


def test_the_kinds_of_reactions_on_a_message_are_limited(lamp: dict[str, Any]) -> None:
    pk = lamp["said"].pk
    for number in range(limits.REACTION_KINDS):
        actions.add_reaction(lamp["bob"], pk, chr(0x1F600 + number))
    assert refusal_code(actions.add_reaction, lamp["bob"], pk, "👍") == Code.TOO_MANY
    assert refusal_code(actions.add_reaction, lamp["alice"], pk, chr(0x1F600)) is None


def test_in_an_archived_room_you_can_only_read_and_delete(lamp: dict[str, Any]) -> None:
    actions.change_room(lamp["alice"], lamp["room"].key, archived=True)
    bob, pk = lamp["bob"], lamp["said"].pk
    assert refusal_code(actions.edit_message, bob, pk, "x", None) == Code.ARCHIVED
    assert refusal_code(actions.add_reaction, bob, pk, "x") == Code.ARCHIVED
    assert refusal_code(actions.delete_message, bob, pk) is None


def test_messages_of_a_room_you_left_do_not_exist_for_you(lamp: dict[str, Any]) -> None:
    actions.leave_room(lamp["bob"], lamp["room"].key)
    bob, pk = lamp["bob"], lamp["said"].pk
    assert refusal_code(actions.edit_message, bob, pk, "x", None) == Code.NO_SUCH_MESSAGE
    assert refusal_code(actions.delete_message, bob, pk) == Code.NO_SUCH_MESSAGE
    assert refusal_code(actions.add_reaction, bob, pk, "x") == Code.NO_SUCH_MESSAGE
