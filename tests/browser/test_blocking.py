"""Blocking somebody: one line instead of what they write, no number, and they notice nothing."""

from playwright.sync_api import expect

from .pages import Window
from .stage import Stage


def rows(window: Window, text: str) -> object:
    return window.page.get_by_role("log").get_by_text(text)


def test_what_a_blocked_person_writes_is_one_line_and_counts_nothing(stage: Stage, alice: Window) -> None:
    bob = stage.guest("Bob", alice.join_link)
    bob.write("before")
    alice.sees("before")
    alice.page.get_by_role("listitem").filter(has_text="Bob").hover()
    alice.page.get_by_role("button", name="Block Bob").click()
    expect(alice.page.get_by_text("You won't hear from Bob any more. They are not told.")).to_be_visible()
    expect(rows(alice, "before")).to_have_count(0)
    expect(rows(alice, "Message from a blocked person")).to_have_count(1)
    bob.write("after")
    bob.sees("after")
    expect(rows(alice, "Message from a blocked person")).to_have_count(2)
    alice.page.get_by_role("log").get_by_role("button", name="Show").first.click()
    expect(rows(alice, "before")).to_have_count(1)
    expect(rows(alice, "after")).to_have_count(0)
    alice.page.get_by_role("button", name="Unblock Bob").click()
    expect(rows(alice, "after")).to_have_count(1)


def test_the_profile_page_unblocks(stage: Stage, alice: Window) -> None:
    stage.guest("Bob", alice.join_link)
    alice.page.get_by_role("listitem").filter(has_text="Bob").hover()
    alice.page.get_by_role("button", name="Block Bob").click()
    alice.page.get_by_role("button", name="Undo").click()
    expect(alice.page.get_by_text("blocked", exact=True)).to_have_count(0)
    alice.page.get_by_role("button", name="Block Bob").click()
    expect(alice.page.get_by_text("blocked", exact=True)).to_be_visible()
    alice.page.goto(f"{alice.address}/profile/")
    alice.page.get_by_role("button", name="Unblock").click()
    expect(alice.page.get_by_text("Blocked people")).to_have_count(0)
