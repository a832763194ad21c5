"""Tests that pages go on without a reload when their process is killed with SIGKILL."""

import os
from typing import Any

import pytest
from playwright.sync_api import expect

from .browsers import Browsers
from .pages import Window

LOST = "WebSocket connection to"
one_process = os.environ["CHAT_TEST_ON"] == "sqlite"

WATCH = """
() => {
  const seen = window.seen = {lost: null, banner: null, loads: 1};
  const look = () => {
    const now = performance.now();
    if (chat.state().connection !== 'open') seen.lost ??= now;
    if (!document.getElementById('banner').hidden) seen.banner ??= now;
    requestAnimationFrame(look);
  };
  look();
}
"""


def watch(*windows: Window) -> None:
    """Records when the connection was lost and when the page first says so. A reload would lose the
    record."""
    for window in windows:
        window.page.evaluate(WATCH)


def seen(window: Window) -> dict[str, Any]:
    noted: dict[str, Any] = window.page.evaluate("window.seen ?? {}")
    assert noted, "the page was reloaded"
    return noted


def test_after_kill_and_restart_both_pages_go_on_without_loss_or_duplicates(
    browsers: Browsers, alice: Window, bob: Window
) -> None:
    browsers.errors.expect(LOST)
    alice.write("before")
    bob.see("before")
    watch(alice, bob)
    for server in browsers.site.servers:
        server.kill9()
    for window in (alice, bob):
        window.until("chat.state().connection !== 'open'")
    alice.write("from the dark 1", "from the dark 2")
    for window in (alice, bob):
        expect(window.banner).to_contain_text("No connection since")
    bob.composer.press_sequentially("half a sen")
    for server in browsers.site.servers:
        server.start()
    for window in (alice, bob):
        window.see("before", "from the dark 1", "from the dark 2", seconds=20)
        expect(window.banner).to_be_hidden()
        assert 2_900 < seen(window)["banner"] - seen(window)["lost"] < 4_500
    expect(bob.composer).to_have_value("half a sen")
    bob.write("after")
    for window in (alice, bob):
        window.see("before", "from the dark 1", "from the dark 2", "after")
        window.reload()
        window.see("before", "from the dark 1", "from the dark 2", "after")


def test_after_a_kill_while_posting_each_message_is_there_once(
    browsers: Browsers, alice: Window, bob: Window
) -> None:
    browsers.errors.expect(LOST)
    texts = [f"number {number}" for number in range(12)]
    alice.write(*texts[:6])
    for server in browsers.site.servers:
        server.kill9()
    alice.write(*texts[6:])
    for server in browsers.site.servers:
        server.start()
    for window in (alice, bob):
        window.see(*texts, seconds=30)


def test_a_cut_shorter_than_three_seconds_shows_no_banner(browsers: Browsers) -> None:
    browsers.errors.expect(LOST)
    proxy = browsers.proxy()
    alice = browsers.owner("Alice", server=proxy.url)
    bob = browsers.guest("Bob", alice.join_link)
    watch(alice)
    proxy.cut()
    alice.until("window.seen.lost")
    bob.write("Did you notice?")
    alice.connected()
    alice.see("Did you notice?")
    assert seen(alice)["banner"] is None


@pytest.mark.skipif(one_process, reason="SQLite has one process")
def test_when_one_of_two_processes_dies_the_other_goes_on_and_people_reconnect(
    browsers: Browsers, alice: Window, bob: Window
) -> None:
    browsers.errors.expect(LOST)
    expect(alice.people).to_contain_text("Online 2")
    watch(alice, bob)
    browsers.site.servers[1].kill9()
    alice.write("Still here")
    alice.see("Still here")
    expect(alice.people).to_contain_text("Online 1", timeout=20_000)
    expect(alice.people).to_contain_text("Offline 1")
    expect(bob.people).to_contain_text("Offline at")
    browsers.site.servers[1].start()
    bob.reconnects().see("Still here")
    bob.write("Back")
    alice.see("Still here", "Back")
    for window in (alice, bob):
        expect(window.people).to_contain_text("Online 2")
        assert seen(window)
    assert seen(alice)["lost"] is None
