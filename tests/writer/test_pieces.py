"""Tests that long work lets other writes in between, and that one refused row does not stop the rest."""

import re
import time
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from chat import actions
from chat.actions import Refused
from chat.admin import bulk
from chat.models import Membership, Message, Profile, Room
from chat.protocol import Code
from chat.writer import pieces, writer
from chat.writer.writer import Writer
from tests.support.scene import make_person, post_message

FIRST = 7


def takes(seconds: float) -> Any:
    def action(row: Any) -> None:
        time.sleep(seconds)

    return action


@pytest.fixture
def serving(thread: Writer, monkeypatch: pytest.MonkeyPatch) -> Writer:
    monkeypatch.setattr(writer, "current", thread)
    return thread


@pytest.mark.django_db(transaction=True)
def test_other_writes_run_between_pieces(serving: Writer) -> None:
    waited = []
    for outcomes in pieces.in_pieces(takes(0.004), range(40), rest=0):
        assert len(outcomes) < 40
        before = time.monotonic()
        serving.call(lambda: None)
        waited.append(time.monotonic() - before)
    assert len(waited) > 3


@pytest.mark.django_db(transaction=True)
def test_a_piece_has_fewer_rows_the_longer_each_takes(serving: Writer) -> None:
    quick = max(len(outcomes) for outcomes in pieces.in_pieces(takes(0.0001), range(100)))
    slow = [len(outcomes) for outcomes in pieces.in_pieces(takes(0.03), range(3))]
    assert quick > 3
    assert slow == [1, 1, 1]


@pytest.mark.django_db(transaction=True)
def test_the_writer_rests_for_as_long_as_a_piece_took(serving: Writer) -> None:
    start = time.monotonic()
    list(pieces.in_pieces(takes(0.03), range(3), rest=2.0))
    assert time.monotonic() - start >= 3 * 0.03 + 2 * 2 * 0.03


@pytest.mark.django_db
def test_a_refused_row_is_named_and_the_others_are_done(room: Room, alice: Any, bob: Any) -> None:
    rows = [alice.pk, bob.pk, make_person("dora")]
    actions.join_room(rows[2], room.key)
    kept: list[Any] = []

    def promote(person: Any) -> None:
        actions.set_role(None, room.key, person, "moderator", as_staff=True)

    outcomes = [outcome for piece in pieces.in_pieces(promote, rows, kept.extend) for outcome in piece]
    assert [(row, reason and reason.code) for row, reason in outcomes] == [
        (alice.pk, Code.NOT_ALLOWED), (bob.pk, None), (rows[2], None),
    ]  # fmt: skip
    assert kept == rows[1:]
    assert Membership.objects.filter(role="moderator").count() == 2


# -- in the admin ----------------------------------------------------------------------------------


@pytest.fixture
def office(db: None) -> Client:
    users = get_user_model()._default_manager
    root = users.create(username="root", password="!", is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(root)
    return client


@pytest.fixture
def said(room: Room, bob: Any) -> list[Message]:
    return [post_message(bob.pk, room, f"number {number}") for number in range(FIRST)]


def choose_all(client: Client, action: str, **more: Any) -> Any:
    chosen = {"action": action, "select_across": "1", "index": "0", "_selected_action": ["1"], **more}
    return client.post("/admin/chat/message/", chosen)


def fields_of(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(?!csrf)([^"]+)" value="([^"]*)">', page))


@pytest.fixture
def one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request that has time for one piece, and pieces of one row."""
    monkeypatch.setattr(bulk, "SECONDS", 0.0)
    monkeypatch.setattr(pieces, "PIECE", 0.0)


def deleted() -> int:
    return Message.objects.exclude(deleted_at=None).count()


def test_the_page_shows_progress_and_continues(
    office: Client, said: list[Message], one_at_a_time: None
) -> None:
    answer, done = choose_all(office, "delete_messages"), 0
    while answer.status_code == 200:
        done += 1
        assert f"{done} of {FIRST} done" in answer.content.decode()
        assert deleted() == LogEntry.objects.count() == done
        answer = choose_all(office, **fields_of(answer.content.decode()))
    assert f"Deleted: {FIRST}." in office.get(answer.headers["location"]).content.decode()
    assert deleted() == FIRST


def test_an_invalid_progress_number_counts_as_zero(
    office: Client, said: list[Message], one_at_a_time: None
) -> None:
    for sent in ("<b>", "-3", "9" * 30, ""):
        assert "1 of " in choose_all(office, "delete_messages", done_before=sent).content.decode()


def test_those_refused_are_named_at_the_end_and_the_others_are_done(
    office: Client, room: Room, alice: Any, bob: Any, charlie: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = get_user_model()._default_manager.get(username="root")
    Profile.objects.create(user=root, name="Root")
    chosen = Profile.objects.values_list("pk", flat=True)
    answer = office.post(
        "/admin/chat/profile/", {"action": "ban", "_selected_action": list(chosen)}, follow=True
    )
    page = answer.content.decode()
    assert "Banned: 3." in page
    assert "Could not change 1 (“Root”). You don’t have permission to do this." in page
    assert list(Profile.objects.filter(banned_at=None)) == [root.chat_profile]
    assert LogEntry.objects.count() == 3


def test_a_failure_in_the_middle_says_how_many_were_done(
    office: Client, said: list[Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    perform, calls = writer.perform, iter(range(FIRST))

    def fails_the_third_time(*what: Any) -> Any:
        if next(calls) == 2:
            raise Refused(Code.STORAGE_UNAVAILABLE)
        return perform(*what)

    monkeypatch.setattr(pieces, "PIECE", 0.0)
    monkeypatch.setattr(pieces, "perform", fails_the_third_time)
    answer = choose_all(office, "delete_messages")
    page = office.get(answer.headers["location"]).content.decode()
    assert "Deleted: 2." in page
    assert "Stopped after 2. The server can’t save right now." in page
    assert deleted() == LogEntry.objects.count() == 2


def test_each_piece_and_its_log_are_one_transaction(
    office: Client, said: list[Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: Any, **__: Any) -> None:
        raise OperationalError

    monkeypatch.setattr(LogEntry.objects.__class__, "log_actions", breaks)
    with pytest.raises(OperationalError):
        choose_all(office, "delete_messages")
    assert deleted() == 0


def test_the_log_of_a_piece_is_one_statement(
    office: Client, said: list[Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "PIECE", 60.0)
    with CaptureQueriesContext(connection) as asked:
        choose_all(office, "delete_messages")
    logged = [query for query in asked if query["sql"].startswith('INSERT INTO "django_admin_log"')]
    assert LogEntry.objects.count() == FIRST
    assert len(logged) == 1


def test_one_author_of_many_messages_is_banned_once(office: Client, said: list[Message], bob: Any) -> None:
    answer = choose_all(office, "ban_authors")
    assert "Banned: 1." in office.get(answer.headers["location"]).content.decode()
    assert LogEntry.objects.count() == 1
    assert Profile.objects.get(pk=bob.pk).banned_at is not None
    answer = choose_all(office, "unban_authors")
    assert Profile.objects.get(pk=bob.pk).banned_at is None


@pytest.fixture(autouse=True)
def never_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request has time for everything chosen, however busy the machine, unless a test says otherwise."""
    monkeypatch.setattr(bulk, "SECONDS", 60.0)
