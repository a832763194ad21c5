"""What can be measured about the look: whoever is blind, has large fingers or a narrow screen, is served.

A few states here, chosen so that every part of a page is among them; `make screenshots` does it with all.
"""

from collections.abc import Iterator

import pytest

from . import album
from .showcase import Showcase
from .stage import Pool
from .states import STATES

FEW = (
    "busy-room", "pictures", "files", "long-names", "large-room", "rooms", "actions", "replying", "offline",
    "menu", "switcher", "search", "search-names", "notifications",
    "directory", "room-settings", "write-to", "profile", "join", "first-run-wrong",
)  # fmt: skip


@pytest.fixture(scope="module")
def showcase(pool: Pool) -> Iterator[Showcase]:
    showcase = Showcase(pool.browser)
    yield showcase
    showcase.end()


@pytest.mark.parametrize("name", FEW)
def test_nothing_serious_for_axe_nothing_too_small_for_a_finger_nothing_sideways_at_320(
    showcase: Showcase, name: str
) -> None:
    assert not album.look(showcase, name, languages=["en"])


def test_each_of_them_is_a_state() -> None:
    assert set(FEW) <= set(STATES)
