"""Fixtures of the browser tests: Chromium against one daphne or two, with production settings and collected
files."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect, sync_playwright

from tests import services

from .pages import Window
from .stage import PATIENCE, Pool, Site, Stage, launched

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.end()


@pytest.fixture(scope="package")
def pool(site: Site) -> Iterator[Pool]:
    """For this package only: while Playwright runs it holds an event loop, beside which async tests fail."""
    with sync_playwright() as playwright:
        browser = launched(playwright.chromium)
        yield Pool(browser, site)
        browser.close()


@pytest.fixture(scope="module")
def new_place() -> Iterator[services.Server]:
    """A server of a site that is not set up yet."""
    with services.daphne() as server:
        yield server


@pytest.fixture
def stage(pool: Pool) -> Iterator[Stage]:
    pool.site.revive()
    stage = Stage(pool)
    yield stage
    stage.close()
    assert not stage.witness.complaints


@pytest.fixture
def alice(stage: Stage) -> Window:
    """She has just made a room, and is at the first process."""
    return stage.owner("Alice")


@pytest.fixture
def bob(stage: Stage, alice: Window) -> Window:
    """He came into Alice's room by its link, and is at the other process where there is one."""
    return stage.guest("Bob", alice.join_link)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """What stood on the screens, and what the browsers said, beside what went wrong."""
    report = yield
    stage = getattr(item, "funcargs", {}).get("stage")
    if report.failed and stage:
        report.sections += [
            ("screens", "\n\n".join(stage.screens())),
            ("said", "\n".join(stage.witness.heard)),
        ]
    return report
