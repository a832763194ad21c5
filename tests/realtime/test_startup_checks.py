"""Tests that a database of another version, or one that cannot be written to, is not served."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from chat.accounts import first_run
from chat.models import Workspace
from chat.realtime.server import startup_checks

pytestmark = pytest.mark.django_db(transaction=True)


def startup_error() -> str | None:
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(startup_checks.startup_error).result()


@contextmanager
def recorded(name: str, applied: bool) -> Iterator[None]:
    """Records this migration as applied, or not."""
    recorder = MigrationRecorder(connection)
    change, back = recorder.record_applied, recorder.record_unapplied
    if not applied:
        change, back = back, change
    change("chat", name)
    try:
        yield
    finally:
        back("chat", name)


def test_a_database_of_this_version_is_served() -> None:
    assert startup_error() is None


def test_an_unfinished_setup_is_logged_without_the_link(
    caplog: pytest.LogCaptureFixture, django_user_model: Any
) -> None:
    link = first_run.link()
    assert startup_error() is None
    (line,) = caplog.messages
    assert "manage.py chat_setup" in line
    assert str(link) not in line
    caplog.clear()
    Workspace.objects.update(founder=django_user_model.objects.create(username="alice"))
    assert startup_error() is None
    assert caplog.messages == []


def test_a_newer_database_is_not_served() -> None:
    with recorded("9999_from_the_future", applied=True):
        assert startup_error() == (
            "The database is of a newer version: chat.9999_from_the_future is not known here."
        )


def test_an_older_database_is_not_served() -> None:
    last = max(name for app, name in MigrationLoader(connection).disk_migrations if app == "chat")
    with recorded(last, applied=False):
        assert startup_error() == "The database is not of this version: run manage.py migrate first."
