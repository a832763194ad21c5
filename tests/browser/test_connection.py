"""Tests that a page keeps every message visible, in order and once while its connection fails."""

import pytest
from playwright.sync_api import Error, expect

from .browsers import Browsers
from .pages import Window

NO_NETWORK = ("ERR_INTERNET_DISCONNECTED", "WebSocket connection to")


def test_a_reload_shows_what_was_there(alice: Window, bob: Window) -> None:
    alice.write("one", "two", "three")
    bob.see("one", "two", "three")
    bob.reply("one", "**four**")
    alice.see("one", "two", "three", "four")
    alice.edit("two", "2")
    alice.delete("three")
    for window in (alice, bob):
        window.see("one", "2", "This message was deleted", "four")
        before = window.screen
        window.reload()
        window.see("one", "2", "This message was deleted", "four")
        assert window.screen == before


def test_messages_typed_offline_stay_visible_and_are_sent_in_order_once(
    browsers: Browsers, alice: Window, bob: Window
) -> None:
    browsers.errors.expect(*NO_NETWORK)
    alice.write("before")
    bob.see("before")
    alice.page.context.set_offline(True)
    alice.until("chat.state().connection !== 'open'")
    alice.write("first", "second", "third")
    expect(alice.pending).to_have_count(3)
    expect(alice.pending.first.get_by_role("img", name="Waiting")).to_be_visible()
    expect(alice.banner).to_contain_text("Your 3 messages are saved on this device and will be sent in order")
    expect(alice.composer).to_be_enabled()
    alice.write("not this", "nor thta")
    alice.message("not this").get_by_role("button", name="Discard").click()
    alice.composer.press("ArrowUp")
    expect(alice.composer).to_have_value("nor thta")
    expect(alice.pending).to_have_count(3)
    alice.composer.fill("")
    bob.write("meanwhile")
    alice.page.context.set_offline(False)
    for window in (alice, bob):
        window.see("before", "meanwhile", "first", "second", "third")
    expect(alice.pending).to_have_count(0)
    expect(alice.banner).to_be_hidden()
    alice.reload()
    alice.see("before", "meanwhile", "first", "second", "third")


def test_messages_typed_offline_are_sent_even_after_a_reload(
    browsers: Browsers, alice: Window, bob: Window
) -> None:
    browsers.errors.expect(*NO_NETWORK)
    alice.page.context.set_offline(True)
    alice.until("chat.state().connection !== 'open'")
    alice.write("first", "second")
    alice.composer.fill("not finished")
    room = alice.page.url
    with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"):
        alice.page.reload()
    alice.page.context.set_offline(False)
    alice.page.goto(room)
    for window in (alice, bob):
        window.see("first", "second")
    expect(alice.composer).to_have_value("not finished")


def test_a_refused_message_keeps_its_text_and_can_be_retried_or_discarded(
    browsers: Browsers, alice: Window, bob: Window
) -> None:
    browsers.errors.expect(*NO_NETWORK)
    bob.page.context.set_offline(True)
    bob.until("chat.state().connection !== 'open'")
    bob.write("keep this", "and this")
    alice.go(f"/rooms/{alice.key}/settings/")
    change(alice, "Bob", "Mute")
    bob.page.context.set_offline(False)
    for text in ("keep this", "and this"):
        expect(bob.message(text)).to_contain_text("Not sent. You’re muted in this room.")
    expect(bob.page.get_by_text("You’re muted until")).to_be_visible()

    bob.message("and this").get_by_role("button", name="Discard").click()
    expect(bob.message("and this")).to_have_count(0)
    change(alice, "Bob", "Unmute")
    bob.message("keep this").get_by_role("button", name="Try again").click()
    bob.see("keep this")
    alice.page.go_back()
    alice.enter(f"/rooms/{bob.key}/")
    alice.see("keep this")


def change(window: Window, name: str, how: str) -> None:
    """Opens a member's actions in the room settings and uses one."""
    row = window.page.get_by_role("listitem").filter(has_text=name)
    row.get_by_text("Change", exact=True).click()
    row.get_by_role("button", name=how, exact=True).click()
    expect(window.page.get_by_role("status")).to_have_text("Done.")


def test_an_edit_half_done_stays_through_a_reload_and_says_what_it_waits_for(
    browsers: Browsers, alice: Window, bob: Window
) -> None:
    browsers.errors.expect(*NO_NETWORK)
    bob.write("firts")
    alice.see("firts")
    bob.composer.press("ArrowUp")
    field, reason = (bob.page.locator(f".edit-form {part}") for part in ("textarea", "p"))
    field.fill("first")
    bob.reload()
    expect(field).to_have_value("first")
    alice.go(f"/rooms/{alice.key}/settings/")
    change(alice, "Bob", "Mute")
    expect(reason).to_have_text("You’re muted in this room.")
    field.press("Enter")
    change(alice, "Bob", "Unmute")
    expect(reason).to_be_hidden()
    bob.page.context.set_offline(True)
    bob.until("chat.state().connection !== 'open'")
    field.press("Enter")
    expect(reason).to_contain_text("No connection.")
    bob.page.context.set_offline(False)
    bob.reconnects()
    bob.see("first")
    expect(field).to_have_count(0)
    expect(bob.composer).to_be_focused()
