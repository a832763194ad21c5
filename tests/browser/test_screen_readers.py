"""Tests what screen readers announce of a room, and text direction."""

import pytest
from playwright.sync_api import expect

from .browsers import Browsers
from .pages import Window, post_many

# Of each message, how the region it came into is announced: the innermost that says it counts.
LISTEN = """
() => {
  window.announced = {};
  new MutationObserver((changes) => {
    for (const {addedNodes} of changes) for (const node of addedNodes) for (const line of lines(node))
      window.announced[line.querySelector('.body').textContent] ??= live(line);
  }).observe(document.getElementById('timeline'), {childList: true, subtree: true});
  const all = (node) => [...node.querySelectorAll?.('.message') ?? []];
  const lines = (node) => node.matches?.('.message') ? [node] : all(node);
  const live = (line) => line.closest('[aria-live]').getAttribute('aria-live');
}
"""

DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def test_what_others_write_is_announced_and_neither_history_nor_ones_own(
    browsers: Browsers, alice: Window
) -> None:
    """A live region announces each new message once, and nothing else."""
    post_many(alice, [f"number {n}" for n in range(120)])
    bob = browsers.guest("Bob", alice.join_link)
    log = bob.page.get_by_role("log")
    bob.page.evaluate(DRAWN)
    expect(log).to_have_attribute("aria-live", "polite")
    bob.page.evaluate(LISTEN)
    alice.write("news")
    expect(bob.message("news")).to_be_visible()
    bob.write("my own")
    expect(alice.message("my own")).to_be_visible()
    log.evaluate("log => { log.scrollTop = 0 }")
    bob.until("document.querySelectorAll('#timeline .message').length > 90")
    announced = bob.page.evaluate("announced")
    assert announced.pop("news") == "polite"
    assert announced.pop("my own") == "off"
    assert set(announced.values()) == {"off"}
    expect(log).to_have_attribute("aria-live", "polite")


@pytest.mark.parametrize(
    ("words", "way"), [("مرحبا يا بوب", "rtl"), ("hello, مرحبا", "ltr"), ("你好", "ltr")]
)
def test_each_text_has_its_own_direction_while_typing_and_reading(
    alice: Window, bob: Window, words: str, way: str
) -> None:
    alice.composer.fill(words)
    expect(alice.composer).to_have_css("direction", way)
    alice.composer.press("Enter")
    for window in (alice, bob):
        expect(window.message(words).locator(".body")).to_have_css("direction", way)
