"""Tests direct rooms: one per set of people, closed to others, shown again by a new message."""

import json
import threading
import uuid
from itertools import permutations
from typing import Any

import pytest
from django.db import connection, transaction

from chat import actions, limits, presence, queries
from chat.actions import Draft, Refused, post_messages
from chat.broadcast import Hint
from chat.models import Membership, Room, Workspace
from chat.protocol import Code, Post
from chat.realtime import welcome
from chat.writer import writer
from tests.support.database import all_rows
from tests.support.published import assert_hints_match_rows, decode_events, run_commit_hooks
from tests.support.refusals import refusal_code
from tests.support.scene import make_person, post_message


@pytest.fixture
def lamp(db: None) -> dict[str, Any]:
    """alice, bob and charlie share a room; dora shares none with them."""
    people = {name: make_person(name) for name in ("alice", "bob", "charlie", "dora")}
    room = actions.create_workspace(people["alice"], "Lamplight")
    for name in ("bob", "charlie"):
        actions.join_room(people[name], room.key)
    return people | {"room": room}


@pytest.fixture
def pair(lamp: dict[str, Any]) -> Room:
    return actions.open_direct_room(lamp["alice"], [lamp["bob"]])


def who(room: Room) -> set[Any]:
    return set(room.memberships.present().values_list("user", flat=True))


# -- whose it is ---------------------------------------------------------------------------------


def test_the_same_people_always_find_the_same_room(lamp: dict[str, Any]) -> None:
    three = [lamp["alice"], lamp["bob"], lamp["charlie"]]
    found = {actions.open_direct_room(me, [one, other, one]).pk for me, one, other in permutations(three)}
    assert len(found) == 1
    pairs = {actions.open_direct_room(me, [other]).pk for me, other in permutations(three, 2)}
    assert len(pairs) == 3
    assert not pairs & found


def test_a_new_conversation_shows_at_once_that_the_other_is_online_and_that_they_come_and_go(
    lamp: dict[str, Any], pair: Room, published: list[Hint]
) -> None:
    def online() -> list[Any]:
        shown: list[Any] = json.loads(presence.room_presence(pair.pk, pair.key))["online"]
        return shown

    process, session = uuid.uuid4(), uuid.uuid4()
    presence.start_process(process, "here")
    assert online() == []
    presence.open_sessions([presence.Arrival(session, process, lamp["bob"], None, "")])
    assert online() == [lamp["bob"]]
    presence.publish_arrivals({lamp["bob"]})
    assert pair.key in {event["room"] for event in decode_events(published)}
    assert queries.my_rooms(lamp["bob"]).keys() == {lamp["room"].pk}, (
        "for him it begins with its first message"
    )


def test_two_who_ask_at_the_same_moment_find_one_room(transactional_db: None) -> None:
    """On PostgreSQL both run at once; on SQLite one waits for the other."""
    alice, bob = make_person("alice"), make_person("bob")
    actions.join_room(bob, actions.make_room(alice, "Lamp").key)
    start, found = threading.Barrier(2), list[int]()

    def ask(me: Any, other: Any) -> None:
        try:
            start.wait(5)
            found.append(writer.perform(actions.open_direct_room, me, [other]).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=pair) for pair in permutations((alice, bob))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(found) == 2
    assert len(set(found)) == Room.objects.filter(kind="direct").count() == 1
    assert who(Room.objects.get(kind="direct")) == {alice, bob}


def test_a_direct_room_has_no_name_but_lists_its_people(lamp: dict[str, Any], pair: Room) -> None:
    look = json.loads(queries.snapshot(pair.pk).frame)
    assert (look["info"]["name"], look["info"]["kind"]) == ("", "direct")
    assert set(look["info"]["people"]) == {lamp["alice"], lamp["bob"]}
    assert look["people"][str(lamp["bob"])]["name"] == "Bob", "who has not been told of it yet is named too"
    assert queries.my_rooms(lamp["alice"])[pair.pk].info.people == look["info"]["people"]


def test_a_direct_room_has_two_to_nine_people(lamp: dict[str, Any]) -> None:
    crowd = [make_person(f"guest{number}") for number in range(limits.DIRECT_PEOPLE)]
    for person in crowd:
        actions.join_room(person, lamp["room"].key)
    assert refusal_code(actions.open_direct_room, lamp["alice"], crowd) == Code.TOO_MANY
    assert refusal_code(actions.open_direct_room, lamp["alice"], []) == Code.TOO_MANY
    assert refusal_code(actions.open_direct_room, lamp["alice"], [lamp["alice"]]) == Code.TOO_MANY
    assert refusal_code(actions.open_direct_room, lamp["alice"], crowd[:-1]) is None


def test_you_cannot_write_to_or_learn_of_people_you_share_no_room_with(lamp: dict[str, Any]) -> None:
    before = all_rows()
    told = []
    for stranger in (lamp["dora"], 2**40):
        with pytest.raises(Refused) as refused:
            actions.open_direct_room(lamp["alice"], [lamp["bob"], stranger])
        told.append(refused.value.args)
    assert told[0] == told[1] == (Code.NOT_ALLOWED, None, None)
    assert refusal_code(actions.open_direct_room, lamp["dora"], [lamp["alice"]]) == Code.NOT_ALLOWED
    assert all_rows() == before
    assert list(queries.acquaintances(lamp["dora"])) == []
    assert {one.name for one in queries.acquaintances(lamp["alice"])} == {"Bob", "Charlie"}


def test_a_conversation_is_found_again_when_nothing_else_is_shared(lamp: dict[str, Any], pair: Room) -> None:
    actions.leave_room(lamp["bob"], lamp["room"].key)
    assert actions.open_direct_room(lamp["bob"], [lamp["alice"]]) == pair


def test_a_banned_person_writes_to_nobody_and_is_not_found(lamp: dict[str, Any]) -> None:
    actions.ban_person(lamp["bob"])
    assert refusal_code(actions.open_direct_room, lamp["alice"], [lamp["bob"]]) == Code.NOT_ALLOWED
    assert refusal_code(actions.open_direct_room, lamp["bob"], [lamp["alice"]]) == Code.BANNED
    assert not Room.objects.filter(kind="direct").exists()


def test_nobody_joins_a_direct_room_or_is_removed_from_it(lamp: dict[str, Any], pair: Room) -> None:
    post_message(lamp["alice"], pair)
    alice, bob, charlie, key = lamp["alice"], lamp["bob"], lamp["charlie"], pair.key
    before = all_rows()
    assert refusal_code(actions.join_room, charlie, key) == Code.NO_SUCH_ROOM
    for refused in (
        lambda: actions.make_join_link(alice, key),
        lambda: actions.remove_member(alice, key, bob),
        lambda: actions.remove_member(None, key, bob, block_rejoin=True, as_staff=True),
        lambda: actions.mute(alice, key, bob, None),
        lambda: actions.set_role(alice, key, alice, "owner"),
        lambda: actions.set_role(None, key, alice, "owner", as_staff=True),
        lambda: actions.change_room(alice, key, topic="x"),
        lambda: actions.change_room(None, key, kind="public", as_staff=True),
        lambda: actions.change_room(alice, lamp["room"].key, kind="direct"),
        lambda: actions.make_room(alice, "x", "direct"),
    ):
        assert refusal_code(refused) == Code.NOT_ALLOWED
    assert all_rows() == before
    assert pair not in Room.objects.visible_to(charlie)


# -- in whose list it stands ---------------------------------------------------------------------


def test_a_direct_room_appears_in_the_others_lists_with_its_first_message(
    lamp: dict[str, Any], pair: Room, published: list[Hint]
) -> None:
    assert pair.pk not in queries.my_rooms(lamp["bob"])
    heads = dict(Room.objects.values_list("pk", "seq"))
    with run_commit_hooks():
        post_message(lamp["alice"], pair)
    assert [event["type"] for event in decode_events(published)] == ["membership", "message"]
    assert [hint["audience"] for hint in published if hint["recheck"]] == [f"chat.person.{lamp['bob']}"]
    assert_hints_match_rows(published, heads)
    assert queries.my_rooms(lamp["bob"])[pair.pk].unread == 1


def test_leaving_hides_a_direct_room_and_writing_brings_it_back_for_everybody(
    lamp: dict[str, Any],
) -> None:
    three = actions.open_direct_room(lamp["alice"], [lamp["bob"], lamp["charlie"]])
    post_message(lamp["alice"], three)
    for name in ("bob", "charlie"):
        actions.leave_room(lamp[name], three.key)
        assert three.pk not in queries.my_rooms(lamp[name])
    assert refusal_code(post_message, lamp["bob"], three) == Code.NO_SUCH_ROOM
    assert actions.open_direct_room(lamp["bob"], [lamp["charlie"], lamp["alice"]]) == three
    assert who(three) == {lamp["alice"], lamp["bob"]}
    post_message(lamp["bob"], three)
    assert queries.my_rooms(lamp["charlie"])[three.pk].unread == 1
    assert who(three) == {lamp["alice"], lamp["bob"], lamp["charlie"]}


def test_everybody_may_leave_a_direct_room_even_the_last_owner(lamp: dict[str, Any], pair: Room) -> None:
    post_message(lamp["alice"], pair)
    for name in ("alice", "bob"):
        actions.leave_room(lamp[name], pair.key)
    assert who(pair) == set()
    assert set(pair.memberships.values_list("role", flat=True)) == {"member"}


def test_a_refused_message_brings_nobody_back(lamp: dict[str, Any], pair: Room) -> None:
    said = post_message(lamp["alice"], pair, nonce="nonce-of-sixteen-1")
    actions.leave_room(lamp["bob"], pair.key)
    again = post_message(lamp["alice"], pair, nonce="nonce-of-sixteen-1")
    assert again == said
    assert refusal_code(post_message, lamp["alice"], pair, reply_to=2**40) == Code.NO_SUCH_MESSAGE
    assert who(pair) == {lamp["alice"]}


def test_a_banned_person_is_not_brought_back_until_the_ban_ends(lamp: dict[str, Any], pair: Room) -> None:
    actions.ban_person(lamp["bob"])
    post_message(lamp["alice"], pair)
    assert who(pair) == {lamp["alice"]}
    actions.unban_person(lamp["bob"])
    post_message(lamp["alice"], pair)
    assert who(pair) == {lamp["alice"], lamp["bob"]}


def test_many_at_once_into_direct_and_other_rooms_are_one_batch(
    lamp: dict[str, Any], pair: Room, published: list[Hint]
) -> None:
    other = actions.open_direct_room(lamp["charlie"], [lamp["bob"]])
    heads = dict(Room.objects.values_list("pk", "seq"))
    drafts = [
        Draft(author, Post(room=room.key, nonce=f"nonce-of-sixteen-{n}", body=f"line {n}"), None)
        for n, (author, room) in enumerate(
            [
                (lamp["alice"], pair),
                (lamp["charlie"], other),
                (lamp["bob"], lamp["room"]),
                (lamp["alice"], pair),
            ]
        )
    ]
    with run_commit_hooks(), transaction.atomic():
        assert not any(isinstance(outcome, Refused) for outcome in post_messages(drafts))
    assert_hints_match_rows(published, heads)
    assert who(pair) == {lamp["alice"], lamp["bob"]}
    assert who(other) == {lamp["charlie"], lamp["bob"]}


def test_the_welcome_names_the_people_of_a_direct_room(lamp: dict[str, Any], pair: Room) -> None:
    Workspace.current()
    [(greeting, _)] = welcome.of([lamp["alice"]])
    assert {row["name"] for row in json.loads(greeting)["people"].values()} == {"Alice", "Bob"}
    assert Membership.objects.present().filter(room=pair).count() == 1
