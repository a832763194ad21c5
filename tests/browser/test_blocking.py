"""Tests blocking: one line replaces messages, nothing is counted, and the blocked person notices nothing."""

import itertools

import pytest
from playwright.sync_api import Locator, expect

from .browsers import Browsers
from .pages import Window
from .test_themes_and_phones import PHONE


@pytest.fixture
def ada(browsers: Browsers) -> Window:
    return browsers.founder()


def said(window: Window, text: str) -> Locator:
    return window.page.get_by_role("log").get_by_text(text)


def press(window: Window, name: str, button: str) -> None:
    """A button on a person's card, which their name in the list of people opens."""
    window.people.get_by_role("listitem").filter(has_text=name).get_by_role("button").click()
    window.page.get_by_role("dialog", name=name).get_by_role("button", name=button, exact=True).click()


def test_messages_of_a_blocked_person_fold_into_one_line(browsers: Browsers, ada: Window) -> None:
    bob = browsers.guest("Bob", ada.join_link)
    bob.write("pelican")
    ada.see("pelican")
    press(ada, "Bob", "Block")
    expect(ada.page.get_by_text("You blocked Bob. They won’t be notified.")).to_be_visible()
    expect(said(ada, "pelican")).to_have_count(0)
    expect(said(ada, "Message from someone you blocked")).to_have_count(1)
    bob.write("seagull")
    bob.see("pelican", "seagull")
    expect(said(ada, "Message from someone you blocked")).to_have_count(2)
    ada.page.get_by_role("log").get_by_role("button", name="Show").first.click()
    expect(said(ada, "pelican")).to_have_count(1)
    expect(said(ada, "seagull")).to_have_count(0)
    press(ada, "Bob", "Unblock")
    expect(said(ada, "seagull")).to_have_count(1)


def test_blocking_is_undone_at_once_and_later_on_the_profile_page(browsers: Browsers, ada: Window) -> None:
    browsers.guest("Eve", ada.join_link)
    row = ada.page.locator("#people li").filter(has_text="Eve")
    press(ada, "Eve", "Block")
    expect(row.get_by_text("blocked")).to_be_visible()
    ada.page.get_by_role("button", name="Undo").click()
    expect(row.get_by_text("blocked")).to_have_count(0)
    press(ada, "Eve", "Block")
    expect(row.get_by_text("blocked")).to_be_visible()
    ada.page.goto(f"{ada.address}/profile/")
    ada.page.get_by_role("button", name="Unblock").click()
    expect(ada.page.get_by_text("Blocked people")).to_have_count(0)


def test_people_can_be_blocked_and_unblocked_on_a_phone(browsers: Browsers) -> None:
    ada = browsers.founder(**PHONE)
    browsers.guest("Fay", ada.join_link)
    ada.page.get_by_role("button", name="People").tap()
    row = ada.people.locator("li").filter(has_text="Fay")
    row.get_by_role("button").tap()
    card = ada.page.get_by_role("dialog", name="Fay")
    card.get_by_role("button", name="Block", exact=True).tap()
    expect(row.get_by_text("blocked")).to_be_visible()
    assert not overlapping(row.locator("span, small"))
    row.get_by_role("button").tap()
    card.get_by_role("button", name="Unblock").tap()
    expect(row.get_by_text("blocked")).to_have_count(0)


def overlapping(parts: Locator) -> list[str]:
    """Words of a line that overlap the one before."""
    boxes = parts.evaluate_all("all => all.map((one) => one.getBoundingClientRect().toJSON())")
    return [one for before, one in itertools.pairwise(boxes) if one["left"] < before["right"] - 0.5]
