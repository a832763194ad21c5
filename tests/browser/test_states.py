"""Tests layout and accessibility of selected states: contrast, target sizes, narrow screens.

The states are chosen to cover every part of a page; `make screenshots` checks all of them.
"""

from collections.abc import Iterator

import pytest

from . import screenshots
from .browsers import BrowserPool
from .showcase import Showcase, Visit
from .states import STATES

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
def test_pages_have_no_axe_faults_no_small_targets_and_no_sideways_scrolling(
    showcase: Showcase, name: str
) -> None:
    assert not screenshots.check_state(showcase, name, languages=["en"])


@pytest.mark.parametrize("name", ["directory", "room-settings", "profile", "new-room", "write-to"])
def test_the_tab_key_reaches_everything_visibly(showcase: Showcase, name: str) -> None:
    with Visit(showcase, "en", phone=False) as visit:
        STATES[name](visit)
        assert not screenshots.keyboard_faults(visit.page)


def test_each_chosen_state_exists() -> None:
    assert set(FEW) <= set(STATES)
