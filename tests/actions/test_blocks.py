"""Tests that blocking refuses nothing to the blocked person, and that the blocker is not notified of them."""

import json
from typing import Any

import pytest
from django.test import Client

from chat import actions, limits, queries
from chat.broadcast import Hint
from chat.models import Block, Membership, Room
from chat.protocol import Code
from chat.realtime import welcome
from tests.support.published import decode_events, run_commit_hooks
from tests.support.refusals import refusal_code
from tests.support.scene import make_person, post_message, signed_in_client

pytestmark = pytest.mark.django_db


def waiting(person: Any, room: Room) -> tuple[int, int]:
    """Unread and mentions, by `welcome` and by `read`."""
    mine = queries.my_rooms(person.pk)[room.pk]
    read = json.loads(queries.read_event(Membership.objects.get(room=room, user=person)))
    assert (read["unread"], read["mentions"]) == (mine.unread, mine.mentions)
    return mine.unread, mine.mentions


def listed(person: Any, room: Room) -> bool:
    mine = queries.my_rooms(person).get(room.pk)
    return mine is not None and mine.level != "hidden"


def test_messages_of_blocked_people_are_not_counted_and_those_of_others_are(
    room: Room, alice: Any, bob: Any
) -> None:
    third = make_person("third")
    actions.join_room(third, room.key)
    post_message(bob.pk, room, "@Alice and @room")
    post_message(third, room, "@Alice")
    assert waiting(alice, room) == (2, 2)
    actions.block_person(alice.pk, bob.pk)
    post_message(bob.pk, room, "@Alice")
    assert waiting(alice, room) == (1, 1)
    actions.unblock_person(alice.pk, bob.pk)
    assert waiting(alice, room) == (3, 3)


def test_only_the_blocker_is_notified_of_a_block(
    room: Room, alice: Any, bob: Any, published: list[Hint]
) -> None:
    with run_commit_hooks():
        actions.block_person(alice.pk, bob.pk)
    assert [hint["audience"] for hint in published] == [f"chat.person.{alice.pk}"]
    assert decode_events(published) == [{"type": "blocks", "people": [bob.pk]}]
    greetings = {person.pk: json.loads(welcome.of([person.pk])[0][0]) for person in (alice, bob)}
    assert greetings[alice.pk]["blocked"] == [bob.pk]
    assert greetings[bob.pk]["blocked"] == []


def test_a_blocked_person_does_not_bring_the_blocker_back_into_a_direct_room(
    room: Room, alice: Any, bob: Any
) -> None:
    direct = actions.open_direct_room(bob.pk, [alice.pk])
    post_message(bob.pk, direct)
    actions.leave_room(alice.pk, direct.key)
    actions.block_person(alice.pk, bob.pk)
    post_message(bob.pk, direct, "are you there?")
    assert not listed(alice.pk, direct)
    actions.open_direct_room(alice.pk, [bob.pk])
    assert listed(alice.pk, direct)
    actions.leave_room(alice.pk, direct.key)
    actions.unblock_person(alice.pk, bob.pk)
    post_message(bob.pk, direct)
    assert listed(alice.pk, direct)


def test_a_conversation_begun_by_a_blocked_person_is_hidden_from_the_blocker(
    room: Room, alice: Any, bob: Any
) -> None:
    actions.block_person(alice.pk, bob.pk)
    direct = actions.open_direct_room(bob.pk, [alice.pk])
    assert post_message(bob.pk, direct).pk, "and they are told nothing else than before"
    assert not listed(alice.pk, direct)


@pytest.mark.parametrize("left", [False, True])
def test_a_blocked_person_sees_nothing_unusual_in_a_conversation(
    room: Room, alice: Any, bob: Any, published: list[Hint], left: bool
) -> None:
    third = make_person("third")
    actions.join_room(third, room.key)
    seen = [
        _seen_by(bob.pk, other, published, left, block) for other, block in ((alice.pk, True), (third, False))
    ]
    assert seen[0] == seen[1]
    direct = actions.open_direct_room(bob.pk, [alice.pk])
    assert not listed(alice.pk, direct)
    assert queries.my_rooms(alice.pk)[direct.pk].unread == 0


def _seen_by(person: Any, other: Any, published: list[Hint], left: bool, block: bool) -> str:
    """All events an author gets for writing to a person twice, with that person's id and room replaced by a
    fixed name."""
    direct = actions.open_direct_room(person, [other])
    if left:
        post_message(person, direct, nonce=f"nonce-before-{other}")
        actions.leave_room(other, direct.key)
    if block:
        actions.block_person(other, person)
    before = len(published)
    with run_commit_hooks():
        answers = [post_message(person, direct, nonce=f"nonce-{n}-of-{other}").seq for n in range(2)]
    heard = [
        hint
        for hint in published[before:]
        if hint["audience"] in (f"chat.room.{direct.pk}", f"chat.person.{person}")
    ]
    told = [
        (e["type"], e.get("seq"), (e.get("member") or {}).get("person") == other)
        for e in decode_events(heard)
    ]
    shown = json.loads(queries.snapshot(direct.pk).frame)
    members = sorted(("other" if m["person"] == other else "self", m["seq"]) for m in shown["members"])
    return repr((answers, told, shown["seq"], shown["member_count"], members))


def test_in_a_group_conversation_others_still_bring_the_room_back(room: Room, alice: Any, bob: Any) -> None:
    third = make_person("third")
    actions.join_room(third, room.key)
    direct = actions.open_direct_room(third, [alice.pk, bob.pk])
    actions.block_person(alice.pk, bob.pk)
    for writer, comes in ((third, True), (bob.pk, False), (third, True)):
        if direct.pk in queries.my_rooms(alice.pk):
            actions.leave_room(alice.pk, direct.key)
        if direct.pk not in queries.my_rooms(bob.pk):
            actions.open_direct_room(bob.pk, [alice.pk, third])
        post_message(writer, direct)
        assert listed(alice.pk, direct) is comes


def test_blocking_does_not_reveal_whether_an_unknown_person_exists(
    room: Room, alice: Any, charlie: Any
) -> None:
    for stranger in (charlie.pk, 2**52, alice.pk):
        assert refusal_code(actions.block_person, alice.pk, stranger) == Code.NOT_ALLOWED
    assert not Block.objects.exists()


def test_a_person_who_has_left_can_still_be_blocked(room: Room, alice: Any, bob: Any, charlie: Any) -> None:
    actions.leave_room(bob.pk, room.key)
    actions.block_person(alice.pk, bob.pk)
    actions.join_room(charlie.pk, room.key)
    direct = actions.open_direct_room(alice.pk, [charlie.pk])
    actions.leave_room(charlie.pk, room.key)
    actions.leave_room(alice.pk, direct.key)
    actions.block_person(alice.pk, charlie.pk)
    assert queries.blocked_by(alice.pk) == [bob.pk, charlie.pk]


def test_the_number_of_blocked_people_is_limited(
    room: Room, alice: Any, bob: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "BLOCKS", 1)
    third = make_person("third")
    actions.join_room(third, room.key)
    actions.block_person(alice.pk, bob.pk)
    assert refusal_code(actions.block_person, alice.pk, bob.pk) is None
    assert refusal_code(actions.block_person, alice.pk, third) == Code.TOO_MANY


def test_the_profile_page_lists_them_and_unblocks(room: Room, alice: Any, bob: Any) -> None:
    browser: Client = signed_in_client(alice)
    assert "Blocked people" not in browser.get("/profile/").content.decode()
    actions.block_person(alice.pk, bob.pk)
    assert "Bob" in browser.get("/profile/").content.decode()
    assert "Blocked people" not in signed_in_client(bob).get("/profile/").content.decode()
    assert browser.post("/profile/unblock/", {"person": "x"}).status_code == 302
    browser.post("/profile/unblock/", {"person": bob.pk})
    assert not Block.objects.exists()
