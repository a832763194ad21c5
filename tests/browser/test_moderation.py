"""Tests that moderation in Django's admin reaches both screens within a second."""

import re

import pytest
from playwright.sync_api import Page, expect

from .browsers import Browsers
from .pages import Window

A_SECOND = 1_000


@pytest.fixture
def admin(browsers: Browsers, alice: Window) -> Page:
    """The superuser's list of messages."""
    return browsers.founder().go("/admin/chat/message/").page


def moderate(admin: Page, text: str, action: str) -> None:
    """Finds a message, ticks it, chooses an action and runs it."""
    admin.locator("#searchbar").fill(text)
    admin.locator("#searchbar").press("Enter")
    row = admin.get_by_role("row").filter(has_text=text)
    row.get_by_role("checkbox").check()
    admin.get_by_label("Action:").select_option(label=action)


def run(admin: Page) -> None:
    admin.get_by_role("button", name=re.compile("^(Run|Go)$")).click()


def test_deleting_and_restoring_in_the_admin_reaches_both_screens(
    alice: Window, bob: Window, admin: Page
) -> None:
    text = f"spam {alice.key[:8]}"
    bob.write(text, "fine")
    alice.see(text, "fine")
    moderate(admin, text, "Delete for everyone")
    run(admin)
    for window in (alice, bob):
        expect(window.bodies).to_have_text(
            ["This message was removed by a moderator", "fine"], timeout=A_SECOND
        )
    expect(admin.get_by_text("Deleted: 1.")).to_be_visible()
    moderate(admin, text, "Restore")
    run(admin)
    for window in (alice, bob):
        expect(window.bodies).to_have_text([text, "fine"], timeout=A_SECOND)
    expect(admin.get_by_text("Restored: 1.")).to_be_visible()


def test_a_banned_person_is_out_at_once_until_unbanned(
    browsers: Browsers, alice: Window, bob: Window, admin: Page
) -> None:
    browsers.errors.expect("403", "WebSocket connection to")
    text = f"insult {alice.key[:8]}"
    bob.write(text)
    alice.see(text)
    moderate(admin, text, "Ban author")
    run(admin)
    bob.until("chat.state().connection === 'stopped'", seconds=1)
    expect(bob.page.get_by_text("You’ve been banned from this workspace.")).to_be_visible(timeout=A_SECOND)
    expect(alice.people.locator("#offline")).to_contain_text("Bob", timeout=10_000)
    expect(bob.composer).to_be_hidden()
    bob.page.reload()
    expect(bob.page.get_by_role("heading", name="You’ve been banned from this workspace")).to_be_visible()
    bob.go("/")
    expect(bob.page.get_by_role("heading", name="You’ve been banned from this workspace")).to_be_visible()
    alice.see(text)

    moderate(admin, text, "Unban author")
    run(admin)
    expect(admin.get_by_text("Unbanned: 1.")).to_be_visible()
    bob.enter(f"/rooms/{alice.key}/")
    bob.write("Sorry")
    expect(alice.message("Sorry")).to_be_visible()


def test_messages_and_sessions_are_found_by_room_author_and_time(
    browsers: Browsers, alice: Window, bob: Window, admin: Page
) -> None:
    bob.write("Where is this listed?")
    alice.see("Where is this listed?")
    admin.reload()
    room = alice.page.locator("#room-name").inner_text()
    admin.get_by_role("link", name=room, exact=True).first.click()
    expect(admin.get_by_role("row").filter(has_text="Where is this listed?")).to_have_count(1)
    admin.goto(f"{browsers.site.address(0)}/admin/chat/session/?open=yes")
    expect(admin.get_by_role("row").filter(has_text="Bob").first).to_contain_text("127.0.0.1")


def test_times_in_the_admin_are_those_of_the_reader_s_clock(browsers: Browsers, alice: Window) -> None:
    admin = browsers.founder(timezone_id="Asia/Shanghai").go("/admin/chat/room/").page
    expect(admin.get_by_text("Times are in Asia/Shanghai.")).to_be_visible()
