"""Tests every action by every kind of person: permission, published events, idempotence.

Each cell of the table is tried on its own: a refusal changes no row and publishes nothing; a success
publishes what is stored, once; a repetition changes nothing.
"""

import datetime
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone

from chat import actions
from chat.actions import Draft, Posted, Refused
from chat.broadcast import Hint
from chat.models import JoinLink, Membership, Message, Profile, Room
from chat.protocol import Code, Post
from tests.support.database import all_rows, rolled_back
from tests.support.published import assert_hints_match_rows, run_commit_hooks
from tests.support.refusals import refusal_code
from tests.support.scene import make_person, make_upload, post_message

# Everybody but the outsider was once a member; muted, banned and barred are so since. "." is done.
MATRIX = """
                            owner  moderator member guest muted banned barred  outsider
post_messages               .      .         .      .     muted banned room    room
edit_message own            .      .         .      .     muted banned message message
edit_message of carol       not    not       not    not   not   banned message message
edit_message deleted        message message message message message banned message message
delete_message own          .      .         .      .     .     banned message message
delete_message of carol     .      .         not    not   not   banned message message
pin_message                 .      .         not    not   not   banned message message
unpin_message               .      .         not    not   not   banned message message
add_reaction                .      .         .      .     muted banned message message
remove_reaction             .      .         .      .     .     banned message message
mark_read                   .      .         .      .     .     banned room    room
unmark_read                 .      .         .      .     .     banned room    room
set_level                   .      .         .      .     .     banned room    room
set_favourite               .      .         .      .     .     banned room    room
change_profile              .      .         .      .     .     banned .       .
make_room                   .      .         .      not   .     banned .       .
change_room                 .      .         not    not   not   banned room    room
join_room public            .      .         .      .     .     banned room    .
join_room private           .      .         .      .     .     banned room    room
join_by_link public         .      .         .      .     .     .      room    .
join_by_link private        .      .         .      .     .     .      room    .
leave_room                  not    .         .      .     .     banned .       room
announce_opening            .      not       not    not   not   banned room    room
cancel_opening              .      not       not    not   not   banned room    room
make_join_link public       .      .         .      not   .     banned room    room
make_join_link private      .      .         not    not   not   banned room    room
revoke_join_link            .      .         not    not   not   banned room    room
remove_member carol         .      .         not    not   not   banned room    room
remove_member bar carol     .      .         not    not   not   banned room    room
remove_member owner         not    not       not    not   not   banned room    room
set_role carol              .      not       not    not   not   banned room    room
set_role owner              not    not       not    not   not   banned room    room
mute carol                  .      .         not    not   not   banned room    room
mute owner                  not    not       not    not   not   banned room    room
block_person carol          .      .         .      .     .     banned not     not
unblock_person carol        .      .         .      .     .     banned .       .
open_direct_room carol      .      .         .      .     .     banned not     not
refuse_upload               .      .         .      .     muted banned room    room
add_upload                  .      .         .      .     muted banned room    room
discard_upload of carol     file   file      file   file  file  file   file    file
"""
CODES = {
    ".": None, "not": Code.NOT_ALLOWED, "room": Code.NO_SUCH_ROOM, "message": Code.NO_SUCH_MESSAGE,
    "muted": Code.MUTED, "banned": Code.BANNED, "file": Code.NO_SUCH_FILE,
}  # fmt: skip
PEOPLE = MATRIX.split("\n")[1].split()
ROWS = {line[:28].strip(): line[28:].split() for line in MATRIX.split("\n")[2:] if line}
# The site's staff, whom the pages have checked, or nobody in particular; proven below.
WITHOUT_ACTOR = {
    "ban_person", "unban_person", "restore_message", "login_changed", "activity_changed", "make_guest",
    "create_workspace",
    "delete_old_attachments", "erase_deleted_messages", "delete_expired_login_sessions",
    "delete_old_sessions", "retire_guest", "delete_guest", "refuse_without_space", "open_to_staff",
}  # fmt: skip

LATER = timezone.now() + datetime.timedelta(days=1)


class Scene:
    """A public and a private room with the same people, and carol, on whom actions are tried."""

    def __init__(self) -> None:
        self.people = {name: make_person(name) for name in [*PEOPLE, "carol"]}
        Profile.objects.filter(pk=self.people["guest"]).update(kind=Profile.Kind.GUEST)
        owner = self.people["owner"]
        self.room, self.den = actions.make_room(owner, "Lamp"), actions.make_room(owner, "Den")
        self.links = {room.pk: actions.make_join_link(owner, room.key) for room in (self.room, self.den)}
        for room in (self.room, self.den):
            for name in ("moderator", "member", "muted", "banned", "barred", "carol"):
                actions.join_room(self.people[name], room.key)
            actions.join_by_link(self.people["guest"], self.links[room.pk].code)
            actions.set_role(owner, room.key, self.people["moderator"], "moderator")
        self.carols = post_message(self.people["carol"], self.room)
        self.deleted = post_message(self.people["carol"], self.room)
        self.pinned = actions.pin_message(owner, post_message(self.people["carol"], self.room).pk)
        self.own = {name: post_message(self.people[name], self.room) for name in PEOPLE if name != "outsider"}
        self.own["outsider"] = self.carols
        for name in PEOPLE[:-1]:
            actions.add_reaction(self.people[name], self.carols.pk, "👍")
        actions.delete_message(owner, self.deleted.pk)
        actions.change_room(owner, self.den.key, kind="private")
        self.upload = make_upload(self.people["carol"], self.room)
        for room in (self.room, self.den):
            actions.mute(owner, room.key, self.people["muted"], LATER)
            actions.remove_member(owner, room.key, self.people["barred"], block_rejoin=True)
        actions.ban_person(self.people["banned"])

    def do(self, what: str, name: str) -> Any:
        return DO[what](self, self.people[name], name)


def _post(scene: Scene, me: Any, nonce: str) -> Posted:
    post = Post(room=scene.room.key, nonce=nonce.rjust(16, "_"), body="hello")
    [outcome] = actions.post_messages([Draft(me, post, None)])
    if isinstance(outcome, Refused):
        raise outcome
    return outcome


DO: dict[str, Callable[[Scene, Any, str], Any]] = {
    "post_messages": _post,
    "edit_message own": lambda s, me, name: actions.edit_message(me, s.own[name].pk, "other", None),
    "edit_message of carol": lambda s, me, _: actions.edit_message(me, s.carols.pk, "other", None),
    "edit_message deleted": lambda s, me, _: actions.edit_message(me, s.deleted.pk, "other", None),
    "delete_message own": lambda s, me, name: actions.delete_message(me, s.own[name].pk),
    "delete_message of carol": lambda s, me, _: actions.delete_message(me, s.carols.pk),
    "pin_message": lambda s, me, _: actions.pin_message(me, s.carols.pk),
    "unpin_message": lambda s, me, _: actions.unpin_message(me, s.pinned.pk),
    "add_reaction": lambda s, me, _: actions.add_reaction(me, s.carols.pk, "🎉"),
    "remove_reaction": lambda s, me, _: actions.remove_reaction(me, s.carols.pk, "👍"),
    "mark_read": lambda s, me, _: actions.mark_read(me, s.room.key, s.own["guest"].pk),
    "unmark_read": lambda s, me, _: actions.unmark_read(me, s.room.key, s.carols.pk),
    "set_level": lambda s, me, _: actions.set_level(me, s.room.key, "mentions"),
    "set_favourite": lambda s, me, _: actions.set_favourite(me, s.room.key, True),
    "change_profile": lambda s, me, _: actions.change_profile(me, name="Other", theme="dark"),
    "make_room": lambda s, me, _: actions.make_room(me, "Attic", "private", "dusty"),
    "change_room": lambda s, me, _: actions.change_room(me, s.room.key, name="Lantern", topic="light"),
    "announce_opening": lambda s, me, _: actions.announce_opening(me, s.den.key),
    "cancel_opening": lambda s, me, _: actions.cancel_opening(me, s.den.key),
    "join_room public": lambda s, me, _: actions.join_room(me, s.room.key),
    "join_room private": lambda s, me, _: actions.join_room(me, s.den.key),
    "join_by_link public": lambda s, me, _: actions.join_by_link(me, s.links[s.room.pk].code),
    "join_by_link private": lambda s, me, _: actions.join_by_link(me, s.links[s.den.pk].code),
    "leave_room": lambda s, me, _: actions.leave_room(me, s.room.key),
    "make_join_link public": lambda s, me, _: actions.make_join_link(me, s.room.key),
    "make_join_link private": lambda s, me, _: actions.make_join_link(me, s.den.key),
    "revoke_join_link": lambda s, me, _: actions.revoke_join_link(me, s.links[s.room.pk].code),
    "remove_member carol": lambda s, me, _: actions.remove_member(me, s.room.key, s.people["carol"]),
    "remove_member bar carol": lambda s, me, _: actions.remove_member(
        me, s.room.key, s.people["carol"], block_rejoin=True
    ),
    "remove_member owner": lambda s, me, _: actions.remove_member(me, s.room.key, s.people["owner"]),
    "set_role carol": lambda s, me, _: actions.set_role(me, s.room.key, s.people["carol"], "moderator"),
    "set_role owner": lambda s, me, _: actions.set_role(me, s.room.key, s.people["owner"], "member"),
    "mute carol": lambda s, me, _: actions.mute(me, s.room.key, s.people["carol"], LATER),
    "open_direct_room carol": lambda s, me, _: actions.open_direct_room(me, [s.people["carol"]]),
    "block_person carol": lambda s, me, _: actions.block_person(me, s.people["carol"]),
    "unblock_person carol": lambda s, me, _: actions.unblock_person(me, s.people["carol"]),
    "mute owner": lambda s, me, _: actions.mute(me, s.room.key, s.people["owner"], LATER),
    "refuse_upload": lambda s, me, _: actions.refuse_upload(me, s.room.key, 1, 0),
    "add_upload": lambda s, me, _: make_upload(me, s.room),
    "discard_upload of carol": lambda s, me, _: actions.discard_upload(me, s.upload),
}
# What makes another one each time it is asked.
MAKES = {"add_upload", "make_room", "make_join_link public", "make_join_link private"}


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[Scene]:
    """Created once for this file; each test runs in a transaction inside this one."""
    with django_db_blocker.unblock(), rolled_back():
        yield Scene()


@pytest.fixture
def scene(built: Scene, db: None) -> Scene:
    return built


def test_every_action_is_in_the_table() -> None:
    verbs = {name for name in actions.__all__ if name.islower()}
    assert {row.split()[0] for row in ROWS} | WITHOUT_ACTOR == verbs
    assert ROWS.keys() == DO.keys()


@pytest.mark.parametrize("row", ROWS)
def test_permissions_are_as_in_the_table(scene: Scene, published: list[Hint], row: str) -> None:
    for name, cell in zip(PEOPLE, ROWS[row], strict=True):
        with rolled_back():
            del published[:]
            try:
                _is_as_promised(scene, published, row, name, CODES[cell])
            except AssertionError as error:
                raise AssertionError(f"{row} by {name}: {error}") from error


def _is_as_promised(scene: Scene, told: list[Hint], row: str, name: str, code: Code | None) -> None:
    before, heads = all_rows(), dict(Room.objects.values_list("pk", "seq"))
    assert _code(scene, row, name) == code
    if code is not None:
        assert all_rows() == before
        assert not told
        return
    assert_hints_match_rows(told, heads)
    after, heads = all_rows(), dict(Room.objects.values_list("pk", "seq"))
    del told[:]
    if row not in MAKES and _code(scene, row, name) is None:
        assert all_rows() == after, "again is not nothing"
        assert_hints_match_rows(told, heads)


def _code(scene: Scene, row: str, name: str) -> Code | None:
    """Runs in a savepoint of its own, like the writer."""
    try:
        with run_commit_hooks():
            scene.do(row, name)
    except Refused as refused:
        return refused.code
    return None


# -- the site's staff, whom nobody in the room has let in ----------------------------------------

STAFF: dict[str, Callable[[Scene], Any]] = {
    "delete_message": lambda s: actions.delete_message(None, s.carols.pk, as_staff=True),
    "restore_message": lambda s: actions.restore_message(s.deleted.pk),
    "remove_member": lambda s: actions.remove_member(None, s.den.key, s.people["carol"], as_staff=True),
    "remove_member owner": lambda s: actions.remove_member(None, s.den.key, s.people["owner"], as_staff=True),
    "set_role": lambda s: actions.set_role(None, s.den.key, s.people["carol"], "owner", as_staff=True),
    "mute": lambda s: actions.mute(None, s.den.key, s.people["owner"], LATER, as_staff=True),
    "change_room": lambda s: actions.change_room(None, s.den.key, archived=True, as_staff=True),
    "ban_person": lambda s: actions.ban_person(s.people["carol"]),
}


@pytest.mark.parametrize("what", STAFF)
def test_staff_may_do_it_and_repeating_it_changes_nothing(
    scene: Scene, published: list[Hint], what: str
) -> None:
    before = all_rows()
    for expected in (True, False):
        heads = dict(Room.objects.values_list("pk", "seq"))
        del published[:]
        with run_commit_hooks():
            STAFF[what](scene)
        assert bool(published) is expected
        assert (all_rows() != before) is expected
        assert_hints_match_rows(published, heads)
        before = all_rows()


def test_as_staff_is_never_the_default(scene: Scene) -> None:
    for what in (
        "delete_message of carol",
        "remove_member owner",
        "set_role owner",
        "mute owner",
        "change_room",
    ):
        assert _code(scene, what, "outsider") in (Code.NO_SUCH_MESSAGE, Code.NO_SUCH_ROOM)


def test_a_ban_rechecks_access_and_an_unban_restores_it(scene: Scene, published: list[Hint]) -> None:
    carol = scene.people["carol"]
    with run_commit_hooks():
        actions.ban_person(carol)
    assert [(hint["audience"], hint["recheck"]) for hint in published] == [(f"chat.person.{carol}", True)]
    assert _code(scene, "post_messages", "banned") == Code.BANNED
    actions.unban_person(scene.people["banned"])
    assert _code(scene, "post_messages", "banned") is None


def test_a_missing_object_is_refused_without_an_error(scene: Scene) -> None:
    """Those of commands are in test_existence.py."""
    me, key, message = scene.people["owner"], "no-such-room", 2**52
    calls: dict[Callable[[], Any], Code] = {
        lambda: actions.join_by_link(me, key): Code.NO_SUCH_ROOM,
        lambda: actions.revoke_join_link(me, key): Code.NO_SUCH_ROOM,
        lambda: actions.delete_message(None, message, as_staff=True): Code.NO_SUCH_MESSAGE,
        lambda: actions.restore_message(message): Code.NO_SUCH_MESSAGE,
    }
    for call, code in calls.items():
        assert refusal_code(call) == code


def test_the_outsider_learns_nothing_of_a_private_room(scene: Scene) -> None:
    """I18: the answer equals that for a missing room or message, to the byte."""
    hidden, outsider = post_message(scene.people["owner"], scene.den), scene.people["outsider"]
    for action, there, nowhere in [
        (actions.join_room, scene.den.key, "none"),
        (actions.leave_room, scene.den.key, "none"),
        (actions.make_join_link, scene.den.key, "none"),
        (actions.delete_message, hidden.pk, 2**52),
    ]:
        with pytest.raises(Refused) as one:
            action(outsider, there)
        with pytest.raises(Refused) as other:
            action(outsider, nowhere)
        assert one.value.args == other.value.args


def test_the_table_s_rows_include_the_three_people(scene: Scene) -> None:
    """Checks that the table's people have the roles it says."""
    places = {p.user_id: p for p in Membership.objects.filter(room=scene.room)}
    people = scene.people
    assert places[people["moderator"]].moderates
    assert not places[people["member"]].moderates
    assert places[people["barred"]].cannot_rejoin
    assert people["outsider"] not in places
    assert Message.objects.get(pk=scene.deleted.pk).deleted_at is not None
    assert JoinLink.objects.usable().count() == 2
