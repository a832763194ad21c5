"""Tests creating, joining, leaving, removal and renaming."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat import actions, limits
from chat.actions import Refused
from chat.broadcast import Hint
from chat.models import JoinLink, Membership, Profile, Room, Workspace
from chat.protocol import Code, Reason
from tests.support.database import all_rows
from tests.support.published import decode_events, run_commit_hooks
from tests.support.refusals import refusal_code
from tests.support.scene import make_person, post_message

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def lamp(db: None) -> dict[str, Any]:
    """alice owns the room, bob is a member, charlie is outside."""
    people = {name: make_person(name) for name in ("alice", "bob", "charlie")}
    room = actions.create_workspace(people["alice"], "Lamplight")
    actions.join_room(people["bob"], room.key)
    room.refresh_from_db()
    return people | {"room": room, "key": room.key}


def place(lamp: dict[str, Any], name: str) -> Membership:
    return Membership.objects.get(room=lamp["room"], user_id=lamp[name])


# -- founding ------------------------------------------------------------------------------------


def test_the_workspace_is_created_once(lamp: dict[str, Any]) -> None:
    before = all_rows()
    assert refusal_code(actions.create_workspace, lamp["bob"], "Mine") == Code.NOT_ALLOWED
    assert all_rows() == before
    assert Workspace.objects.get().founder_id == lamp["alice"]
    assert Workspace.objects.get().name == "Lamplight"


def test_the_founder_owns_a_lobby_with_a_link(lamp: dict[str, Any]) -> None:
    assert lamp["room"].name == "Lobby"
    assert place(lamp, "alice").role == "owner"
    assert JoinLink.objects.usable().get().room == lamp["room"]


# -- joining -------------------------------------------------------------------------------------


def test_a_new_member_starts_with_everything_read(lamp: dict[str, Any]) -> None:
    last = post_message(lamp["alice"], lamp["room"])
    actions.join_room(lamp["charlie"], lamp["key"])
    assert place(lamp, "charlie").read_up_to == last.pk
    actions.leave_room(lamp["charlie"], lamp["key"])
    later = post_message(lamp["alice"], lamp["room"])
    actions.join_room(lamp["charlie"], lamp["key"])
    assert place(lamp, "charlie").read_up_to == later.pk


def test_rejoining_does_not_end_a_mute_or_restore_a_role(lamp: dict[str, Any]) -> None:
    until = timezone.now() + HOUR
    actions.set_role(lamp["alice"], lamp["key"], lamp["bob"], "moderator")
    actions.mute(lamp["alice"], lamp["key"], lamp["bob"], until)
    actions.leave_room(lamp["bob"], lamp["key"])
    actions.join_room(lamp["bob"], lamp["key"])
    assert place(lamp, "bob").muted_until == until
    assert place(lamp, "bob").role == "member"
    assert place(lamp, "bob").removed_at is None


def test_joining_notifies_the_room_and_every_tab_of_the_person(
    lamp: dict[str, Any], published: list[Hint]
) -> None:
    with run_commit_hooks():
        actions.join_room(lamp["charlie"], lamp["key"])
    [event, notice] = decode_events(published)
    assert notice["message"]["kind"] == "notice"
    assert event["member"]["person"] == lamp["charlie"]
    assert event["people"][str(lamp["charlie"])]["name"] == "Charlie"
    assert [hint["audience"] for hint in published if hint["recheck"]] == [f"chat.person.{lamp['charlie']}"]
    assert Profile.objects.get(pk=lamp["charlie"]).version == 1


def test_nobody_joins_an_archived_room(lamp: dict[str, Any]) -> None:
    link = actions.make_join_link(lamp["alice"], lamp["key"])
    actions.change_room(lamp["alice"], lamp["key"], archived=True)
    assert refusal_code(actions.join_room, lamp["charlie"], lamp["key"]) == Code.ARCHIVED
    assert refusal_code(actions.join_by_link, lamp["charlie"], link.code) == Code.NO_SUCH_ROOM
    assert refusal_code(actions.make_join_link, lamp["alice"], lamp["key"]) == Code.ARCHIVED


# -- links ---------------------------------------------------------------------------------------


def test_a_join_link_admits_its_number_of_people_and_counts_each_once(lamp: dict[str, Any]) -> None:
    actions.change_room(lamp["alice"], lamp["key"], kind="private")
    link = actions.make_join_link(lamp["alice"], lamp["key"], max_uses=2)
    for name in ("dora", "dora", "eve", "alice"):
        actions.join_by_link(lamp.setdefault(name, lamp.get(name) or make_person(name)), link.code)
    link.refresh_from_db()
    assert link.uses == 2
    assert refusal_code(actions.join_by_link, lamp["charlie"], link.code) == Code.NO_SUCH_ROOM
    assert actions.join_by_link(lamp["eve"], link.code).user_id == lamp["eve"], "who is in stays in"


@pytest.mark.parametrize("how", ["expired", "revoked", "spent", "unknown"])
def test_a_link_that_does_not_work_does_not_exist(lamp: dict[str, Any], how: str) -> None:
    link = actions.make_join_link(lamp["alice"], lamp["key"], max_uses={"spent": 0}.get(how))
    if how == "expired":
        JoinLink.objects.filter(pk=link.pk).update(expires_at=timezone.now() - HOUR)
    if how == "revoked":
        actions.revoke_join_link(lamp["alice"], link.code)
    before = all_rows()
    with pytest.raises(Refused) as refused:
        actions.join_by_link(lamp["charlie"], "x" * 22 if how == "unknown" else link.code)
    assert refused.value.args == (Code.NO_SUCH_ROOM, None, None)
    assert all_rows() == before


def test_a_refused_join_does_not_use_up_a_link(lamp: dict[str, Any]) -> None:
    link = actions.make_join_link(lamp["alice"], lamp["key"], max_uses=1)
    actions.remove_member(lamp["alice"], lamp["key"], lamp["bob"], block_rejoin=True)
    actions.ban_person(lamp["charlie"])
    assert refusal_code(actions.join_by_link, lamp["bob"], link.code) == Code.NO_SUCH_ROOM
    assert refusal_code(actions.join_by_link, lamp["charlie"], link.code) == Code.BANNED
    link.refresh_from_db()
    assert link.uses == 0


# -- going ---------------------------------------------------------------------------------------


def test_a_removal_is_the_last_event_and_names_the_person(
    lamp: dict[str, Any], published: list[Hint]
) -> None:
    for leave in (
        lambda: actions.leave_room(lamp["bob"], lamp["key"]),
        lambda: actions.remove_member(lamp["alice"], lamp["key"], lamp["bob"]),
        lambda: actions.remove_member(None, lamp["key"], lamp["bob"], block_rejoin=True, as_staff=True),
    ):
        actions.join_room(lamp["bob"], lamp["key"])
        del published[:]
        with run_commit_hooks():
            leave()
        durable, recheck = published
        seq = place(lamp, "bob").seq
        assert durable["removed"] == [(lamp["bob"], seq)]
        assert durable["first"] == durable["last"] == seq == Room.objects.get(pk=lamp["room"].pk).seq
        assert (recheck["audience"], recheck["recheck"]) == (f"chat.person.{lamp['bob']}", True)
        assert place(lamp, "bob").removed_at is not None


def test_the_last_owner_stays_while_others_are_in(lamp: dict[str, Any]) -> None:
    alice, bob, key = lamp["alice"], lamp["bob"], lamp["key"]
    for refused in (
        lambda: actions.leave_room(alice, key),
        lambda: actions.set_role(alice, key, alice, "member"),
        lambda: actions.set_role(None, key, alice, "member", as_staff=True),
    ):
        with pytest.raises(Refused) as told:
            refused()
        assert told.value.args == (Code.NOT_ALLOWED, Reason.LAST_OWNER, None)
    actions.set_role(alice, key, bob, "owner")
    actions.set_role(alice, key, alice, "member")
    actions.leave_room(alice, key)
    actions.leave_room(bob, key)
    assert not lamp["room"].memberships.present().exists()


def test_a_person_banned_from_a_room_cannot_join_in_any_way(lamp: dict[str, Any]) -> None:
    link = actions.make_join_link(lamp["alice"], lamp["key"])
    actions.leave_room(lamp["bob"], lamp["key"])
    actions.remove_member(lamp["alice"], lamp["key"], lamp["bob"], block_rejoin=True)
    assert refusal_code(actions.join_room, lamp["bob"], lamp["key"]) == Code.NO_SUCH_ROOM
    assert refusal_code(actions.join_by_link, lamp["bob"], link.code) == Code.NO_SUCH_ROOM


# -- people --------------------------------------------------------------------------------------


def test_a_new_name_renumbers_each_current_membership(lamp: dict[str, Any], published: list[Hint]) -> None:
    den, left = (actions.make_room(lamp["bob"], name) for name in ("Den", "Left"))
    actions.leave_room(lamp["bob"], left.key)
    heads = dict(Room.objects.values_list("pk", "seq"))
    with run_commit_hooks():
        actions.change_profile(lamp["bob"], name="Robert")
    told = decode_events(published)
    assert [event["room"] for event in told] == [lamp["key"], den.key]
    assert {event["people"][str(lamp["bob"])]["name"] for event in told} == {"Robert"}
    assert [event["seq"] for event in told] == [heads[lamp["room"].pk] + 1, heads[den.pk] + 1]


def test_private_preferences_are_published_to_nobody(lamp: dict[str, Any], published: list[Hint]) -> None:
    with run_commit_hooks(), CaptureQueriesContext(connection) as asked:
        actions.change_profile(lamp["bob"], name="Bob", theme="dark", language="zh-hans")
    assert not published
    assert not [query for query in asked if "chat_room" in query["sql"]], "no room is locked for it"
    assert Profile.objects.get(pk=lamp["bob"]).theme == "dark"


def test_everybody_sees_that_a_guest_became_an_account(lamp: dict[str, Any], published: list[Hint]) -> None:
    guest = actions.make_guest("Grace").pk
    actions.join_by_link(guest, actions.make_join_link(lamp["alice"], lamp["key"]).code)
    del published[:]
    with run_commit_hooks():
        actions.change_profile(guest, kind="account")
    assert [event["people"][str(guest)]["kind"] for event in decode_events(published)] == ["account"]


@pytest.mark.parametrize("name", ["x" * 201, "\u0958" * 101, "", "\u200b", "\u202e"])
def test_a_name_must_be_visible_and_fit(lamp: dict[str, Any], name: str) -> None:
    """SQLite would store lengths that PostgreSQL refuses."""
    alice, key = lamp["alice"], lamp["key"]
    Workspace.objects.update(founder=None)
    before = all_rows()
    for refused in (
        lambda: actions.make_guest(name), lambda: actions.make_room(alice, name),
        lambda: actions.change_room(alice, key, name=name), lambda: actions.change_profile(alice, name=name),
        lambda: actions.create_workspace(alice, name),
    ):  # fmt: skip
        assert refusal_code(refused) == Code.BAD_BODY
    assert all_rows() == before


def test_sizes_of_names_are_exact(lamp: dict[str, Any]) -> None:
    alice, key = lamp["alice"], lamp["key"]
    for most, named in (
        (limits.NAME_CHARACTERS, lambda name: actions.change_profile(alice, name=name)),
        (limits.ROOM_NAME_CHARACTERS, lambda name: actions.change_room(alice, key, name=name)),
        (limits.TOPIC_CHARACTERS, lambda topic: actions.change_room(alice, key, topic=topic)),
    ):
        assert refusal_code(named, "字" * most) is None
        assert refusal_code(named, "字" * (most + 1)) == Code.BAD_BODY


def test_a_topic_is_one_line_and_may_be_empty(lamp: dict[str, Any]) -> None:
    alice, key = lamp["alice"], lamp["key"]
    assert actions.change_room(alice, key, topic=" one\x00\n\u202eline ").topic == "one line"
    assert actions.change_room(alice, key, topic="  ").topic == ""


# -- reading -------------------------------------------------------------------------------------


def test_the_read_position_only_moves_forward_and_not_past_the_last_message(
    lamp: dict[str, Any], published: list[Hint]
) -> None:
    first, last = post_message(lamp["alice"], lamp["room"]), post_message(lamp["alice"], lamp["room"])
    for asked, then in ((last.pk, last.pk), (first.pk, last.pk), (2**52, last.pk), (0, last.pk)):
        actions.mark_read(lamp["bob"], lamp["key"], asked)
        assert place(lamp, "bob").read_up_to == then
    elsewhere = post_message(lamp["alice"], actions.make_room(lamp["alice"], "Den"))
    newest = post_message(lamp["alice"], lamp["room"])
    actions.mark_read(lamp["bob"], lamp["key"], elsewhere.pk)
    assert place(lamp, "bob").read_up_to == last.pk < elsewhere.pk < newest.pk


def test_a_read_position_is_sent_only_to_its_person_with_an_exact_count(
    lamp: dict[str, Any], published: list[Hint]
) -> None:
    messages = [post_message(lamp["alice"], lamp["room"]) for _ in range(3)]
    Membership.objects.filter(user_id=lamp["bob"]).update(read_up_to=0)
    del published[:]
    with run_commit_hooks():
        actions.mark_read(lamp["bob"], lamp["key"], messages[0].pk)
    assert [hint["audience"] for hint in published] == [f"chat.person.{lamp['bob']}"]
    lamp["room"].refresh_from_db()
    told = {"generation": 0, "seq": lamp["room"].seq, "last": messages[-1].pk, "unread": 2, "mentions": 0}
    assert decode_events(published) == [
        {"type": "read", "room": lamp["key"], "message": messages[0].pk, **told}
    ]


def test_messages_can_be_marked_unread_from_one_on_and_that_can_be_undone(
    lamp: dict[str, Any], published: list[Hint]
) -> None:
    bob, key = lamp["bob"], lamp["key"]
    first, second, third = [post_message(lamp["alice"], lamp["room"]) for _ in range(3)]
    actions.mark_read(bob, key, third.pk)
    del published[:]
    with run_commit_hooks():
        actions.unmark_read(bob, key, second.pk)
        actions.unmark_read(bob, key, third.pk)
        actions.mark_read(bob, key, third.pk)
    told = [(event["message"], event["generation"], event["unread"]) for event in decode_events(published)]
    assert told == [(first.pk, 1, 2), (first.pk, 1, 2), (third.pk, 1, 0)]
    assert {hint["audience"] for hint in published} == {f"chat.person.{bob}"}
    assert refusal_code(actions.unmark_read, lamp["charlie"], key, first.pk) == Code.NO_SUCH_ROOM
