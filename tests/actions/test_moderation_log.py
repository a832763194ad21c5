"""Tests that moderation is logged with actor, time, act and target, in the same transaction."""

import datetime
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from chat import actions
from chat.actions import accounts
from chat.models import Membership, ModerationEvent, Room
from chat.protocol import Code
from tests.support.refusals import refusal_code
from tests.support.scene import post_message

pytestmark = pytest.mark.django_db
LATER = datetime.datetime(2030, 1, 2, 3, 4, tzinfo=datetime.UTC)


def recorded() -> list[tuple[Any, ...]]:
    """Kind, actor, person, message, detail and whether as staff, in order; checks that each is recent."""
    events = ModerationEvent.objects.order_by("pk")
    assert all(timezone.now() - event.at < datetime.timedelta(minutes=1) for event in events)
    return list(events.values_list("kind", "actor", "person", "message", "detail", "as_staff"))


def test_a_moderator_s_actions_in_a_room_are_recorded(room: Room, alice: Any, bob: Any) -> None:
    said, me, him = post_message(bob.pk, room, "a secret"), alice.pk, bob.pk
    actions.delete_message(me, said.pk)
    actions.set_role(me, room.key, him, "moderator")
    actions.mute(me, room.key, him, LATER)
    actions.mute(me, room.key, him, None)
    actions.remove_member(me, room.key, him)
    actions.remove_member(me, room.key, him, block_rejoin=True)
    assert recorded() == [
        ("delete", me, him, said.pk, "", False),
        ("role", me, him, None, "member → moderator", False),
        ("mute", me, him, None, "until 2030-01-02 03:04 UTC", False),
        ("unmute", me, him, None, "", False),
        ("remove", me, him, None, "", False),
        ("block_rejoin", me, him, None, "", False),
    ]
    assert set(ModerationEvent.objects.values_list("room", flat=True)) == {room.pk}


def test_actions_of_staff_are_recorded_as_such(room: Room, alice: Any, bob: Any) -> None:
    said, me, him = post_message(bob.pk, room), alice.pk, bob.pk
    actions.delete_message(me, said.pk, as_staff=True)
    actions.restore_message(said.pk, by=me)
    actions.ban_person(him, by=me)
    actions.unban_person(him, by=me)
    assert recorded() == [
        ("delete", me, him, said.pk, "", True),
        ("restore", me, him, said.pk, "", True),
        ("ban", me, him, None, "", True),
        ("unban", me, him, None, "", True),
    ]


def test_refused_and_empty_changes_are_not_recorded(room: Room, alice: Any, bob: Any) -> None:
    hers, his = post_message(alice.pk, room), post_message(bob.pk, room)
    assert refusal_code(actions.delete_message, bob.pk, hers.pk) == Code.NOT_ALLOWED
    actions.delete_message(bob.pk, his.pk)
    actions.delete_message(alice.pk, his.pk)
    actions.unban_person(bob.pk, by=alice.pk)
    actions.mute(alice.pk, room.key, bob.pk, None)
    actions.set_role(alice.pk, room.key, bob.pk, "member")
    assert recorded() == []


def test_an_action_that_cannot_be_recorded_is_undone(
    room: Room, alice: Any, bob: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(ModerationEvent.objects, "create", fail)
    with pytest.raises(RuntimeError):
        actions.remove_member(alice.pk, room.key, bob.pk)
    assert Membership.objects.present().filter(room=room, user=bob).exists()


NEW = {"password1": "another horse battery", "password2": "another horse battery", "usable_password": "true"}


def set_password(staff_client: Client, person: Any) -> Any:
    get_user_model()._default_manager.filter(username="staff").update(is_superuser=True)
    page = reverse("admin:auth_user_password_change", args=[person.pk])
    return staff_client.post(page, NEW | {"set-password": "1"})


def test_setting_somebody_else_s_password_is_recorded_and_shown_to_them(
    staff_client: Client, bob: Any
) -> None:
    told, his = "An administrator set your password on", Client()
    staff = get_user_model()._default_manager.get(username="staff")
    assert set_password(staff_client, bob).status_code == 302
    assert his.login(username="bob", password=NEW["password1"])
    assert recorded() == [("password", staff.pk, bob.pk, None, "", True)]
    assert told in his.get("/profile/").content.decode()
    assert told not in staff_client.get("/profile/").content.decode()
    then = timezone.now() - datetime.timedelta(days=31)
    ModerationEvent.objects.update(at=then)
    assert told not in his.get("/profile/").content.decode()


def test_setting_your_own_password_and_other_account_changes_are_not_recorded(
    staff_client: Client, bob: Any
) -> None:
    staff = get_user_model()._default_manager.get(username="staff")
    assert set_password(staff_client, staff).status_code == 302
    bob.email = "bob@example.org"
    accounts.save_account(staff.pk, bob)
    assert recorded() == []


def test_a_password_that_cannot_be_recorded_is_not_set(
    staff_client: Client, bob: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(ModerationEvent.objects, "create", fail)
    staff_client.raise_request_exception = False
    assert set_password(staff_client, bob).status_code == 500
    assert not Client().login(username="bob", password=NEW["password1"])


def test_no_text_of_a_message_is_in_the_log(room: Room, alice: Any, bob: Any) -> None:
    said = post_message(bob.pk, room, "今晚七点")
    actions.delete_message(alice.pk, said.pk)
    assert "今晚七点" not in str(list(ModerationEvent.objects.values()))


def test_staff_can_read_the_log_and_nobody_can_write_it(
    staff_client: Client,
    room: Room,
    alice: Any,
    bob: Any,
) -> None:
    actions.mute(alice.pk, room.key, bob.pk, LATER)
    actions.ban_person(bob.pk, by=alice.pk)
    [ban, mute] = ModerationEvent.objects.order_by("-pk")
    page = reverse("admin:chat_moderationevent_changelist")
    for asked, found in {
        "": [ban, mute], "?kind__exact=ban": [ban], f"?room={room.pk}": [mute],
        f"?person__id__exact={bob.pk}": [ban, mute], "?q=Bob": [ban, mute], "?q=nobody": [],
    }.items():  # fmt: skip
        assert list(staff_client.get(page + asked).context["cl"].result_list) == found, asked
    get_user_model()._default_manager.filter(username="staff").update(is_superuser=True)
    one = reverse("admin:chat_moderationevent_change", args=[ban.pk])
    assert staff_client.get(one).status_code == 200
    assert staff_client.post(one, {"reason": "forged"}).status_code == 403
    assert staff_client.get(reverse("admin:chat_moderationevent_add")).status_code == 403
    assert staff_client.post(reverse("admin:chat_moderationevent_delete", args=[ban.pk])).status_code == 403


def test_the_pages_of_a_room_and_a_person_link_to_their_log(
    staff_client: Client,
    room: Room,
    bob: Any,
) -> None:
    log = reverse("admin:chat_moderationevent_changelist")
    about_room = staff_client.get(reverse("admin:chat_room_change", args=[room.pk])).content.decode()
    assert f'href="{log}?room={room.pk}"' in about_room
    about_bob = staff_client.get(reverse("admin:chat_profile_change", args=[bob.pk])).content.decode()
    assert f'href="{log}?person__id__exact={bob.pk}"' in about_bob
