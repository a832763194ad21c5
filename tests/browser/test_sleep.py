"""Tests that a page that wakes from sleep shows exactly what a freshly opened page shows."""

import pytest
from playwright.sync_api import expect

from .browsers import Browsers
from .pages import Window, post_many


def as_if_opened_now(window: Window) -> None:
    """Everything on the page except what only a page that stayed open can know."""
    fresh = window.second_tab()
    for page in (window, fresh):
        page.until("chat.state().cursor === chat.state().ahead")
    mine, theirs = window.state, fresh.state
    for key in ("cursor", "ahead", "messages", "last", "at_end", "outbox", "failed", "cursors"):
        assert mine[key] == theirs[key], key
    assert window.screen == fresh.screen
    for part in ("#online", "#offline", "#room-name", "#room-topic"):
        shown = window.page.locator(part).inner_text()
        expect(fresh.page.locator(part)).to_have_text(shown, use_inner_text=True)
    fresh.page.close()


def much_happens(bob: Window) -> None:
    bob.write("new 1", "new 2")
    bob.edit("old 1", "old 1, edited")
    bob.delete("old 2")
    bob.reply("new 1", "an answer")
    bob.edit("new 2", "**new 2**")
    bob.delete("an answer")
    bob.write("the last word")
    expect(bob.pending).to_have_count(0)


def test_a_page_catches_up_after_sleep_on_the_same_connection(browsers: Browsers) -> None:
    """All events arrive at once afterwards."""
    proxy = browsers.proxy()
    alice = browsers.owner("Alice", server=proxy.url)
    bob = browsers.guest("Bob", alice.join_link)
    bob.write("old 1", "old 2", "old 3")
    alice.see("old 1", "old 2", "old 3")
    proxy.freeze()
    much_happens(bob)
    alice.see("old 1", "old 2", "old 3")
    proxy.thaw()
    expect(alice.message("the last word")).to_be_visible()
    as_if_opened_now(alice)


def test_a_page_catches_up_after_sleep_on_a_new_connection(browsers: Browsers) -> None:
    browsers.errors.expect("WebSocket connection to")
    proxy = browsers.proxy()
    alice = browsers.owner("Alice", server=proxy.url)
    bob = browsers.guest("Bob", alice.join_link)
    bob.write("old 1", "old 2", "old 3")
    alice.see("old 1", "old 2", "old 3")
    sleeping = alice.page.context.new_cdp_session(alice.page)
    proxy.freeze()
    sleeping.send("Page.setWebLifecycleState", {"state": "frozen"})
    much_happens(bob)
    proxy.cut()
    sleeping.send("Page.setWebLifecycleState", {"state": "active"})
    expect(alice.message("the last word")).to_be_visible(timeout=15_000)
    as_if_opened_now(alice)


@pytest.mark.parametrize("many", [1, 41, 5_000])
def test_after_an_outage_everything_that_happened_is_there(browsers: Browsers, many: int) -> None:
    """One change; one more than a catch-up page; and so many that the page gets a snapshot."""
    browsers.errors.expect("WebSocket connection to")
    proxy = browsers.proxy()
    alice = browsers.owner("Alice", server=proxy.url)
    bob = browsers.guest("Bob", alice.join_link)
    bob.write("old 1", "old 2")
    alice.see("old 1", "old 2")
    proxy.unplug()
    bob.delete("old 1")
    expect(bob.message("old 1")).to_have_count(0)
    if many > 1:
        post_many(bob, [f"number {number}" for number in range(1, many)])
        # His page hears of these from the server, as everybody's does: only then does it know the head.
        expect(bob.message(f"number {many - 1}")).to_be_visible(timeout=20_000)
    proxy.plug()
    alice.reconnects().until(f"chat.state().cursor === {bob.state['ahead']}", 20)
    # A page opened before it is known that these were read would open at the first of them.
    alice.until("chat.state().read_up_to === chat.state().messages.at(-1)")
    as_if_opened_now(alice)
