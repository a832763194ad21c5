"""Tests notifications: opt-in, from one tab only, and removed once read."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from .browsers import Browsers
from .pages import Window, post

# The browser's notifications as a page sees them, kept where a test can look.
RECORD = """
window.notes = [];
window.Notification = class {
  static permission = 'granted';
  static requestPermission = async () => 'granted';
  constructor(title, how) {
    Object.assign(this, {title, ...how, open: true});
    notes.push(this);
    setTimeout(() => this.onshow?.());
  }
  close() { this.open = false; this.onclose?.(); }
};
"""


def notes(*windows: Window) -> list[Any]:
    shown = "notes.map((note) => [note.tag, note.title, note.body, note.open])"
    return [note for window in windows for note in window.page.evaluate(shown)]


@pytest.fixture
def den(browsers: Browsers, alice: Window) -> Window:
    """Alice in a second room."""
    window = Window(alice.page.context.new_page(), alice.address)
    return window.enter(post(alice, "/rooms/new/", name="Den", kind="public"))


@pytest.fixture
def bob(browsers: Browsers, alice: Window, den: Window) -> Window:
    """Bob is in both rooms and looks at the first. His browser allows notifications and records them."""
    bob = browsers.guest("Bob", den.join_link, permissions=["notifications"])
    bob.page.context.add_init_script(RECORD)
    post(bob, alice.join_link)
    return bob.enter(f"/rooms/{alice.key}/")


def turn_on(window: Window) -> None:
    window.page.get_by_role("button", name="Notifications in this browser: off").click()
    window.page.get_by_role("button", name="Turn on").click()
    expect(window.page.get_by_text("Notifications are on in this browser.")).to_be_visible()


def test_other_rooms_notify_only_after_opting_in_and_lead_to_the_message(
    alice: Window, den: Window, bob: Window
) -> None:
    den.write("before the bell")
    expect(bob.room("Den").locator(".count")).to_have_text("1")
    turn_on(bob)
    bob.page.get_by_role("button", name="Send a test").click()
    expect(bob.page.locator("#notification-settings .test-report li")).to_have_text(
        [
            re.compile("^The browser showed the notification"),
            re.compile("sound"),
            "This tab sends the notifications.",
            "This room notifies you of all messages.",
        ]
    )
    bob.page.keyboard.press("Escape")
    den.write("one", "two")
    bob.until("notes.length === 3")
    assert notes(bob)[0][0] == "chat test"
    tag = f"chat {den.key}"
    assert notes(bob)[1:] == [[tag, "Alice · Den", "one", True], [tag, "Alice · Den (2)", "two", True]]
    alice.write("here, where he reads")
    bob.see("here, where he reads")
    assert len(notes(bob)) == 3
    bob.page.evaluate("notes.at(-1).onclick()")
    expect(bob.page.locator(".message.highlighted .body")).to_have_text("two")
    assert [open for *_, open in notes(bob)] == [True, True, False]
    expect(bob.page.get_by_role("button", name="Notifications in this browser: on")).to_be_visible()


def test_only_one_tab_notifies_and_notifications_read_elsewhere_disappear(
    browsers: Browsers, alice: Window, den: Window, bob: Window
) -> None:
    turn_on(bob)
    tabs = [bob, bob.second_tab(), bob.second_tab()]
    phone = browsers.window(viewport={"width": 390, "height": 844})
    phone.page.context.add_cookies(bob.page.context.cookies())
    for text in ("one", "two"):
        den.write(text)
        for tab in tabs:
            expect(tab.room("Den").locator(".count")).to_have_text("1" if text == "one" else "2")
    assert [body for _, _, body, _ in notes(*tabs)] == ["one", "two"]
    den.delete("two")
    expect(bob.room("Den").locator(".count")).to_have_text("1")
    assert not notes(*tabs)[-1][-1], "deleted, it is gone from where it was announced"
    den.write("three")
    expect(bob.room("Den").locator(".count")).to_have_text("2")
    phone.enter(f"/rooms/{den.key}/")
    expect(phone.message("three")).to_be_visible()
    for tab in tabs:
        expect(tab.room("Den").locator(".count")).to_be_empty()
    assert not notes(*tabs)[-1][-1], "read on the phone, it is taken back here"
