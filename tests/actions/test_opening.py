"""Tests that a private room becomes public only through an owner, a day after its people were notified."""

import datetime
import json
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from chat import actions
from chat.models import Room
from chat.protocol import Code
from tests.support.refusals import refusal_code
from tests.support.scene import post_message, signed_in_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def den(alice: Any, bob: Any, room: Room) -> Room:
    """alice owns it, bob moderates it and has written."""
    den = actions.make_room(alice.pk, "Den", "private")
    actions.join_by_link(bob.pk, actions.make_join_link(alice.pk, den.key).code)
    actions.set_role(alice.pk, den.key, bob.pk, "moderator")
    post_message(bob.pk, den, "between us")
    return den


def opened(person: Any, den: Room) -> Code | None:
    return refusal_code(actions.change_room, person.pk, den.key, kind="public")


def told(den: Room) -> list[dict[str, Any]]:
    rows = [json.loads(row.body) for row in den.messages.filter(kind="notice").order_by("pk")]
    return [row for row in rows if row["what"] in ("opening", "kind")]


def move(den: Room, **by: int) -> None:
    """Moves the announcement into the past."""
    den.refresh_from_db()
    assert den.opening_at is not None
    Room.objects.filter(pk=den.pk).update(opening_at=den.opening_at - datetime.timedelta(**by))


def test_members_are_notified_a_day_before_a_room_becomes_public(den: Room, alice: Any) -> None:
    assert opened(alice, den) == Code.NOT_ALLOWED
    actions.announce_opening(alice.pk, den.key)
    den.refresh_from_db()
    assert den.opening_at is not None
    assert den.opening_at - timezone.now() > datetime.timedelta(hours=23)
    assert told(den) == [{"what": "opening", "from": "", "to": den.opening_at.isoformat(), "by": "Alice"}]
    assert opened(alice, den) == Code.NOT_ALLOWED
    move(den, hours=24)
    assert opened(alice, den) is None
    den.refresh_from_db()
    assert (den.kind, den.opening_at, told(den)[-1]["to"]) == ("public", None, "public")


def test_only_an_owner_can_make_a_room_public_and_staff_cannot(
    den: Room, alice: Any, bob: Any, staff: Any
) -> None:
    for action in (actions.announce_opening, actions.cancel_opening):
        assert refusal_code(action, bob.pk, den.key) == Code.NOT_ALLOWED
    actions.announce_opening(alice.pk, den.key)
    move(den, hours=25)
    assert opened(bob, den) == Code.NOT_ALLOWED
    for person in (staff.pk, None):
        as_staff = {"kind": "public", "as_staff": True}
        assert refusal_code(actions.change_room, person, den.key, **as_staff) == Code.NOT_ALLOWED
    den.refresh_from_db()
    assert den.kind == "private"


def test_a_cancelled_or_old_announcement_opens_nothing(den: Room, alice: Any) -> None:
    actions.announce_opening(alice.pk, den.key)
    move(den, hours=25)
    actions.cancel_opening(alice.pk, den.key)
    assert opened(alice, den) == Code.NOT_ALLOWED
    assert told(den)[-1]["to"] == ""
    actions.announce_opening(alice.pk, den.key)
    move(den, days=9)
    assert opened(alice, den) == Code.NOT_ALLOWED


def test_a_room_that_was_closed_again_needs_a_new_announcement(den: Room, alice: Any) -> None:
    actions.announce_opening(alice.pk, den.key)
    move(den, hours=25)
    actions.change_room(alice.pk, den.key, kind="public")
    actions.change_room(alice.pk, den.key, kind="private")
    assert opened(alice, den) == Code.NOT_ALLOWED


def test_an_owner_who_was_always_alone_does_not_wait(room: Room, alice: Any, bob: Any) -> None:
    own = actions.make_room(alice.pk, "Own", "private")
    post_message(alice.pk, own)
    assert opened(alice, own) is None
    actions.join_room(bob.pk, own.key)
    actions.change_room(alice.pk, own.key, kind="private")
    assert opened(alice, own) == Code.NOT_ALLOWED


def test_an_owner_opens_a_room_on_its_settings_page(den: Room, alice: Any, bob: Any) -> None:
    page, form = reverse("chat:room_settings", args=[den.key]), reverse("chat:opening", args=[den.key])
    browser = signed_in_client(alice)
    assert "Notify members" in browser.get(page).content.decode()
    assert "Notify members" not in signed_in_client(bob).get(page).content.decode()
    browser.post(page, {"name": "Den", "kind": "public"})
    assert "get a day before" in browser.post(form, {"do": "open"}, follow=True).content.decode()
    assert (
        "You can make the room public from"
        in browser.post(form, {"do": "announce"}, follow=True).content.decode()
    )
    move(den, hours=24)
    assert "Make public with all messages" in browser.get(page).content.decode()
    browser.post(form, {"do": "open"})
    den.refresh_from_db()
    assert den.kind == "public"


def test_the_admin_does_not_offer_to_open_a_private_room(
    staff_client: Any, staff: Any, den: Room, room: Room
) -> None:
    page = reverse("admin:chat_room_change", args=[den.pk])
    given = {"name": "Den", "topic": "", "kind": "public", "posting": "everybody"}
    assert 'value="public"' not in staff_client.get(page).content.decode()
    staff_client.post(page, given)
    den.refresh_from_db()
    assert den.kind == "private"
