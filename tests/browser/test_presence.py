"""Tests presence and typing in the page: correct within seconds, without flicker."""

import os
import re
import signal

from playwright.sync_api import expect

from .browsers import Browsers
from .pages import Window, join_by_link

GONE = 12_000  # five seconds of grace for reloads, a sweep, and a busy machine


def joined(names: str) -> str:
    return f"{names} joined with an invite link."


def test_people_are_listed_as_online_and_offline(alice: Window, bob: Window) -> None:
    for window, other in ((alice, "Bob"), (bob, "Alice")):
        expect(window.people).to_contain_text("Online 2")
        expect(window.people.locator("#online")).to_contain_text(other)
    bob.page.close()
    expect(alice.people.locator("#offline")).to_contain_text("Bob", timeout=GONE)
    expect(alice.people).to_contain_text("Online 1")


def test_joining_and_leaving_share_one_quiet_line_never_about_yourself(
    browsers: Browsers, alice: Window, bob: Window
) -> None:
    expect(alice.notices).to_have_text([joined("Bob")])
    carol = browsers.guest("Carol", alice.join_link)
    expect(alice.notices).to_have_text([joined("Bob and Carol")])
    expect(bob.notices).to_have_text([joined("You and Carol")])
    expect(carol.notices).to_have_text([joined("You and Bob")])
    carol.page.close()
    expect(alice.notices).to_have_text([joined("Bob and Carol"), "Carol went offline."], timeout=GONE)
    bob.page.reload()
    expect(bob.notices).to_have_text([joined("You and Carol")])
    assert alice.state["unread"][alice.key] == 0
    expect(alice.page).to_have_title(re.compile("^Room"))


def test_a_reload_does_not_change_presence(browsers: Browsers, alice: Window, bob: Window) -> None:
    """Carol left later, and her leaving is shown by the time Bob's would have been."""
    carol = browsers.guest("Carol", alice.join_link)
    expect(alice.notices).to_have_text([joined("Bob and Carol")])
    alice.page.evaluate(
        """() => {
            window.lines = [];
            new MutationObserver(() => window.lines.push(document.getElementById('online').textContent))
              .observe(document.getElementById('online'), {childList: true, subtree: true});
        }"""
    )
    bob.reload()
    carol.page.close()
    expect(alice.notices.last).to_have_text("Carol went offline.", timeout=GONE)
    assert all("Bob" in line for line in alice.page.evaluate("window.lines"))


def test_a_person_with_several_tabs_is_online_until_the_last_is_closed(
    browsers: Browsers, alice: Window, bob: Window
) -> None:
    carol = browsers.guest("Carol", alice.join_link)
    last = bob.second_tab()
    bob.page.close()
    carol.page.close()
    expect(alice.people.locator("#offline")).to_contain_text("Carol", timeout=GONE)
    expect(alice.people.locator("#online")).to_contain_text("Bob")
    assert last.state["connection"] == "open"


def test_a_person_whose_browser_is_killed_goes_offline(browsers: Browsers, alice: Window) -> None:
    """Neither the page nor the browser can send anything any more."""
    doomed = browsers.pool.another_browser()
    bob = Window(doomed.new_page(), browsers.site.address(1))
    join_by_link(bob, alice.join_link, "Bob")
    expect(alice.people.locator("#online")).to_contain_text("Bob")
    asked = doomed.new_browser_cdp_session().send("SystemInfo.getProcessInfo")
    [pid] = [process["id"] for process in asked["processInfo"] if process["type"] == "browser"]
    os.kill(pid, signal.SIGKILL)
    expect(alice.people.locator("#offline")).to_contain_text("Bob", timeout=GONE)


def test_typing_is_shown_until_the_person_stops(alice: Window, bob: Window) -> None:
    bob.composer.press_sequentially("I am thin")
    line = alice.page.locator("#typing")
    expect(line).to_have_text("Bob is typing...")
    expect(alice.people.locator("#online")).to_contain_text("typing")
    height = line.evaluate("line => line.parentElement.getBoundingClientRect().height")
    expect(line).to_be_empty(timeout=8_000)
    assert line.evaluate("line => line.parentElement.getBoundingClientRect().height") == height
    expect(bob.page.locator("#typing")).to_be_empty()


def test_a_message_ends_the_typing_notice(alice: Window, bob: Window) -> None:
    bob.composer.press_sequentially("Done")
    expect(alice.page.locator("#typing")).to_contain_text("Bob is typing")
    bob.composer.press("Enter")
    expect(alice.message("Done")).to_be_visible()
    expect(alice.page.locator("#typing")).to_be_empty(timeout=1_000)
