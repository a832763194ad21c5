"""Tests that a page whose scripts do not run says so."""

from playwright.sync_api import Route, expect

from .browsers import Browsers
from .pages import Window

SENTENCE = "The chat hasn’t started."


def test_a_script_that_does_not_load_or_fails_is_told_and_one_that_starts_is_not(
    browsers: Browsers, alice: Window, bob: Window
) -> None:
    browsers.errors.expect("ERR_FAILED", "broken")
    expect(bob.page.locator("#not-started")).to_have_count(0)
    for answer in (_break, _lose):
        bob.page.route("**/chat/main*.js", answer)
        bob.page.reload()
        expect(bob.page.get_by_text(SENTENCE)).to_be_hidden()  # it may just be slow
        bob.page.evaluate("document.getAnimations().map((one) => one.finish())")
        expect(bob.page.get_by_text(SENTENCE)).to_be_in_viewport()
        bob.page.unroute_all()


def _break(route: Route) -> None:
    route.fulfill(status=200, content_type="text/javascript", body="throw Error('broken')")


def _lose(route: Route) -> None:
    route.abort()
