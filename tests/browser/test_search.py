"""Tests search, results in context, the room switcher and keyboard shortcuts."""

import pytest
from playwright.sync_api import Locator, expect

from .browsers import Browsers
from .pages import Window, post, post_many
from .screenshots import TOO_SMALL
from .test_composer import commit, compose, enter
from .test_themes_and_phones import PHONE, shown

INDEXED = 8  # seconds: the index follows what is posted


def results(window: Window) -> Locator:
    return window.page.get_by_role("list", name="Results").get_by_role("link")


def field(window: Window) -> Locator:
    return window.page.get_by_role("searchbox", name="Search all messages")


def found(window: Window, text: str, count: int, seconds: float = 5) -> None:
    """Searches again until the index has the message."""
    for _ in range(INDEXED):
        field(window).fill("")
        field(window).fill(text)
        try:
            return expect(results(window)).to_have_count(count, timeout=1_000)
        except AssertionError:
            continue
    expect(results(window)).to_have_count(count)


@pytest.fixture
def den(browsers: Browsers, alice: Window) -> Window:
    """Alice in a second room, the Den, beside the first."""
    window = Window(alice.page.context.new_page(), alice.address)
    return window.enter(post(alice, "/rooms/new/", name="Den", kind="public"))


def test_a_message_is_found_by_one_character_and_opened_where_it_was_said(
    browsers: Browsers, alice: Window, den: Window
) -> None:
    name = alice.page.locator("#room-name").inner_text()
    post_many(alice, [f"tide number {n}" for n in range(60)])
    alice.write("昨晚的潮位计坏了")
    den.write("the tide gauge is in the den")
    keyboard = den.page.keyboard
    keyboard.press("Control+Shift+f")
    found(den, "潮", 1)
    expect(results(den).locator("mark")).to_have_text("潮")
    expect(results(den)).to_contain_text(name)
    found(den, "from:me tide", 20)
    expect(results(den).first).to_contain_text("Den")
    results(den).nth(19).scroll_into_view_if_needed()
    expect(results(den)).to_have_count(40)
    den.page.get_by_text("In this room").click()
    expect(results(den)).to_have_count(1)
    found(den, "潮", 0)
    expect(den.page.get_by_text("No results for “潮” in this room.")).to_be_visible()
    den.page.get_by_role("button", name="Search all rooms").click()
    expect(results(den)).to_have_count(1)
    found(den, '"tide number 3"', 1)
    keyboard.press("ArrowDown")
    expect(results(den)).to_be_focused()
    keyboard.press("Enter")
    expect(den.page.locator(".message.highlighted .body")).to_have_text("tide number 3")
    expect(den.page.locator("#room-name")).to_have_text(name)
    den.page.go_back()
    expect(results(den)).to_be_focused()
    expect(field(den)).to_have_value('"tide number 3"')
    keyboard.press("Escape")
    expect(field(den)).to_be_hidden()
    expect(den.page.locator("#room-name")).to_have_text("Den")


def test_missing_results_and_deleted_messages_are_explained(alice: Window, bob: Window) -> None:
    bob.write("a secret tide")
    bob.see("a secret tide")
    alice.page.get_by_role("button", name="Search", exact=True).click()
    found(alice, "secret", 1)
    bob.delete("a secret tide")
    expect(results(alice)).to_have_count(0)
    status = alice.page.get_by_role("dialog").get_by_role("status")
    found(alice, "tide gauge in:nowhere", 0)
    expect(status).to_have_text("You’re not in a room called “nowhere”.")
    field(alice).fill("tide gauge")
    expect(status).to_contain_text("No results for “tide gauge”")
    field(alice).fill("tide gauge in:nowhere")
    field(alice).press_sequentially(" from:")
    expect(alice.page.get_by_role("option")).to_have_text(["@Me", "BOBob"])
    compose(alice, "bo")
    enter(alice)
    expect(alice.page.get_by_role("option")).to_have_count(1)
    commit(alice, "bo")
    expect(field(alice)).to_have_value("tide gauge in:nowhere from:bo")


def test_on_a_phone_the_search_is_a_pane_and_back_closes_it(browsers: Browsers, alice: Window) -> None:
    alice.write("a tide for a phone")
    bob = browsers.guest("Bob", alice.join_link, **PHONE)
    bob.page.get_by_role("button", name="Rooms").tap()
    bob.page.get_by_role("button", name="Search all messages").tap()
    found(bob, "tide", 1)
    assert not bob.page.evaluate(TOO_SMALL)
    assert bob.page.evaluate("document.documentElement.scrollWidth") <= 390
    results(bob).tap()
    expect(bob.message("a tide for a phone")).to_be_visible()
    bob.page.go_back()
    expect(results(bob)).to_be_visible()
    bob.page.get_by_role("button", name="Back", exact=True).tap()
    shown(bob.page.get_by_role("navigation", name="Rooms"), bob.composer, results(bob))
    bob.page.get_by_role("button", name="Bob").tap()
    bob.page.get_by_role("button", name="Go to a room or a person").tap()
    assert not bob.page.evaluate(TOO_SMALL)


LATE = """
() => document.getElementById('search').addEventListener('close', (event) => {
  if (!event.isTrusted) return;
  event.stopImmediatePropagation();
  setTimeout(() => {
    event.target.dispatchEvent(new Event('close'));
    window.late = true;
  }, 500);
}, true)
"""


def test_closing_the_search_and_going_back_quickly_works(alice: Window) -> None:
    alice.write("a tide at the door")
    alice.page.keyboard.press("Control+Shift+f")
    found(alice, "tide", 1)
    alice.page.evaluate(LATE)
    results(alice).click()
    alice.page.go_back()
    expect(results(alice)).to_be_visible()
    alice.until("window.late")
    expect(results(alice)).to_be_visible()
    assert alice.page.evaluate("history.state.pane") == "search"


def test_the_switcher_finds_rooms_and_people_by_any_part_of_the_name(
    browsers: Browsers, alice: Window, den: Window
) -> None:
    lin = browsers.guest("林小夏", den.join_link)
    lin.write("hello")
    den.see("hello")
    keyboard, options = den.page.keyboard, den.page.get_by_role("option")
    keyboard.press("Control+k")
    expect(options.last).to_have_text("Search all messages")
    keyboard.type("oom")
    expect(options.locator("mark")).to_have_text("oom")
    keyboard.press("Enter")
    den.until(f"chat.state().room === '{alice.key}'")
    keyboard.press("Control+k")
    keyboard.type("den")
    expect(options.first).to_have_attribute("aria-selected", "true")
    keyboard.press("Enter")
    expect(den.page.locator("#room-name")).to_have_text("Den")
    keyboard.press("Control+k")
    compose(den, "小")
    enter(den)
    expect(options).to_have_count(2)
    commit(den, "小")
    den.page.wait_for_timeout(150)  # longer than the key that ended it takes to arrive
    keyboard.press("Enter")
    den.until(f"chat.state().room !== '{lin.key}'")
    expect(den.page.locator("#room-name")).to_have_text("林小夏")
    keyboard.press("Control+k")
    keyboard.type("any tide")
    keyboard.press("Enter")
    expect(field(den)).to_have_value("any tide")


def test_shortcuts_move_through_rooms_and_regions_and_question_mark_lists_them(
    browsers: Browsers, alice: Window, den: Window
) -> None:
    bob, first = browsers.guest("Bob", alice.join_link), alice.key
    alice.page.close()  # else it would be read there
    keyboard = den.page.keyboard
    den.composer.focus()
    keyboard.press("Alt+ArrowDown")
    den.until(f"chat.state().room === '{first}'")
    keyboard.press("Alt+ArrowUp")
    den.until(f"chat.state().room !== '{first}'")
    keyboard.press("Alt+Shift+ArrowUp")  # nothing is unread
    bob.write("over here")
    expect(den.page.locator("nav.sidebar .count:not(:empty)")).to_have_text("1")
    keyboard.press("Alt+Shift+ArrowUp")
    den.until(f"chat.state().room === '{first}'")
    keyboard.type("Why? ")
    expect(den.composer).to_have_value("Why? ")
    for wanted in (den.people.get_by_role("button").first, den.page.locator("nav.sidebar [aria-current]"),
                   den.page.get_by_role("log"), den.composer):  # fmt: skip
        keyboard.press("F6")
        expect(wanted).to_be_focused()
    keyboard.press("Shift+F6")
    keyboard.press("?")
    expect(den.page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    keyboard.press("Alt+ArrowUp")  # nothing moves behind it
    keyboard.press("Escape")
    expect(den.page.get_by_role("log")).to_be_focused()
    assert den.key == first
