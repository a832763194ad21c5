"""Fixtures: a signed-in client for each of the three people."""

from typing import Any

import pytest
from django.test import Client

from chat.models import JoinLink, Room

from .visitors import signed_in


@pytest.fixture
def as_alice(alice: Any) -> Client:
    return signed_in(alice)


@pytest.fixture
def as_bob(bob: Any) -> Client:
    return signed_in(bob)


@pytest.fixture
def as_charlie(charlie: Any) -> Client:
    return signed_in(charlie)


@pytest.fixture
def link(room: Room) -> JoinLink:
    found = room.join_links.first()
    assert found is not None
    return found
