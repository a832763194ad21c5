"""Tests that printing a room prints the conversation and nothing else."""

from playwright.sync_api import Locator, expect

from .browsers import Browsers
from .pages import post_many

# Where a page ends and what it may scroll do not exist on paper: all of it is as high as what it holds.
CUT = """
() => [...document.querySelectorAll('.app, .main, .timeline, .text, .body, pre')]
  .filter((one) => one.checkVisibility() && one.scrollHeight > one.clientHeight + 1
    && getComputedStyle(one).overflowY !== 'visible')
  .map((one) => one.className)
"""


def test_a_printed_room_is_the_conversation_black_on_white(browsers: Browsers) -> None:
    alice = browsers.owner("Alice", color_scheme="dark")
    post_many(alice, [f"number {n}" for n in range(40)])
    alice.write("See [the plan](https://example.org/plan) and https://example.org/map", "long\n" * 60)
    expect(alice.messages).to_have_count(42)
    page = alice.page
    name = page.locator("#room-name").inner_text()
    page.emulate_media(media="print")
    for hidden in (alice.composer, page.get_by_role("navigation"), alice.people, page.locator(".avatar")):
        expect(hidden.first).to_be_hidden()
    assert page.locator("#room-name").inner_text() == name
    for shown in (alice.message("number 0"), page.get_by_role("heading", name="You")):
        expect(shown.first).to_be_visible()
    assert all(page.locator(".message > time").evaluate_all("all => all.map((one) => one.checkVisibility())"))
    assert page.evaluate(CUT) == []
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert after(page.get_by_role("link", name="the plan")) == " (https://example.org/plan)"
    assert after(page.get_by_role("link", name="https://example.org/map")) == "none"
    assert after(page.locator(".author-line .you").first) == "Alice", "nobody else is You"
    assert page.evaluate("document.documentElement.scrollHeight") > 2000


def after(shown: Locator) -> str:
    """What the style sheet writes behind it."""
    said: str = shown.evaluate("one => getComputedStyle(one, '::after').content")
    return said.strip('"')
