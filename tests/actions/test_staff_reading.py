"""Tests that staff reads private and direct rooms only with a recorded reason, for an hour, visibly."""

import datetime
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from chat import actions
from chat.models import Message, ModerationEvent, Room
from tests.support.scene import post_message, signed_in_client

pytestmark = pytest.mark.django_db
LIST = reverse("admin:chat_message_changelist")


@pytest.fixture
def den(alice: Any, bob: Any, room: Room) -> Room:
    den = actions.make_room(alice.pk, "Den", "private")
    actions.join_by_link(bob.pk, actions.make_join_link(alice.pk, den.key).code)
    return den


@pytest.fixture
def whisper(den: Room, bob: Any) -> Message:
    said = post_message(bob.pk, den, "first whisper")
    actions.edit_message(bob.pk, said.pk, "second whisper", None)
    said.refresh_from_db()
    return said


@pytest.fixture
def direct(alice: Any, bob: Any, room: Room) -> Message:
    return post_message(alice.pk, actions.open_direct_room(alice.pk, [bob.pk]), "third whisper")


def opens(staff_client: Client, room: Room, reason: str = "a report by Bob") -> Any:
    return staff_client.post(reverse("admin:chat_room_read", args=[room.pk]), {"reason": reason}, follow=True)


def everywhere(staff_client: Client, message: Message) -> str:
    """Every admin page that could show a message."""
    pages = [
        LIST, f"{LIST}?q=whisper", f"{LIST}?room={message.room_id}", f"{LIST}?body__startswith=f",
        f"{LIST}?reply_to__body__startswith=f", f"{LIST}?author={message.author_id}",
        reverse("admin:chat_message_change", args=[message.pk]),
        reverse("admin:chat_message_history", args=[message.pk]),
        reverse("admin:chat_moderationevent_changelist"),
        reverse("admin:chat_moderationevent_changelist") + "?message__body__startswith=f",
        reverse("admin:chat_room_changelist") + "?messages__body__startswith=f",
        reverse("admin:chat_room_change", args=[message.room_id]), reverse("admin:index"),
    ]  # fmt: skip
    shown = "\n".join(staff_client.get(page, follow=True).content.decode() for page in pages)
    return shown.replace("q=whisper", "").replace('value="whisper"', "")  # what was asked for, said again


@pytest.mark.parametrize("superuser", [False, True])
def test_staff_see_nothing_of_private_or_direct_rooms_without_a_reason(
    staff_client: Client, staff: Any, whisper: Message, direct: Message, superuser: bool
) -> None:
    get_user_model()._default_manager.filter(pk=staff.pk).update(is_superuser=superuser)
    actions.delete_message(staff.pk, whisper.pk, as_staff=True)
    for message in (whisper, direct):
        assert "whisper" not in everywhere(staff_client, message)
    act = {"action": "restore_messages", "_selected_action": [whisper.pk]}
    staff_client.post(LIST, act)
    whisper.refresh_from_db()
    assert whisper.deleted_at is not None, "what is hidden cannot be acted on"
    assert not LogEntry.objects.filter(object_repr__contains="whisper").exists()


def test_a_reason_opens_that_room_alone_to_that_person_for_an_hour(
    staff_client: Client, staff: Any, whisper: Message, direct: Message, django_user_model: Any
) -> None:
    assert "second whisper" in opens(staff_client, whisper.room).content.decode()
    page = staff_client.get(reverse("admin:chat_message_change", args=[whisper.pk])).content.decode()
    assert "first whisper" in page
    assert "third whisper" not in everywhere(staff_client, direct)
    other = django_user_model.objects.create(username="other", is_staff=True, is_superuser=True)
    assert "second whisper" not in everywhere(signed_in_client(other), whisper)
    past = timezone.now() - datetime.timedelta(minutes=61)
    ModerationEvent.objects.filter(kind="read").update(at=past)
    assert "second whisper" not in everywhere(staff_client, whisper)


def test_opening_is_recorded_with_its_reason_and_refused_without(
    staff_client: Client, staff: Any, den: Room
) -> None:
    for empty in ("", "   ", "\u200b", "x" * 201):
        opens(staff_client, den, empty)
    assert not ModerationEvent.objects.exists()
    opens(staff_client, den, "a report by Bob")
    event = ModerationEvent.objects.get()
    assert (event.kind, event.actor, event.room, event.reason) == ("read", staff, den, "a report by Bob")


def test_staff_without_permission_to_see_messages_cannot_open_a_room(
    staff_client: Client, staff: Any, den: Room, bob: Any
) -> None:
    staff.user_permissions.remove(*staff.user_permissions.filter(codename="view_message"))
    assert opens(staff_client, den).status_code == 403
    assert opens(signed_in_client(bob), den).redirect_chain[0][0].startswith("/admin/login/")
    assert not ModerationEvent.objects.exists()


def test_with_staff_reading_off_nobody_opens_a_room(
    staff_client: Client, staff: Any, whisper: Message, settings: Any
) -> None:
    get_user_model()._default_manager.filter(pk=staff.pk).update(is_superuser=True)
    opens(staff_client, whisper.room)
    settings.CHAT_STAFF_READS = "never"
    assert "whisper" not in everywhere(staff_client, whisper), "what was opened before is closed, too"
    assert opens(staff_client, whisper.room).status_code == 404
    with pytest.raises(actions.Refused):
        actions.open_to_staff(staff.pk, whisper.room.key, "because")


def test_members_see_that_staff_can_read_and_who_last_did(
    staff_client: Client, den: Room, direct: Message, room: Room, bob: Any, charlie: Any, settings: Any
) -> None:
    pages = {den: f"/rooms/{den.key}/settings/", direct.room: f"/rooms/{direct.room.key}/about/"}
    for where, page in pages.items():
        assert "No administrator has ever opened it." in signed_in_client(bob).get(page).content.decode()
        opens(staff_client, where)
        shown = signed_in_client(bob).get(page).content.decode()
        assert "only after recording a reason" in shown
        assert "by Staff." in shown
        assert "a report by Bob" not in shown
        assert signed_in_client(charlie).get(page).status_code == 404
    assert (
        "Who can read this" not in signed_in_client(bob).get(f"/rooms/{room.key}/settings/").content.decode()
    )
    settings.CHAT_STAFF_READS = "never"
    assert "Only its members." in signed_in_client(bob).get(pages[den]).content.decode()


def test_staff_cannot_download_files_of_private_rooms(staff_client: Client, den: Room) -> None:
    opens(staff_client, den)
    assert staff_client.get(f"/rooms/{den.key}/").status_code == 404
