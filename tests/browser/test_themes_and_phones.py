"""Tests dark and light themes, phones, keyboard-only use and accessibility."""

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from .browsers import Browsers
from .pages import Window, post, post_many, press

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def test_a_chosen_theme_applies_before_the_first_paint(alice: Window) -> None:
    """The server writes the theme into the page, so nothing flashes."""
    ground = "getComputedStyle(document.body).backgroundColor"
    light = alice.page.evaluate(ground)
    alice.page.get_by_role("button", name="Dark theme").click()
    dark = alice.page.evaluate(ground)
    assert dark != light
    html = alice.page.context.request.get(f"{alice.address}/rooms/{alice.key}/").text()
    assert re.search(r'<html[^>]* data-theme="dark"', html)
    alice.reload()
    assert alice.page.evaluate(ground) == dark
    alice.page.get_by_role("button", name="Light theme").click()
    alice.go("/rooms/")
    assert alice.page.evaluate(ground) == light


def test_without_a_choice_the_theme_follows_the_system(browsers: Browsers) -> None:
    alice = browsers.owner("Alice", color_scheme="dark")
    expect(alice.page.get_by_role("button", name="Light theme")).to_be_visible()
    assert alice.page.evaluate("document.documentElement.dataset.theme ?? ''") == ""
    red, *_ = re.findall(r"\d+", alice.page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert int(red) < 64


def test_on_a_phone_one_pane_is_shown_at_a_time_and_back_works(browsers: Browsers, alice: Window) -> None:
    bob = browsers.guest("Bob", alice.join_link, **PHONE)
    page = bob.page
    rooms, people = page.get_by_role("navigation", name="Rooms"), bob.people
    name = page.locator("#room-name").inner_text()
    shown(bob.composer, rooms, people)
    expect(bob.composer).not_to_be_focused()  # it would raise the keyboard
    page.evaluate("window.same = true")
    page.get_by_role("button", name="Rooms").tap()
    shown(rooms, bob.composer, people)
    bob.room(name).tap()
    shown(bob.composer, rooms, people)
    page.get_by_role("button", name="People").tap()
    shown(people, bob.composer, rooms)
    page.go_back()
    shown(bob.composer, rooms, people)
    assert page.evaluate("window.same"), "it went back by loading a page"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def shown(here: Locator, *elsewhere: Locator) -> None:
    expect(here).to_be_visible()
    for other in elsewhere:
        expect(other).to_be_hidden()


def test_on_a_phone_enter_adds_a_line_and_the_button_sends(browsers: Browsers, alice: Window) -> None:
    bob = browsers.guest("Bob", alice.join_link, **PHONE)
    bob.composer.tap()
    bob.composer.press_sequentially("one\ntwo")
    bob.page.get_by_role("button", name="Send").tap()
    expect(alice.bodies).to_have_text(["one\ntwo"])
    assert alice.bodies.first.inner_text() == "one\ntwo"


# What a browser tells that does not shrink the page for its keyboard, and what one then sees: until where the
# composer reaches, the newest message, and the list of messages.
COVER = """
async (height) => {
  Object.defineProperty(visualViewport, 'height', {value: height, configurable: true});
  visualViewport.dispatchEvent(new Event('resize'));
  const drawn = () => new Promise(requestAnimationFrame);
  await drawn().then(drawn);
  const all = [...document.querySelectorAll('.message')];
  return [document.getElementById('composer'), all.at(-1), document.getElementById('timeline')]
    .map((one) => one.getBoundingClientRect().bottom);
}
"""


def test_on_a_phone_a_keyboard_over_the_page_covers_neither_composer_nor_the_newest(
    browsers: Browsers, alice: Window
) -> None:
    bob = browsers.guest("Bob", alice.join_link, **PHONE)
    post_many(bob, [f"number {n}" for n in range(30)])
    expect(bob.messages).to_have_count(30)
    page, above = bob.page, 844 - 340
    free, *_ = page.evaluate(COVER, 844)
    composer, newest, timeline = page.evaluate(COVER, above)
    assert newest <= timeline < composer <= above
    assert page.evaluate(COVER, 844)[0] == free


def test_a_long_press_shows_every_action_with_its_name(browsers: Browsers, alice: Window) -> None:
    bob = browsers.guest("Bob", alice.join_link, **PHONE)
    alice.write("from Alice")
    bob.see("from Alice")
    press(bob.message("from Alice"))
    sheet = bob.page.get_by_role("toolbar", name="Actions")
    for word in ("Reply", "React", "Mark as unread from here"):
        expect(sheet.get_by_role("button", name=word)).to_be_visible()
    expect(sheet.get_by_role("button", name="Edit")).to_be_hidden()  # it is not Bob's
    bob.page.touchscreen.tap(195, 20)
    expect(sheet).to_be_hidden()
    press(bob.message("from Alice"))
    sheet.get_by_role("button", name="Reply").tap()
    expect(sheet).to_be_hidden()
    expect(bob.page.locator("#reply-bar")).to_contain_text("from Alice")


def test_a_long_press_copies_the_text_as_it_was_typed(browsers: Browsers, alice: Window) -> None:
    bob = browsers.guest("Bob", alice.join_link, permissions=["clipboard-read", "clipboard-write"], **PHONE)
    alice.write("**Lamps** at _eight_")
    bob.see("Lamps at eight")
    press(bob.message("Lamps at eight"))
    bob.page.get_by_role("button", name="Copy text").tap()
    expect(bob.page.locator("#toast")).to_contain_text("Copied.")
    assert bob.page.evaluate("navigator.clipboard.readText()") == "**Lamps** at _eight_"


def test_on_a_phone_a_text_that_wraps_gets_the_whole_width(browsers: Browsers, alice: Window) -> None:
    bob = browsers.guest("Bob", alice.join_link, **PHONE)
    width = "one => one.getBoundingClientRect().width"
    bob.composer.fill("short")
    narrow = bob.composer.evaluate(width)
    bob.composer.fill("a text that is too long for one line of a phone")
    assert bob.composer.evaluate(width) > max(narrow, 330)
    bob.composer.fill("no")
    assert bob.composer.evaluate(width) > narrow, "it would flicker between the two"
    bob.page.get_by_role("button", name="Send").tap()
    bob.see("no")
    assert bob.composer.evaluate(width) == narrow


def test_on_a_phone_the_name_of_a_room_is_not_cut_by_its_buttons(browsers: Browsers, alice: Window) -> None:
    name = "The committee for the lamps of the mole"
    post(alice, f"/rooms/{alice.key}/settings/", name=name, topic="", kind="public", posting="everybody")
    bob = browsers.guest("Bob", alice.join_link, **PHONE)
    title = bob.page.get_by_role("heading", level=1, name=name)
    cut = "one => one.scrollHeight > one.clientHeight || one.scrollWidth > one.clientWidth"
    assert not title.evaluate(cut)


def test_on_a_phone_the_list_of_rooms_shows_who_wrote_what_last(browsers: Browsers, alice: Window) -> None:
    bob = browsers.guest("Bob", alice.join_link, **PHONE)
    name = bob.page.locator("#room-name").inner_text()
    alice.write("Lamps at eight?")
    bob.see("Lamps at eight?")
    bob.page.get_by_role("button", name="Rooms").tap()
    expect(bob.room(name)).to_contain_text("Alice: Lamps at eight?")
    expect(bob.room(name)).to_contain_text(re.compile(r"\d\d:\d\d"))
    alice.edit("Lamps at eight?", "Lamps at nine?")
    expect(bob.room(name)).to_contain_text("Alice: Lamps at nine?")
    alice.delete("Lamps at nine?")
    expect(bob.room(name)).to_contain_text("Alice: This message was deleted")


def test_the_first_tab_stops_lead_past_the_lists(alice: Window) -> None:
    page = alice.page
    page.evaluate("document.activeElement.blur()")
    skip = page.get_by_role("link", name="Skip to messages")
    reach(page, skip)
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("log")).to_be_focused()
    skip.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(alice.composer).to_be_focused()
    expect(skip).not_to_be_in_viewport()


def test_a_whole_conversation_without_a_mouse(browsers: Browsers, alice: Window, bob: Window) -> None:
    keyboard = bob.page.keyboard
    browsers.upgrade(bob)
    expect(bob.composer).to_be_focused()
    keyboard.type("typed")
    keyboard.press("Enter")
    alice.see("typed")
    reach(bob.page, bob.page.get_by_role("log"), "Shift+Tab")
    keyboard.press("ArrowUp")
    expect(bob.message("typed")).to_be_focused()
    keyboard.press("e")
    keyboard.press("End")
    keyboard.type(" by hand")
    keyboard.press("Enter")
    alice.see("typed by hand")
    reach(bob.page, bob.page.get_by_role("log"), "Shift+Tab")
    keyboard.press("ArrowUp")
    keyboard.press("r")
    keyboard.type("and answered")
    keyboard.press("Enter")
    alice.see("typed by hand", "and answered")
    reach(bob.page, bob.page.get_by_role("log"), "Shift+Tab")
    keyboard.press("ArrowUp")
    reach(bob.page, bob.message("and answered").get_by_role("button", name="More"))
    keyboard.press("Enter")
    reach(bob.page, bob.message("and answered").get_by_role("button", name="Delete"), "ArrowDown")
    keyboard.press("Enter")
    keyboard.press("Enter")
    alice.see("typed by hand", "This message was deleted")
    expect(bob.message("typed by hand")).to_be_focused()
    keyboard.type("stray typing")
    expect(bob.composer).to_have_value("stray typing")
    keyboard.press("ControlOrMeta+a")
    keyboard.press("ControlOrMeta+x")
    bob.page.get_by_role("log").focus()
    keyboard.press("ControlOrMeta+v")
    expect(bob.composer).to_have_value("stray typing")
    reach(bob.page, bob.page.get_by_role("button", name="Invite", exact=True), "Shift+Tab")
    keyboard.press("Enter")
    expect(bob.page.get_by_role("dialog")).to_be_visible()
    keyboard.press("Escape")
    expect(bob.page.get_by_role("button", name="Invite", exact=True)).to_be_focused()


def reach(page: Page, wanted: Locator, key: str = "Tab") -> None:
    """Presses a key until the element has a visible focus."""
    for _ in range(40):
        if wanted.evaluate("one => one === document.activeElement"):
            break
        page.keyboard.press(key)
    expect(wanted).to_be_focused()
