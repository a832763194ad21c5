"""Tests table constraints and chained query filters."""

import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.utils import timezone

from chat import actions, limits
from chat.models import (
    JoinLink,
    Membership,
    Message,
    Profile,
    Room,
    Workspace,
    new_key,
    people_key,
    people_of,
)
from tests.support.scene import make_person, post_message

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def lamp(db: None) -> dict[str, Any]:
    """alice owns the room, bob is a member, charlie is outside."""
    people = {name: make_person(name) for name in ("alice", "bob", "charlie")}
    room = actions.make_room(people["alice"], "Lamp")
    actions.join_room(people["bob"], room.key)
    return people | {"room": room}


def is_refused(write: Callable[[], Any]) -> bool:
    try:
        with transaction.atomic():
            write()
    except IntegrityError:
        return True
    return False


def test_there_is_only_one_workspace(db: None) -> None:
    assert Workspace.current() == Workspace.current()
    assert is_refused(lambda: Workspace.objects.create(pk=2))
    assert is_refused(lambda: Workspace.objects.create(pk=1))


def test_a_person_has_one_membership_per_room(lamp: dict[str, Any]) -> None:
    assert is_refused(lambda: Membership.objects.create(room=lamp["room"], user_id=lamp["bob"]))


def test_a_nonce_is_unique_per_author_and_a_seq_per_room(lamp: dict[str, Any]) -> None:
    said = post_message(lamp["bob"], lamp["room"])
    row = {"room": lamp["room"], "author_id": lamp["bob"], "body": "x", "created_at": timezone.now()}
    assert is_refused(lambda: Message.objects.create(**row, nonce=said.nonce, seq=said.seq + 1))
    assert is_refused(lambda: Message.objects.create(**row, nonce="other", seq=said.seq))
    assert not is_refused(lambda: Message.objects.create(**row, nonce="other", seq=said.seq + 1))


def test_an_author_with_messages_cannot_be_deleted(lamp: dict[str, Any]) -> None:
    """A cascade would delete rows without a seq."""
    said = post_message(lamp["bob"], lamp["room"])
    for row in (lamp["room"], Membership.objects.get(user_id=lamp["bob"]).user):
        assert is_refused(row.delete)
    assert Message.objects.filter(pk=said.pk).exists()


def test_keys_are_long_safe_in_an_address_and_never_the_same() -> None:
    keys = {new_key() for _ in range(1_000)}
    assert len(keys) == 1_000
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{22}", key) for key in keys)


def test_open_to_returns_public_rooms_and_your_own(lamp: dict[str, Any]) -> None:
    den = actions.make_room(lamp["alice"], "Den", Room.Kind.PRIVATE)
    assert set(Room.objects.visible_to(lamp["alice"])) == {lamp["room"], den}
    assert set(Room.objects.visible_to(lamp["charlie"])) == {lamp["room"]}
    actions.join_by_link(lamp["charlie"], actions.make_join_link(lamp["alice"], den.key).code)
    assert set(Room.objects.visible_to(lamp["charlie"])) == {lamp["room"], den}
    actions.leave_room(lamp["charlie"], den.key)
    assert set(Room.objects.visible_to(lamp["charlie"])) == {lamp["room"]}


def test_only_present_members_moderate() -> None:
    roles = {role: Membership(role=role).moderates for role in Membership.Role.values}
    assert roles == {"owner": True, "moderator": True, "member": False}
    assert not Membership(role="owner", removed_at=timezone.now()).moderates


@pytest.mark.parametrize(
    ("link", "works"),
    [
        ({}, True),
        ({"expires_at": timezone.now() + HOUR}, True),
        ({"expires_at": timezone.now() - HOUR}, False),
        ({"max_uses": 2, "uses": 1}, True),
        ({"max_uses": 2, "uses": 2}, False),
        ({"revoked_at": timezone.now()}, False),
        ({"expires_at": timezone.now() + HOUR, "max_uses": 1, "revoked_at": timezone.now()}, False),
    ],
)
def test_a_usable_link_is_fresh_unspent_and_not_revoked(
    lamp: dict[str, Any], link: dict[str, Any], works: bool
) -> None:
    JoinLink.objects.create(room=lamp["room"], created_by_id=lamp["alice"], **link)
    assert JoinLink.objects.usable().exists() is works
    Room.objects.update(archived_at=timezone.now())
    assert not JoinLink.objects.usable().exists()


def test_a_profile_is_created_once_with_a_name_that_fits(db: None) -> None:
    user = get_user_model()._default_manager.create(username="x" * 100)
    assert Profile.of(user).name == "x" * limits.NAME_CHARACTERS
    Profile.objects.update(name="Other")
    assert Profile.of(user).name == "Other"


def test_the_name_of_a_row_shows_no_secret(lamp: dict[str, Any]) -> None:
    said, link = (
        post_message(lamp["bob"], lamp["room"], "secret"),
        actions.make_join_link(lamp["alice"], lamp["room"].key),
    )
    assert "secret" not in str(said)
    assert link.code not in str(link)


def test_people_of_a_direct_room_are_in_the_order_of_their_ids() -> None:
    """Their names make its title."""
    assert people_of(people_key([100, 9, 10])) == [9, 10, 100]
    assert people_of(None) == []
