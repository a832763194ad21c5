"""Tests that renewing names waits for nobody. On SQLite the transaction itself is the lock."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction

from chat import folding
from chat.actions.guards import lock_people
from chat.models import Profile
from chat.search.names import renew_names
from tests.support.scene import make_person

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
