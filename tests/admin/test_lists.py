"""Tests the admin's lists: filters with values that no row can have, and times in the reader's zone."""

import datetime
from typing import Any

import pytest
from django.contrib.admin.views.main import ChangeList
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from chat.models import Message, Room
from tests.support.scene import post_message

pytestmark = pytest.mark.django_db

TOO_LARGE = "99999999999999999999"


@pytest.fixture
def message(room: Room, bob: Any) -> Message:
    return post_message(bob.pk, room, "今晚七点")


def shown(client: Client, model: str, **filters: str) -> Any:
    page = client.get(reverse(f"admin:chat_{model}_changelist"), filters)
    assert page.status_code == 200, filters
    return page


@pytest.mark.parametrize("number", ["²", "٣", TOO_LARGE, "9" * 5_000, "-1", "1.5", "\0"])
def test_no_row_has_an_id_that_cannot_be(staff_client: Client, message: Message, number: str) -> None:
    for name in ("room", "author"):
        assert not shown(staff_client, "message", **{name: number}).context["cl"].result_list


ABSURD = [
    *[("message", name, TOO_LARGE) for name in ("id__in", "id__range", "created_at__year", "nonsense")],
    *[("message", name, "²") for name in ("deleted", "created_at__gte", "kind__exact")],
    *[("membership", name, "\0") for name in ("gone", "role__exact", "cannot_rejoin__exact")],
    ("moderationevent", "person__exact", TOO_LARGE),
    ("session", "opened_at__lt", "9999-99-99"),
    ("room", "archived_at__isempty", "1e400"),
]


@pytest.mark.parametrize(("model", "lookup", "value"), ABSURD)
def test_nothing_fits_an_absurd_filter(
    staff_client: Client, message: Message, model: str, lookup: str, value: str
) -> None:
    assert not shown(staff_client, model, **{lookup: value}).context["cl"].result_list


def test_an_outage_is_not_shown_as_an_empty_list(
    staff_client: Client, message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, failed = ChangeList.get_results, []

    def fail_once(changes: ChangeList, request: Any) -> None:
        if not failed:
            failed.append(changes)
            raise OperationalError
        found(changes, request)

    monkeypatch.setattr(ChangeList, "get_results", fail_once)
    with pytest.raises(OperationalError):
        shown(staff_client, "message", deleted="no")


def test_a_filter_that_fits_still_finds(staff_client: Client, message: Message) -> None:
    page = shown(staff_client, "message", room=str(message.room_id), deleted="no")
    assert list(page.context["cl"].result_list) == [message]


def test_times_are_in_the_reader_s_zone_and_say_so(staff_client: Client, message: Message) -> None:
    written = datetime.datetime(2026, 3, 4, 20, 30, tzinfo=datetime.UTC)
    Message.objects.filter(pk=message.pk).update(created_at=written)
    assert "Times are in UTC." in shown(staff_client, "message").content.decode()
    staff_client.cookies["chat_timezone"] = "Asia/Shanghai"
    page = shown(staff_client, "message").content.decode()
    assert "Times are in Asia/Shanghai." in page
    assert "March 5, 2026, 4:30 a.m." in page
    row = staff_client.get(reverse("admin:chat_message_change", args=[message.pk])).content.decode()
    assert "Times are in Asia/Shanghai." in row
    assert timezone.get_current_timezone_name() == "UTC"  # of the next request in this thread


@pytest.mark.parametrize("name", ["Nowhere/At-All", "../../etc/passwd", "America", "x" * 3_000])
def test_an_unknown_zone_is_ignored(staff_client: Client, name: str) -> None:
    staff_client.cookies["chat_timezone"] = name
    assert "Times are in UTC." in shown(staff_client, "room").content.decode()
