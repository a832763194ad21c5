"""Tests layout and accessibility of selected states: contrast, target sizes, narrow screens.

The states are chosen to cover every part of a page; `make screenshots` checks all of them.
"""

import os
from collections.abc import Iterator

import pytest

from . import album
from .showcase import Showcase, Visit
from .browsers import BrowserPool
from .states import STATES

pytestmark = pytest.mark.skipif(
    os.environ["CHAT_TEST_ON"] != "sqlite", reason="a page looks the same whatever keeps its messages"
)

FEW = (
    "busy-room", "pictures", "large-room", "rooms", "actions", "replying", "offline", "switcher", "search",
    "notifications", "directory", "room-settings", "write-to", "first-run-wrong",
)  # fmt: skip


@pytest.fixture(scope="module")
def showcase(pool: BrowserPool) -> Iterator[Showcase]:
    showcase = Showcase(pool.browser)
    yield showcase
    showcase.end()


@pytest.mark.parametrize("name", FEW)
def test_nothing_serious_for_axe_nothing_too_small_for_a_finger_nothing_sideways_at_320(
    showcase: Showcase, name: str
) -> None:
    assert not album.look(showcase, name, languages=["en"])


@pytest.mark.parametrize("name", ["directory", "room-settings", "profile", "new-room", "write-to"])
def test_the_tab_key_leads_everywhere_and_one_sees_where(showcase: Showcase, name: str) -> None:
    with Visit(showcase, "en", phone=False) as visit:
        STATES[name](visit)
        assert not album.without_a_mouse(visit.page)


def test_each_of_them_is_a_state() -> None:
    assert set(FEW) <= set(STATES)
