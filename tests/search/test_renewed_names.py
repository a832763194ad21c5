"""Tests that renewing names waits for nobody. On SQLite the transaction itself is the lock."""

import os
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction

from chat import actions, folding, search
from chat.actions.guards import lock_people, lock_room
from chat.models import Profile
from chat.search.names import renew_names
from chat.writer.writer import Writer
from tests.services import wait_until
from tests.support.scene import make_person, post_message
from tests.support.writer_answers import Answers

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(os.environ["CHAT_TEST_ON"] == "sqlite", reason="it has one writer"),
]


@contextmanager
def in_use(person: Any) -> Iterator[None]:
    """Another transaction shares the row, as that of a post or a join does."""
    shared, done = threading.Event(), threading.Event()

    def use() -> None:
        with transaction.atomic():
            lock_people({person})
            shared.set()
            done.wait(10)
        connection.close()

    thread = threading.Thread(target=use)
    thread.start()
    assert shared.wait(10)
    try:
        yield
    finally:
        done.set()
        thread.join()


def test_a_row_in_use_is_left_for_the_next_time() -> None:
    """It would be a deadlock if the other transaction went on to change the row."""
    alice, bob = make_person("alice"), make_person("bob")
    Profile.objects.update(search_version=0)
    with in_use(alice), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
        assert renew_names(10) == 1
    renewed = Profile.objects.filter(search_version=folding.VERSION)
    assert [profile.pk for profile in renewed] == [bob]
    with transaction.atomic():
        assert renew_names(10) == 1


def test_somebody_who_joins_a_new_room_meets_no_deadlock(caplog: pytest.LogCaptureFixture) -> None:
    """The commit of a new room's index waits for who has locked the room, and they wait for a profile."""
    alice = make_person("alice")
    room = actions.make_room(alice, "Harbour")
    post_message(alice, room, "lamp")
    Profile.objects.update(search_version=0)
    thread = Writer(Answers().call_soon)
    try:
        with transaction.atomic():
            lock_room(room.key)
            done = [_submitted(thread, search.index_changes), _submitted(thread, search.renew_names)]
            wait_until(lambda: _somebody_waits() or done[1].done(), "the index waits for the room", 10)
            lock_people({alice}, exclusive=True)
        assert (done[0].result(10).changes, done[1].result(10)) == (1, 1)
    finally:
        thread.stop(10)
    assert not caplog.records


def _submitted(thread: Writer, action: Any) -> "Future[Any]":
    outcome: Future[Any] = Future()
    assert thread.submit(action, 10, done=outcome.set_result, alone=True)
    return outcome


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted)")
        return bool(cursor.fetchone()[0])
