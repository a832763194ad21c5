"""Fixtures: a signed-in client for each of the three people."""

from typing import Any

import pytest
from django.test import Client

from chat.models import JoinLink, Room
from tests.support.scene import signed_in_client


@pytest.fixture
def as_alice(alice: Any) -> Client:
    return signed_in_client(alice)


@pytest.fixture
def as_bob(bob: Any) -> Client:
    return signed_in_client(bob)


@pytest.fixture
def as_charlie(charlie: Any) -> Client:
    return signed_in_client(charlie)


@pytest.fixture
def link(room: Room) -> JoinLink:
    found = room.join_links.first()
    assert found is not None
    return found
