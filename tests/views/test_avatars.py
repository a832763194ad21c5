"""Tests that server-rendered avatars show the same initials as the scripts."""

import json

import pytest

from chat.templatetags.chat_pages import initials
from tests.support.docs import ROOT

TABLE = json.loads((ROOT / "tests/initials.json").read_text())


@pytest.mark.parametrize(("name", "expected"), TABLE)
def test_initials_are_the_same_as_in_the_scripts(name: str, expected: str) -> None:
    assert initials(name) == expected
