"""Shared fixtures: a room that alice owns, bob is a member of, and charlie is not."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from chat import actions, broadcast, rate_limit
from chat.models import Room
from chat.writer.writer import Writer
from tests.support import hypothesis_profiles
from tests.support.run_once import runs_here
from tests.support.scene import add_members, make_user, signed_in_client
from tests.support.writer_answers import Answers

hypothesis_profiles.load()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselects what the suite on the other database runs, unless it was named."""
    if config.args_source is not pytest.Config.ArgsSource.TESTPATHS:
        return
    database = os.environ["CHAT_TEST_ON"]
    here = {item: runs_here(item.location[0], database) for item in items}
    config.hook.pytest_deselected(items=[item for item, wanted in here.items() if not wanted])
    items[:] = [item for item, wanted in here.items() if wanted]
    if database == "postgres":
        # Browsers keep the processor busy, and most others wait: both suites do not browse at the same time.
        items.sort(key=lambda item: item.location[0].startswith("tests/browser/"))


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """Slow hashing would take most of the suite's time."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def full_buckets() -> None:
    """Rate limits start full in every test."""
    rate_limit.people.clear()
    rate_limit.addresses.clear()


@pytest.fixture
def alice(db: None) -> Any:
    return make_user("alice")


@pytest.fixture
def bob(db: None) -> Any:
    return make_user("bob")


@pytest.fixture
def charlie(db: None) -> Any:
    return make_user("charlie")


@pytest.fixture
def room(alice: Any, bob: Any) -> Room:
    room: Room = actions.create_workspace(alice.pk, "Lamplight")
    add_members(room, [bob])
    room.refresh_from_db()
    return room


@pytest.fixture
def staff(db: None) -> Any:
    """Somebody who may view and change everything of the chat's in the admin."""
    user = make_user("staff", is_staff=True)
    rights = Permission.objects.filter(content_type__app_label="chat")
    user.user_permissions.set(rights.filter(codename__regex="^(view|change)_"))
    return user


@pytest.fixture
def staff_client(staff: Any) -> Client:
    """The admin as this person sees it."""
    return signed_in_client(staff)


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> list[broadcast.Hint]:
    """The hints that this process would give to its hub. Commits must be real, or captured, for any to
    appear."""
    hints: list[broadcast.Hint] = []
    monkeypatch.setattr(broadcast, "outlet", hints.extend)
    return hints


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def thread(answers: Answers) -> Iterator[Writer]:
    thread = Writer(answers.call_soon)
    yield thread
    assert thread.stop(10)
