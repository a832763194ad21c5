"""Tests that guests reach only the rooms of their join links unless the workspace allows more."""

import datetime
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from chat import actions, queries, search
from chat.accounts import sessions
from chat.actions import Refused
from chat.models import BannedAddress, JoinLink, Membership, Profile, Room, Session, Workspace
from chat.networks import can_be_banned, network_of
from chat.protocol import Code, Reason
from tests.support.refusals import refusal_code
from tests.support.scene import make_person

pytestmark = pytest.mark.django_db

WEEK = datetime.timedelta(days=7)


@pytest.fixture
def guest(room: Room) -> Any:
    return come_in(room)


@pytest.fixture
def attic(alice: Any, room: Room) -> Room:
    """A public room that the guest has no link to."""
    return actions.make_room(alice.pk, "Attic")


def come_in(room: Room, name: str = "Grace", **how: Any) -> Any:
    link = JoinLink.objects.usable().filter(room=room).latest("pk")
    person = actions.make_guest(name, **how).pk
    actions.join_by_link(person, link.code)
    return person


# -- names ---------------------------------------------------------------------------------------


# The second has a Cyrillic A, the third letters of full width, the fourth a digit.
@pytest.mark.parametrize(
    "name", ["alice", "\u0410LICE", "\uff21\uff4c\uff49\uff43\uff45", "A1ice", "Al ice."]
)
def test_no_guest_can_take_the_name_of_somebody_with_an_account(room: Room, alice: Any, name: str) -> None:
    guest = come_in(room)
    actions.change_profile(alice.pk, name="Alice L")
    actions.change_profile(alice.pk, name="Alice")
    for take in (lambda: actions.make_guest(name), lambda: actions.change_profile(guest, name=name)):
        with pytest.raises(Refused) as refused:
            take()
        assert refused.value.reason == Reason.NAME_TAKEN
    assert Profile.objects.get(pk=guest).name == "Grace"


def test_names_of_guests_and_other_names_are_free(room: Room, alice: Any, bob: Any) -> None:
    actions.change_profile(alice.pk, name="\u6797\u590f")
    assert refusal_code(come_in, room, "Grace") is None
    assert refusal_code(come_in, room, "grace") is None, "two people may have the same name"
    assert refusal_code(come_in, room, "\u6797\u590f\u5929") is None
    assert refusal_code(come_in, room, "\U0001f600") is None
    assert refusal_code(come_in, room, "\U0001f601") is None
    assert refusal_code(actions.change_profile, bob.pk, name="\u6797\u590f") is None, (
        "accounts are told apart otherwise"
    )


def test_names_from_before_an_upgrade_are_taken_too(room: Room, alice: Any) -> None:
    assert Profile.objects.get(pk=alice.pk).look == ""
    assert search.renew_names(100)
    assert refusal_code(actions.make_guest, "ALICE") == Code.NOT_ALLOWED


# -- rooms ---------------------------------------------------------------------------------------


def _tell(guest: Any) -> list[str]:
    """The public rooms that are sent to a guest's open pages."""
    return [room["name"] for room in json.loads(queries.newest_public_rooms()[1])["rooms"]]


REACHES: dict[str, Callable[[Any, Room], bool]] = {
    "sees it": lambda guest, attic: Room.objects.visible_to(guest).filter(pk=attic.pk).exists(),
    "finds it": lambda guest, attic: attic in queries.directory(guest, "attic"),
    "is told of it": lambda guest, attic: attic.name in _tell(guest),
    "joins it": lambda guest, attic: refusal_code(actions.join_room, guest, attic.key) is None,
}


@pytest.mark.parametrize("how", REACHES)
def test_guests_see_public_rooms_only_if_the_workspace_allows_it(
    guest: Any, bob: Any, attic: Room, how: str
) -> None:
    assert not REACHES[how](guest, attic)
    assert REACHES[how](bob.pk, attic) or how == "is told of it"
    Workspace.objects.update(guests_see_public_rooms=True)
    assert REACHES[how](guest, attic)


def test_a_public_room_answers_a_guest_like_a_missing_room(guest: Any, attic: Room) -> None:
    answers = []
    for action in (actions.join_room, actions.leave_room, actions.make_join_link):
        for key in (attic.key, "none"):
            with pytest.raises(actions.Refused) as refused:
                action(guest, key)
            answers.append(refused.value.args)
    assert set(answers) == {(Code.NO_SUCH_ROOM, None, None)}


def test_a_guest_has_only_the_link_s_room_and_can_rejoin_only_by_the_link(guest: Any, room: Room) -> None:
    assert list(Room.objects.visible_to(guest)) == [room]
    assert refusal_code(actions.join_room, guest, room.key) is None, "again is nothing"
    actions.leave_room(guest, room.key)
    assert refusal_code(actions.join_room, guest, room.key) == Code.NO_SUCH_ROOM
    actions.join_by_link(guest, room.join_links.get().code)
    assert list(Room.objects.visible_to(guest)) == [room]


def test_guests_create_rooms_only_if_the_workspace_allows_it(guest: Any, bob: Any) -> None:
    assert refusal_code(actions.make_room, guest, "Den") == Code.NOT_ALLOWED
    assert refusal_code(actions.make_room, bob.pk, "Den") is None
    Workspace.objects.update(guests_create_rooms=True)
    assert refusal_code(actions.make_room, guest, "Den") is None


def test_a_guest_writes_to_people_of_their_rooms_and_to_nobody_else(
    guest: Any, bob: Any, charlie: Any
) -> None:
    assert refusal_code(actions.open_direct_room, guest, [bob.pk]) is None
    assert refusal_code(actions.open_direct_room, guest, [charlie.pk]) == Code.NOT_ALLOWED


def test_guests_create_join_links_only_if_the_room_allows_it(guest: Any, alice: Any, room: Room) -> None:
    assert refusal_code(actions.make_join_link, guest, room.key) == Code.NOT_ALLOWED
    seq = Room.objects.get(pk=room.pk).seq
    actions.change_room(alice.pk, room.key, guests_invite=True)
    assert Room.objects.get(pk=room.pk).seq == seq, "nobody's screen shows it"
    assert refusal_code(actions.make_join_link, guest, room.key) is None


def test_a_guest_with_an_account_has_all_rights_of_a_member(guest: Any, room: Room, attic: Room) -> None:
    actions.change_profile(guest, kind=Profile.Kind.ACCOUNT)
    assert all(reaches(guest, attic) for how, reaches in REACHES.items() if how != "is told of it")
    assert refusal_code(actions.make_room, guest, "Den") is None
    assert refusal_code(actions.make_join_link, guest, room.key) is None


# -- how many ------------------------------------------------------------------------------------


def test_the_workspace_has_a_limit_of_guests_but_not_of_accounts(room: Room, charlie: Any) -> None:
    Workspace.objects.update(max_guests=2)
    first, _second = come_in(room, "One"), come_in(room, "Two")
    assert refusal_code(come_in, room, "Three") == Code.TOO_MANY
    actions.join_by_link(charlie.pk, room.join_links.get().code)
    actions.ban_person(first)
    come_in(room, "Instead")
    for no_limit in (0, None):
        Workspace.objects.update(max_guests=no_limit)
        come_in(room, "One more")


def test_a_guest_away_for_a_month_frees_a_place(room: Room) -> None:
    Workspace.objects.update(max_guests=1, max_guests_per_room=1)
    away = come_in(room)
    assert refusal_code(come_in, room, "Next") == Code.TOO_MANY
    Profile.objects.get(pk=away).user._meta.model.objects.filter(pk=away).update(
        date_joined=timezone.now() - datetime.timedelta(days=31)
    )
    Session.objects.create(process_id="0" * 32, user_id=away, opened_at=timezone.now())
    assert refusal_code(come_in, room, "Next") == Code.TOO_MANY, "still seen"
    Session.objects.all().delete()
    come_in(room, "Next")


def test_a_room_has_a_limit_of_guests_however_they_join(room: Room, bob: Any, attic: Room) -> None:
    Workspace.objects.update(max_guests_per_room=1, guests_see_public_rooms=True)
    guest, other = come_in(room), make_person("other", kind="guest")
    code = room.join_links.get().code
    assert refusal_code(actions.join_by_link, other, code) == Code.TOO_MANY
    assert refusal_code(actions.join_room, other, room.key) == Code.TOO_MANY
    assert JoinLink.objects.get(code=code).uses == 1, "a refused entrance uses no link up"
    assert refusal_code(actions.join_room, other, attic.key) is None
    assert refusal_code(actions.join_by_link, guest, code) is None, "who is in stays in"
    assert refusal_code(actions.join_by_link, make_person("dora"), code) is None


# -- links ---------------------------------------------------------------------------------------


def test_a_join_link_expires_and_is_limited_unless_chosen_otherwise(alice: Any, room: Room) -> None:
    for link in (room.join_links.get(), actions.make_join_link(alice.pk, room.key)):
        assert link.max_uses == 100
        assert datetime.timedelta(days=29) < link.expires_at - timezone.now() < datetime.timedelta(days=31)
    wide = actions.make_join_link(alice.pk, room.key, None, None)
    assert (wide.expires_at, wide.max_uses) == (None, None)


@pytest.mark.parametrize("end", ["banned", "removed", "barred", "switched off"])
def test_a_join_link_ends_when_its_creator_leaves(alice: Any, bob: Any, room: Room, end: str) -> None:
    hers, his = room.join_links.get(), actions.make_join_link(bob.pk, room.key)
    elsewhere = actions.make_join_link(bob.pk, actions.make_room(bob.pk, "Own").key)
    if end == "banned":
        actions.ban_person(bob.pk)
    elif end == "switched off":
        type(bob).objects.filter(pk=bob.pk).update(is_active=False)
    else:
        actions.remove_member(alice.pk, room.key, bob.pk, block_rejoin=end == "barred")
    left = {hers.pk} if end in ("banned", "switched off") else {hers.pk, elsewhere.pk}
    assert set(JoinLink.objects.usable().values_list("pk", flat=True)) == left
    actions.unban_person(bob.pk)
    assert his.pk not in JoinLink.objects.usable().values_list("pk", flat=True) or end == "switched off"


def test_a_limited_link_is_not_the_one_that_members_share(alice: Any, room: Room) -> None:
    many = room.join_links.get()
    actions.make_join_link(alice.pk, room.key, max_uses=1)
    assert queries.room_page_data(alice.pk, room.key).link == many.code
    JoinLink.objects.filter(pk=many.pk).update(expires_at=timezone.now() - WEEK)
    assert queries.room_page_data(alice.pk, room.key).link is None


# -- addresses -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("::1", "::1"),
        ("fe80::1%eth0", "fe80::/64"), ("::ffff:192.0.2.7", "192.0.2.7"), ("", "unknown"),
    ],
)  # fmt: skip
def test_addresses_are_grouped_by_network(address: str, network: str) -> None:
    assert network_of(address) == network


@pytest.mark.parametrize("network", ["127.0.0.1", "::1", "unknown"])
def test_loopback_and_unknown_addresses_cannot_be_banned(network: str) -> None:
    assert not can_be_banned(network)


def _connected(person: Any, address: str, ago: datetime.timedelta = datetime.timedelta()) -> None:
    then = timezone.now() - ago
    Session.objects.create(
        process_id="0" * 32, user_id=person, address=address, opened_at=then, closed_at=then
    )


def test_a_ban_can_include_addresses_until_a_day(guest: Any, room: Room) -> None:
    _connected(guest, "192.0.2.7")
    _connected(guest, "2001:db8::1")
    _connected(guest, "127.0.0.1")
    _connected(guest, "198.51.100.9", ago=datetime.timedelta(days=8))
    until = timezone.now() + WEEK
    actions.ban_person(guest, until)
    actions.ban_person(guest, until)
    assert set(BannedAddress.objects.values_list("network", flat=True)) == {"192.0.2.7", "2001:db8::/64"}
    assert refusal_code(come_in, room, "Again", address="192.0.2.7") == Code.BANNED
    assert refusal_code(come_in, room, "Again", address="2001:db8::dead:beef") == Code.BANNED
    assert refusal_code(come_in, room, "Other", address="192.0.2.8") is None
    assert sessions.from_banned_address({"client": ["192.0.2.7", 1], "headers": []})
    BannedAddress.objects.update(until=timezone.now())
    assert refusal_code(come_in, room, "Later", address="192.0.2.7") is None


def test_addresses_are_banned_only_if_chosen_and_an_unban_lifts_them(guest: Any) -> None:
    _connected(guest, "192.0.2.7")
    actions.ban_person(guest)
    assert not BannedAddress.objects.exists()
    actions.ban_person(guest, timezone.now() + WEEK)
    assert BannedAddress.is_banned("192.0.2.7")
    actions.unban_person(guest)
    assert not BannedAddress.is_banned("192.0.2.7")


def test_a_direct_room_is_never_full(guest: Any, bob: Any, alice: Any) -> None:
    Workspace.objects.update(max_guests_per_room=1)
    assert refusal_code(actions.open_direct_room, guest, [bob.pk, alice.pk]) is None
    assert Membership.objects.present().filter(user=guest, room__kind="direct").exists()
