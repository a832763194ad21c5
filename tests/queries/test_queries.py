"""Tests queries: pages without gaps or duplicates, exact counts, and nothing the reader may not know."""

import contextlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from chat import actions, limits, queries
from chat.models import Membership, Message, Profile, Room
from chat.protocol import ReadHistory
from tests.support.database import rolled_back
from tests.support.scene import add_members, make_person, post_message


@pytest.fixture
def lamp(db: None) -> dict[str, Any]:
    """alice owns the room, bob is a member, charlie is outside."""
    people = {name: make_person(name) for name in ("alice", "bob", "charlie")}
    room = actions.make_room(people["alice"], "Lamp", topic="light")
    add_members(room, get_user_model()._default_manager.filter(pk=people["bob"]))
    room.refresh_from_db()
    return people | {"room": room}


def many(lamp: dict[str, Any], count: int) -> list[int]:
    """Messages with gaps in their ids, because another room's messages lie between them."""
    other = actions.make_room(lamp["alice"], "Other")
    said = []
    for number in range(count):
        said.append(post_message(lamp["bob"], lamp["room"], f"message {number}").pk)
        if number % 3 == 0:
            post_message(lamp["alice"], other)
    return said


def history(room: Room, **ask: Any) -> tuple[list[int], bool]:
    page = json.loads(queries.history(room.pk, ReadHistory(room=room.key, **ask)))
    return [row["id"] for row in page["messages"]], page["more"]


# -- history -------------------------------------------------------------------------------------


def test_pages_before_and_after_join_without_gap_or_overlap(lamp: dict[str, Any]) -> None:
    said, room = many(lamp, 23), lamp["room"]
    actions.delete_message(lamp["bob"], said[5])
    for limit in (1, 4, 5, 23, 100):
        for way, start in (("before", 2**52), ("after", said[0] - 1)):
            read: list[int] = []
            mark, more = start, True
            while more:
                page, more = history(room, limit=limit, **{way: mark})
                assert page == sorted(page)
                assert len(page) == min(limit, len(said) - len(read)), "more was a promise"
                read = page + read if way == "before" else read + page
                mark = read[0] if way == "before" else read[-1]
            assert read == said


def test_a_page_excludes_its_mark_which_need_not_exist(lamp: dict[str, Any]) -> None:
    said, room = many(lamp, 9), lamp["room"]
    assert history(room, before=said[4], limit=2) == (said[2:4], True)
    assert history(room, after=said[4], limit=2) == (said[5:7], True)
    between = said[0] + 1
    assert between not in said
    assert history(room, before=between, limit=9) == (said[:1], False)
    assert history(room, after=between, limit=9) == (said[1:], False)
    assert history(room, before=said[0]) == ([], False)
    assert history(room, after=said[-1]) == ([], False)
    assert history(room, after=2**53 - 1) == ([], False)


def test_around_contains_the_message_and_the_requested_number(lamp: dict[str, Any]) -> None:
    said, room = many(lamp, 9), lamp["room"]
    for limit, page in ((1, said[4:5]), (2, said[3:5]), (3, said[3:6]), (4, said[2:6])):
        assert history(room, around=said[4], limit=limit) == (page, True)
    assert history(room, around=said[0], limit=4) == (said[:2], False)
    assert history(room, around=said[-1], limit=4) == ([*said[-3:-1], said[-1]], True)


def test_history_contains_only_its_own_room(lamp: dict[str, Any]) -> None:
    said = many(lamp, 5)
    [foreign] = [pk for pk in Message.objects.values_list("pk", flat=True) if pk not in said][:1]
    page, _ = history(lamp["room"], around=foreign, limit=100)
    assert page == said


def test_a_reply_carries_its_quote_and_people_but_no_deleted_text(lamp: dict[str, Any]) -> None:
    room, dora = lamp["room"], make_person("dora")
    actions.join_room(dora, room.key)
    first = post_message(dora, room, "quoted")
    actions.leave_room(dora, room.key)
    answers = [post_message(lamp["bob"], room, reply_to=first.pk).pk for _ in range(limits.HISTORY_PAGE)]
    for frame in (queries.snapshot(room.pk).frame, queries.changes(room.pk, first.seq + 1).frame):
        event = json.loads(frame)
        assert [row["body"] for row in event["quoted"]] == ["quoted"]
        assert event["people"][str(dora)]["name"] == "Dora"
    assert json.loads(queries.history(room.pk, ReadHistory(room=room.key, after=answers[-2])))["quoted"]
    actions.delete_message(lamp["alice"], first.pk)
    [quoted] = json.loads(queries.snapshot(room.pk).frame)["quoted"]
    assert (quoted["body"], quoted["html"]) == (None, None)


# -- bytes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", ["字" * 3_990, '"' * 3_990, "*a* " + "&" * 3_986], ids=lambda body: body[:5])
def test_a_page_respects_its_byte_limit_and_loses_nothing(lamp: dict[str, Any], body: str) -> None:
    room = lamp["room"]
    said = [post_message(lamp["bob"], room, f"{body}{n}").pk for n in range(24)]
    answers = [post_message(lamp["bob"], room, reply_to=pk).pk for pk in said]
    for pk in said:
        actions.pin_message(lamp["alice"], pk)
    most = 3 * limits.PAGE_BYTES + 20_000  # messages, quoted, pinned, and a little
    snapshot = queries.snapshot(room.pk)
    assert len(snapshot.frame) < most
    assert json.loads(snapshot.frame)["more"] is True
    assert [row["id"] for row in json.loads(snapshot.frame)["messages"]] == (said + answers)[
        -len(json.loads(snapshot.frame)["messages"]) :
    ]
    read, mark, more = list[int](), 2**52, True
    while more:
        page, more = history(room, before=mark, limit=100)
        read, mark = page + read, page[0]
        assert page
    assert read == said + answers
    assert len(queries.history(room.pk, ReadHistory(room=room.key, after=said[0], limit=100))) < most


# -- what it costs -------------------------------------------------------------------------------


def statements(read: Any, *args: Any) -> int:
    with CaptureQueriesContext(connection) as captured:
        read(*args)
    return len(captured)


def test_no_query_costs_more_statements_in_a_larger_room(lamp: dict[str, Any]) -> None:
    room = lamp["room"]
    post_message(lamp["bob"], room)
    costs = []
    for size in ("small", "large"):
        room.refresh_from_db()
        before = ReadHistory(room=room.key, before=2**52)
        around = ReadHistory(room=room.key, around=1)
        costs.append(
            {
                "snapshot": statements(queries.snapshot, room.pk),
                "changes": statements(queries.changes, room.pk, max(0, room.seq - 20)),
                "history": statements(queries.history, room.pk, before),
                "around": statements(queries.history, room.pk, around),
                "my_rooms": statements(queries.my_rooms, lamp["bob"]),
                "heads": statements(queries.heads, [room.pk]),
                "directory": statements(list, queries.directory(lamp["bob"])),
            }
        )
        first = many(lamp, 120)[0]
        for number in range(20):
            actions.join_room(make_person(f"{size} {number}"), room.key)
            post_message(lamp["alice"], room, reply_to=first)
    small, large = costs
    # Quoted messages are one more, where there are any.
    assert small == {
        "snapshot": 6, "changes": 4, "history": 3, "around": 4, "my_rooms": 2, "heads": 1, "directory": 1,
    }  # fmt: skip
    assert large == small | {"snapshot": 7, "changes": 5, "history": 4}


# -- counts --------------------------------------------------------------------------------------


def waiting(lamp: dict[str, Any], name: str = "bob") -> tuple[int, int]:
    """Unread and mentions, which must be the same in `welcome` and `read`."""
    place = Membership.objects.get(room=lamp["room"], user_id=lamp[name])
    mine, told = queries.my_rooms(lamp[name])[lamp["room"].pk], json.loads(queries.read_event(place))
    assert (mine.unread, mine.mentions, mine.seq, mine.last, mine.read_up_to, mine.read_generation) == (
        told["unread"], told["mentions"], told["seq"], told["last"], told["message"], told["generation"]
    )  # fmt: skip
    return mine.unread, mine.mentions


def unread(lamp: dict[str, Any], name: str = "bob") -> int:
    return waiting(lamp, name)[0]


def test_unread_counts_newer_undeleted_messages_of_others(lamp: dict[str, Any]) -> None:
    room, alice = lamp["room"], lamp["alice"]
    assert unread(lamp) == 0
    said = [post_message(alice, room) for _ in range(5)]
    post_message(lamp["bob"], room)
    post_message(alice, actions.make_room(alice, "Other"))
    assert (unread(lamp), unread(lamp, "alice")) == (5, 1)
    actions.delete_message(alice, said[0].pk)
    actions.edit_message(alice, said[1].pk, "edited", None)
    Message.objects.filter(pk=said[2].pk).update(kind=Message.Kind.NOTICE)
    assert unread(lamp) == 3
    actions.mark_read(lamp["bob"], room.key, said[3].pk)
    assert unread(lamp) == 1
    actions.restore_message(said[0].pk)
    assert unread(lamp) == 1


def test_mentions_count_undeleted_messages_that_name_you_or_everybody(lamp: dict[str, Any]) -> None:
    room, alice, bob = lamp["room"], lamp["alice"], lamp["bob"]
    post_message(alice, room, "@Bob before")
    actions.mark_read(bob, room.key, 2**52)
    named, everybody = post_message(alice, room, "hello @bob"), post_message(alice, room, "@room hello")
    post_message(alice, room, "`@Bob`, a@bob, @Alice and @Bobby")
    post_message(bob, room, "@Bob, that is me")
    assert (waiting(lamp), waiting(lamp, "alice")) == ((3, 2), (1, 0))
    actions.edit_message(alice, everybody.pk, "nobody", None)
    assert waiting(lamp) == (3, 1)
    actions.delete_message(alice, named.pk)
    assert waiting(lamp) == (2, 0)
    actions.restore_message(named.pk)
    actions.change_profile(bob, name="Robert")
    assert waiting(lamp) == (3, 1)


def _act(verb: int, message: int, body: str, author: Any, lamp: dict[str, Any]) -> None:
    room, alice, bob = lamp["room"], lamp["alice"], lamp["bob"]
    acts: list[Callable[[], Any]] = [
        lambda: post_message(author, room, body),
        lambda: post_message(alice, room, body),
        lambda: actions.delete_message(alice, message),
        lambda: actions.edit_message(alice, message, body, None),
        lambda: actions.mark_read(bob, room.key, message),
        lambda: actions.unmark_read(bob, room.key, message),
    ]
    acts[verb]()


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 50)), max_size=25))
def test_zero_means_zero_whatever_is_sent_deleted_edited_or_read(
    lamp: dict[str, Any], acts: list[tuple[int, int]]
) -> None:
    """Compared with a count message by message."""
    room, alice, bob = lamp["room"], lamp["alice"], lamp["bob"]
    with rolled_back():
        for verb, what in acts:
            ids = list(room.messages.filter(deleted_at=None).values_list("pk", flat=True)) or [2**52]
            one, body = ids[what % len(ids)], ("hello", "@Bob", "@room", "@Alice")[what % 4]
            with contextlib.suppress(actions.Refused):
                _act(verb, one, body, (alice, bob)[what % 2], lamp)
        read = Membership.objects.get(room=room, user_id=bob).read_up_to
        left = room.messages.filter(pk__gt=read, deleted_at=None).exclude(author=bob)
        assert waiting(lamp) == (left.count(), sum("@Bob" in m.body or "@room" in m.body for m in left))


def test_unread_counting_stops_at_its_limit(lamp: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_UNREAD", 3)
    for expected in (1, 2, 3, 3):
        post_message(lamp["alice"], lamp["room"])
        assert unread(lamp) == expected


# -- secrets -------------------------------------------------------------------------------------


def test_room_lists_show_rooms_you_are_in_or_may_join(lamp: dict[str, Any]) -> None:
    den = actions.make_room(lamp["alice"], "Den", "private")
    direct = actions.open_direct_room(lamp["alice"], [lamp["bob"]])
    old = actions.make_room(lamp["alice"], "Old")
    actions.change_room(lamp["alice"], old.key, archived=True)
    actions.join_by_link(lamp["bob"], actions.make_join_link(lamp["alice"], den.key).code)
    lists = {
        name: {room.name for room in queries.directory(lamp[name])} for name in ("alice", "bob", "charlie")
    }
    assert lists == {"alice": {"Lamp", "Den"}, "bob": {"Lamp", "Den"}, "charlie": {"Lamp"}}
    open_to_bob = set(Room.objects.visible_to(lamp["bob"]))
    assert open_to_bob == {lamp["room"], den, old}
    assert direct not in open_to_bob
    assert queries.my_rooms(lamp["charlie"]) == {}
    assert set(queries.my_rooms(lamp["bob"])) == {lamp["room"].pk, den.pk}
    actions.remove_member(lamp["alice"], den.key, lamp["bob"])
    assert den not in queries.directory(lamp["bob"])
    assert den.pk not in queries.my_rooms(lamp["bob"])


def test_the_directory_counts_members_and_puts_active_rooms_first(lamp: dict[str, Any]) -> None:
    other = actions.make_room(lamp["alice"], "Other")
    post_message(lamp["bob"], lamp["room"])
    post_message(lamp["alice"], other)
    actions.leave_room(lamp["bob"], lamp["room"].key)
    found = [(room.name, room.people) for room in queries.directory(lamp["charlie"])]
    assert found == [("Other", 1), ("Lamp", 1)]


def test_a_person_without_a_profile_has_a_name_all_the_same(lamp: dict[str, Any]) -> None:
    from_admin = make_person("nobody")
    Profile.objects.filter(pk=from_admin).delete()
    assert queries.people([from_admin])[str(from_admin)].name == "nobody"


def test_members_are_listed_with_moderators_first(
    lamp: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    room = lamp["room"]
    people = [make_person(f"p{number}") for number in range(5)]
    for person in people:
        actions.join_room(person, room.key)
    actions.set_role(lamp["alice"], room.key, people[3], "moderator")
    monkeypatch.setattr(limits, "MEMBERS_SHOWN", 4)
    event = json.loads(queries.snapshot(room.pk).frame)
    assert [m["person"] for m in event["members"]] == [lamp["alice"], people[3], lamp["bob"], people[0]]
    assert event["member_count"] == 7


def test_heads_are_those_of_the_requested_rooms(lamp: dict[str, Any]) -> None:
    room = lamp["room"]
    assert queries.heads([room.pk, 2**40]) == {room.pk: room.seq}
    assert queries.heads([]) == {}
