"""Tests message permalinks: shown in context, also when deleted, with a way to the newest message."""

import pytest
from playwright.sync_api import expect

from .browsers import BrowserPool, Browsers
from .pages import Window, post, post_many

MANY = 160


@pytest.fixture(scope="module")
def told(pool: BrowserPool) -> tuple[str, str, list[int]]:
    """A room's key, the link into it and the ids of all that has been said there. What was said before that
    was said in another room."""
    browsers = Browsers(pool)
    zoe = browsers.owner("Zoe")
    zoe.write("elsewhere")
    zoe.until("chat.state().messages.length")
    alice = browsers.owner("Alice")
    post_many(alice, [f"number {n}" for n in range(MANY)])
    alice.until(f"chat.state().last >= {MANY}")
    last = alice.state["messages"][-1]
    found = alice.key, alice.join_link, list(range(last - MANY + 1, last + 1))
    browsers.close()
    return found


def held(window: Window, text: str) -> None:
    """In view and highlighted for a moment."""
    expect(window.message(text)).to_be_in_viewport()
    expect(window.page.locator(".message.highlighted .body")).to_have_text(text)


def test_a_link_opens_in_context_and_leads_to_the_newest(
    browsers: Browsers, told: tuple[str, str, list[int]]
) -> None:
    key, link, ids = told
    bob = browsers.guest("Bob", link)
    bob.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    bob.act(f"number {MANY - 2}", "Copy link")
    expect(bob.page.get_by_text("Copied.")).to_be_visible()
    assert bob.page.evaluate("navigator.clipboard.readText()") == f"{bob.address}/rooms/{key}/{ids[-2]}/"

    bob.act(f"number {MANY - 2}", "Mark as unread from here")
    bob.until(f"chat.state().unread['{key}'] === 2")

    bob.enter(f"/rooms/{key}/{ids[20]}/")
    held(bob, "number 20")
    expect(bob.message("number 19")).to_be_visible()
    expect(bob.page.locator(".highlighted")).to_have_count(0, timeout=3000)
    assert not bob.state["at_end"]
    assert bob.state["unread"][key] == 2, "what he came past was not read"
    expect(bob.page.get_by_role("button", name="2 new below")).to_be_visible()
    expect(bob.page.locator("#jump-up")).to_be_hidden()
    bob.reply("number 20", "late to the party")
    expect(bob.message("late to the party")).to_be_in_viewport()
    assert bob.page.url == f"{bob.address}/rooms/{key}/"
    # The quote of an answer goes to the original, though it is not among the messages that are loaded.
    bob.until("chat.state().at_end")
    assert ids[20] not in bob.state["messages"]
    bob.page.locator(".quote").last.click()
    held(bob, "number 20")
    bob.page.get_by_role("button", name="Jump to latest").click()
    expect(bob.message("late to the party")).to_be_in_viewport()


def test_a_missing_message_is_reported_and_the_room_opens_at_its_end(
    browsers: Browsers, told: tuple[str, str, list[int]]
) -> None:
    key, link, ids = told
    bob = browsers.guest("Bob", link)
    for nowhere in (10**12, ids[0] - 1):
        bob.enter(f"/rooms/{key}/{nowhere}/")
        expect(
            bob.page.get_by_text("This message isn’t in this room, or it no longer exists.")
        ).to_be_visible()
        bob.until("chat.state().at_end")
        assert ids[-1] in bob.state["messages"]
        bob.until("document.querySelector('.message:last-child') && !document.querySelector('.highlighted')")


def test_a_link_in_a_message_leads_into_another_room_and_back(
    browsers: Browsers, told: tuple[str, str, list[int]]
) -> None:
    key, link, ids = told
    bob = browsers.owner("Berta", room="Elsewhere")
    post(bob, link)
    bob.reload()
    bob.page.evaluate("window.same = true")
    bob.write(f"see {bob.address}/rooms/{key}/{ids[3]}/")
    bob.page.locator(".body a").click()
    held(bob, "number 3")
    assert bob.page.url == f"{bob.address}/rooms/{key}/{ids[3]}/"
    bob.page.go_back()
    expect(bob.bodies).to_have_count(1)
    bob.page.go_forward()
    held(bob, "number 3")
    # Whoever comes back to a room begins at its end.
    bob.room("Elsewhere").click()
    expect(bob.bodies).to_have_count(1)
    bob.page.locator(f'nav.sidebar a[data-room="{key}"]').click()
    bob.until("chat.state().at_end && chat.state().messages.length")
    assert bob.page.evaluate("window.same")


def test_the_permalink_of_a_deleted_message_says_so_in_place(browsers: Browsers, alice: Window) -> None:
    alice.write("one", "two", "three")
    alice.see("one", "two", "three")
    address = f"/rooms/{alice.key}/{alice.state['messages'][1]}/"
    alice.delete("two")
    bob = browsers.guest("Bob", alice.join_link)
    bob.enter(address)
    held(bob, "This message was deleted")
    bob.see("one", "This message was deleted", "three")
