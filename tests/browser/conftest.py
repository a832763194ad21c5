"""Fixtures of the browser tests: Chromium against one daphne or two, with production settings and collected
files."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect, sync_playwright

from tests import services

from .browsers import PATIENCE, BrowserPool, Browsers, Site, launched
from .pages import Window

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.end()


@pytest.fixture(scope="package")
def pool(site: Site) -> Iterator[BrowserPool]:
    """For this package only: while Playwright runs it holds an event loop, which makes async tests fail."""
    with sync_playwright() as playwright:
        browser = launched(playwright.chromium)
        yield BrowserPool(browser, site)
        browser.close()


@pytest.fixture(scope="module")
def new_site() -> Iterator[services.Server]:
    """A server of a site that is not set up yet."""
    with services.daphne() as server:
        yield server


@pytest.fixture
def browsers(pool: BrowserPool) -> Iterator[Browsers]:
    pool.site.revive()
    browsers = Browsers(pool)
    yield browsers
    browsers.close()
    assert not browsers.errors.unexpected


@pytest.fixture
def alice(browsers: Browsers) -> Window:
    """She has just made a room and is on the first process."""
    return browsers.owner("Alice")


@pytest.fixture
def bob(browsers: Browsers, alice: Window) -> Window:
    """He joined Alice's room by its link, on the other process if there is one."""
    return browsers.guest("Bob", alice.join_link)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Adds the screens and the browsers' errors to the report of a failed test."""
    report = yield
    browsers = getattr(item, "funcargs", {}).get("browsers")
    if report.failed and browsers:
        report.sections += [
            ("screens", "\n\n".join(browsers.screens())),
            ("said", "\n".join(browsers.errors.heard)),
        ]
    return report
