"""Tests the card of a person: from where and how it opens, and what it offers."""

import re

from playwright.sync_api import Locator, expect

from .browsers import Browsers
from .pages import Window
from .test_themes_and_phones import PHONE


def card(window: Window, name: str) -> Locator:
    return window.page.get_by_role("dialog", name=name)


def test_a_click_on_a_name_a_mention_or_a_row_opens_the_card(alice: Window, bob: Window) -> None:
    alice.write("Ask @Bob about it")
    bob.see("Ask @Bob about it")
    log = bob.page.get_by_role("log")
    log.get_by_role("button", name="Alice").click()
    expect(card(bob, "Alice")).to_contain_text(re.compile("Owner · in this room since \\d"))
    bob.page.keyboard.press("Escape")
    log.get_by_role("button", name="@Bob").click()
    expect(card(bob, "Bob")).to_contain_text("Guest")
    expect(card(bob, "Bob").get_by_role("button", name="Block")).to_be_hidden()
    bob.page.keyboard.press("Escape")
    bob.people.get_by_role("button", name="Alice").click()
    card(bob, "Alice").get_by_role("button", name="Send a message").click()
    expect(bob.page.get_by_role("heading", level=1, name="Alice")).to_be_visible()


def test_mention_puts_the_name_into_the_composer(alice: Window, bob: Window) -> None:
    alice.write("Hello")
    bob.see("Hello")
    bob.composer.fill("Thanks,")
    bob.page.get_by_role("log").get_by_role("button", name="Alice").click()
    card(bob, "Alice").get_by_role("button", name="Mention").click()
    expect(bob.composer).to_have_value("Thanks, @Alice ")
    expect(bob.composer).to_be_focused()


def test_the_card_works_by_keyboard_and_gives_the_focus_back(alice: Window, bob: Window) -> None:
    alice.write("Hello")
    bob.see("Hello")
    bob.page.get_by_role("log").focus()
    for key in ("ArrowUp", "Tab", "Enter"):
        bob.page.keyboard.press(key)
    expect(card(bob, "Alice")).to_be_visible()
    bob.page.keyboard.press("Escape")
    expect(card(bob, "Alice")).to_be_hidden()
    expect(bob.page.get_by_role("log").get_by_role("button", name="Alice")).to_be_focused()


def test_on_a_phone_mention_leads_from_the_people_to_the_composer(browsers: Browsers, alice: Window) -> None:
    bob = browsers.guest("Bob", alice.join_link, **PHONE)
    bob.page.get_by_role("button", name="People").tap()
    bob.people.get_by_role("button", name="Alice").tap()
    card(bob, "Alice").get_by_role("button", name="Mention").tap()
    expect(bob.composer).to_have_value("@Alice ")
    expect(bob.composer).to_be_focused()
