"""Tests unread counts per room, in the title and in every tab, and the position of the divider."""

import random
import re

import pytest
from playwright.sync_api import Locator, expect

from .browsers import Browsers
from .pages import Window, command, post

A_SECOND = 1_000


@pytest.fixture
def den(browsers: Browsers, alice: Window) -> Window:
    """A second room of Alice's, which Bob joins too."""
    window = Window(alice.page.context.new_page(), alice.address)
    window.enter(post(alice, "/rooms/new/", name="Den", kind="public"))
    return window


@pytest.fixture
def bob(browsers: Browsers, alice: Window, den: Window) -> Window:
    """Bob is in both rooms and looks at the first."""
    bob = browsers.guest("Bob", den.join_link)
    post(bob, alice.join_link)
    bob.enter(f"/rooms/{alice.key}/")
    return bob


def count(window: Window, room: str = "Den") -> Locator:
    return window.room(room).locator(".count")


def test_each_room_counts_its_unread_messages_and_the_title_counts_all(den: Window, bob: Window) -> None:
    den.write("one", "two", "three")
    expect(count(bob)).to_have_text("3")
    expect(bob.page).to_have_title(re.compile(r"^\(3\) "))
    den.delete("three")
    expect(count(bob)).to_have_text("2")
    bob.reload()
    expect(count(bob)).to_have_text("2")
    bob.room("Den").click()
    expect(count(bob)).to_be_empty()
    expect(bob.page).to_have_title("Den · Lighthouse")
    bob.reload()
    expect(bob.page).to_have_title("Den · Lighthouse")


def test_read_in_one_tab_is_read_in_the_other_within_a_second(den: Window, bob: Window) -> None:
    other = bob.second_tab()
    den.write("hello")
    for window in (bob, other):
        expect(count(window)).to_have_text("1")
    other.room("Den").click()
    expect(other.message("hello")).to_be_visible()
    expect(count(bob)).to_be_empty(timeout=A_SECOND)
    expect(bob.page).to_have_title(re.compile("^Room"), timeout=A_SECOND)


def test_messages_read_on_arrival_are_never_counted(den: Window, bob: Window) -> None:
    """Not even for a moment: a flickering title would announce something unread."""
    bob.room("Den").click()
    bob.page.evaluate(
        """() => {
            window.titles = [];
            new MutationObserver(() => window.titles.push(document.title))
              .observe(document.querySelector('title'), {childList: true, subtree: true});
        }"""
    )
    den.write("one", "two", "three")
    bob.see("one", "two", "three")
    bob.until("chat.state().read_up_to === chat.state().messages.at(-1)")
    assert not [title for title in bob.page.evaluate("window.titles") if title.startswith("(")]


def test_the_new_divider_stays_while_you_read(den: Window, bob: Window) -> None:
    den.write("read before")
    bob.room("Den").click()
    bob.see("read before")
    bob.until("chat.state().read_up_to === chat.state().messages.at(-1)")
    bob.page.locator("nav.sidebar .room-list a:not([aria-current])").click()
    den.write("new 1", "new 2")
    expect(count(bob)).to_have_text("2")
    bob.room("Den").click()
    divider = bob.page.locator("#timeline .divider")
    expect(divider).to_have_text("2 new")
    expect(count(bob)).to_be_empty()
    place = divider.evaluate("line => line.nextElementSibling.textContent")
    assert "new 1" in place
    den.write("while reading")
    expect(bob.message("while reading")).to_be_visible()
    expect(divider).to_have_text("2 new")
    assert divider.evaluate("line => line.nextElementSibling.textContent").startswith(place[:20])
    bob.page.locator("nav.sidebar .room-list a:not([aria-current])").click()
    bob.room("Den").click()
    bob.see("read before", "new 1", "new 2", "while reading")
    expect(divider).to_have_count(0)


def test_your_own_messages_are_never_counted(den: Window, bob: Window) -> None:
    other = bob.second_tab()
    bob.room("Den").click()
    bob.write("my own")
    den.see("my own")
    expect(other.room("Den")).to_be_visible()
    expect(count(other)).to_be_empty()
    bob.page.close()  # else it would be read there
    den.write("not my own")
    expect(count(other)).to_have_text("1")


def test_marking_as_unread_applies_to_every_window_and_can_be_undone(den: Window, bob: Window) -> None:
    other = bob.second_tab()
    bob.room("Den").click()
    den.write("one", "two", "three")
    bob.see("one", "two", "three")
    bob.until("chat.state().read_up_to === chat.state().messages.at(-1)")
    bob.act("two", "Mark as unread from here")
    divider = bob.page.locator("#timeline .divider")
    expect(divider).to_have_text("2 new")
    expect(divider.locator("+ .run")).to_contain_text("two")
    for window in (bob, other):
        expect(count(window)).to_have_text("2", timeout=A_SECOND)
    bob.page.mouse.move(400, 400)
    bob.page.mouse.wheel(0, 50)
    den.write("four")
    expect(bob.message("four")).to_be_visible()
    expect(count(bob)).to_have_text("3")
    bob.page.get_by_role("button", name="Undo").click()
    for window in (bob, other):
        expect(count(window)).to_be_empty(timeout=2 * A_SECOND)


def test_escape_marks_all_as_read_and_can_be_undone(den: Window, bob: Window) -> None:
    den.write(*(f"line {n}\n\n\n\n\nend {n}" for n in range(12)))
    expect(count(bob)).to_have_text("12")
    bob.room("Den").click()
    expect(bob.page.locator("#timeline .divider")).to_have_text("12 new")
    left = int(count(bob).inner_text())
    assert 0 < left < 12  # what is below the window has not been seen
    bob.composer.press("Escape")
    expect(bob.page.locator("#timeline .divider")).to_have_count(0)
    expect(bob.page.locator("#toast")).to_contain_text("marked as read")
    expect(count(bob)).to_be_empty(timeout=A_SECOND)
    bob.page.get_by_role("button", name="Undo").click()
    expect(bob.page.locator("#timeline .divider")).to_have_count(1)
    assert int(count(bob).inner_text()) >= left - 1


def test_a_button_jumps_to_the_first_unread_message_and_back(den: Window, bob: Window) -> None:
    den.write(*(f"line {n}" for n in range(40)))
    bob.room("Den").click()
    line, up, down = (bob.page.locator(one) for one in ("#timeline .divider", "#jump-up", "#jump-down"))
    expect(line).to_be_in_viewport()
    expect(up).to_be_hidden()
    down.click()
    expect(line).not_to_be_in_viewport()
    expect(bob.message("line 39")).to_be_in_viewport()
    expect(up).to_be_hidden()  # its start has been seen
    other = bob.second_tab()
    other.room("Den").click()
    other.act("line 5", "Mark as unread from here")
    expect(up).to_have_text("35 new above")
    up.click()
    expect(line).to_be_in_viewport()
    expect(line.locator("+ .run")).to_contain_text("line 5")
    expect(up).to_be_hidden()
    down.click()
    expect(bob.message("line 39")).to_be_in_viewport()


def test_mentions_are_counted_apart_in_list_title_and_icon(den: Window, bob: Window) -> None:
    den.write("hello", "你好@Bob看这里", "@room tea")
    expect(count(bob)).to_have_text("3")
    expect(count(bob)).to_have_attribute("data-for-me", "")
    expect(count(bob)).to_have_attribute("aria-label", "3 unread, 2 for you")
    expect(bob.page).to_have_title(re.compile(r"^\(@ 3\) "))
    expect(bob.page.locator("#favicon")).to_have_attribute("href", re.compile("icon-for-me"))
    assert bob.state["mentions"][den.key] == 2
    den.delete("@room tea")
    den.delete("你好@Bob看这里")
    expect(count(bob)).to_have_text("1")
    expect(bob.page).to_have_title(re.compile(r"^\(1\) "))
    expect(bob.page.locator("#favicon")).to_have_attribute("href", re.compile("icon-unread"))


UNTOUCHED = "{ const now = Date.now; Date.now = () => now() + 61_000 }"


def test_messages_stay_unread_while_nobody_uses_the_page(den: Window, bob: Window) -> None:
    bob.room("Den").click()
    expect(bob.page).to_have_title("Den · Lighthouse")
    bob.page.evaluate(UNTOUCHED)
    den.write("is anybody there?")
    expect(bob.message("is anybody there?")).to_be_in_viewport()
    expect(bob.page).to_have_title("(1) Den · Lighthouse")
    bob.page.mouse.move(500, 300)
    expect(bob.page).to_have_title("Den · Lighthouse")


@pytest.mark.parametrize("seed", range(3))
def test_two_tabs_and_a_device_agree_with_the_database_within_a_second(
    browsers: Browsers, den: Window, bob: Window, seed: int
) -> None:
    """Zero means zero, whatever is sent, deleted, edited, read or marked as unread."""
    device = browsers.window(server=0)
    device.page.context.add_cookies(bob.page.context.cookies())
    device.enter(f"/rooms/{bob.key}/")
    windows = [bob, bob.second_tab(), device]
    much_happens(random.Random(seed), den, windows)
    fresh = bob.second_tab().state
    for window in windows:
        for what in ("unread", "mentions"):
            window.until(f"(chat.state().{what}['{den.key}'] ?? 0) === {fresh[what].get(den.key, 0)}", 1)


def much_happens(seeded: random.Random, den: Window, windows: list[Window]) -> None:
    said: list[int] = []
    for _ in range(40):
        one, body = seeded.choice(said or [0]), seeded.choice(["hello", "@Bob", "@room"])
        act = seeded.choice(["post", "post", "post", "edit", "delete", "read.mark", "read.unmark"])
        if act == "post" or len(said) < 2:
            nonce = f"{seeded.getrandbits(128):032x}"
            said.append(command(den, "message.post", room=den.key, nonce=nonce, body=body)["message"])
        elif act == "edit":
            command(den, "message.edit", message=one, body=body)
        elif act == "delete":
            command(den, "message.delete", message=one)
        else:
            command(seeded.choice(windows), act, room=den.key, message=one)
    command(windows[0], "read.unmark", room=den.key, message=said[0])
    # What nobody counted anew afterwards, and no window holds.
    command(den, "message.delete", message=said[-1])
    command(den, "message.edit", message=said[-2], body="@Bob, at last")
