"""Tests that pages go on without a reload when their process is killed with SIGKILL."""

import os
from typing import Any

import pytest
from playwright.sync_api import expect

from .pages import Window
from .stage import Stage

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
    """Note when the connection was lost, and when the page first says so. A reload would forget it."""
    for window in windows:
        window.page.evaluate(WATCH)


def seen(window: Window) -> dict[str, Any]:
    noted: dict[str, Any] = window.page.evaluate("window.seen ?? {}")
    assert noted, "the page was reloaded"
    return noted


def test_killed_and_started_again_both_go_on_and_nothing_is_lost_or_doubled(
    stage: Stage, alice: Window, bob: Window
) -> None:
    stage.witness.expect(LOST)
    alice.write("before")
    bob.see("before")
    watch(alice, bob)
    for server in stage.site.servers:
        server.kill9()
    for window in (alice, bob):
        window.until("chat.state().connection !== 'open'")
    alice.write("from the dark 1", "from the dark 2")
    for window in (alice, bob):
        expect(window.banner).to_contain_text("No connection since")
    bob.composer.press_sequentially("half a sen")
    for server in stage.site.servers:
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


def test_killed_in_the_middle_of_writing_each_message_is_there_once(
    stage: Stage, alice: Window, bob: Window
) -> None:
    stage.witness.expect(LOST)
    texts = [f"number {number}" for number in range(12)]
    alice.write(*texts[:6])
    for server in stage.site.servers:
        server.kill9()
    alice.write(*texts[6:])
    for server in stage.site.servers:
        server.start()
    for window in (alice, bob):
        window.see(*texts, seconds=30)


def test_a_cut_shorter_than_three_seconds_shows_no_banner(stage: Stage) -> None:
    stage.witness.expect(LOST)
    wire = stage.wire()
    alice = stage.owner("Alice", door=wire.url)
    bob = stage.guest("Bob", alice.join_link)
    watch(alice)
    wire.cut()
    alice.until("window.seen.lost")
    bob.write("Did you notice?")
    alice.connected()
    alice.see("Did you notice?")
    assert seen(alice)["banner"] is None


@pytest.mark.skipif(one_process, reason="SQLite has one process")
def test_with_one_of_two_processes_dead_the_other_goes_on_and_its_people_come_back(
    stage: Stage, alice: Window, bob: Window
) -> None:
    stage.witness.expect(LOST)
    expect(alice.people).to_contain_text("Online 2")
    watch(alice, bob)
    stage.site.servers[1].kill9()
    alice.write("Still here")
    alice.see("Still here")
    expect(alice.people).to_contain_text("Online 1", timeout=20_000)
    expect(alice.people).to_contain_text("Offline 1")
    expect(bob.people).to_contain_text("Offline at")
    stage.site.servers[1].start()
    bob.comes_back().see("Still here")
    bob.write("Back")
    alice.see("Still here", "Back")
    for window in (alice, bob):
        expect(window.people).to_contain_text("Online 2")
        assert seen(window)
    assert seen(alice)["lost"] is None
