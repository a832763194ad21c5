"""Tests the composer: input methods, line breaks, drafts, editing by keyboard, and no premature sending."""

import contextlib
import re

from playwright.sync_api import Error, Route, expect

from .browsers import Browsers
from .pages import Window, post

# How browsers tell of the Enter that ends a composition: most, by an old key code, and Safari, too late.
TOLD = """
(field) => {
  const key = (how) => new KeyboardEvent('keydown', {key: 'Enter', bubbles: true, cancelable: true, ...how});
  field.dispatchEvent(key({isComposing: true}));
  field.dispatchEvent(key({keyCode: 229}));
  field.dispatchEvent(new CompositionEvent('compositionend', {data: '你好', bubbles: true}));
  field.dispatchEvent(key({keyCode: 13}));
  field.dispatchEvent(new KeyboardEvent('keyup', {key: 'Enter', bubbles: true}));
}
"""


def compose(window: Window, text: str) -> None:
    """Composes text like an input method, without ending the composition."""
    keys = window.page.context.new_cdp_session(window.page)
    at = len(text)
    keys.send("Input.imeSetComposition", {"text": text, "selectionStart": at, "selectionEnd": at})


def enter(window: Window) -> None:
    """A key that ends the composition and types nothing."""
    keys = window.page.context.new_cdp_session(window.page)
    code = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
    keys.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **code})
    keys.send("Input.dispatchKeyEvent", {"type": "keyUp", **code})


def commit(window: Window, text: str) -> None:
    window.page.context.new_cdp_session(window.page).send("Input.insertText", {"text": text})


def test_enter_while_composing_never_sends(alice: Window, bob: Window) -> None:
    alice.composer.focus()
    compose(alice, "ni hao")
    enter(alice)
    expect(alice.page.locator("#timeline .message")).to_have_count(0)
    compose(alice, "你好")
    commit(alice, "你好")
    expect(alice.composer).to_have_value("你好")
    expect(alice.page.locator("#timeline .message")).to_have_count(0)
    alice.page.wait_for_timeout(150)  # longer than the key that ended it takes to arrive
    alice.composer.press("Enter")
    bob.see("你好")


def test_enter_that_ends_a_composition_is_ignored_however_a_browser_reports_it(
    alice: Window, bob: Window
) -> None:
    alice.composer.fill("你好")
    alice.composer.evaluate(TOLD)
    expect(alice.composer).to_have_value("你好")
    alice.write("sent on purpose")
    bob.see("sent on purpose")


def test_enter_while_composing_does_not_end_an_edit(alice: Window, bob: Window) -> None:
    alice.write("你号")
    bob.see("你号")
    alice.act("你号", "Edit")
    field = alice.page.get_by_role("textbox", name="Edit message")
    field.fill("")
    compose(alice, "ni hao")
    enter(alice)
    expect(field).to_be_visible()
    commit(alice, "你好")
    alice.page.wait_for_timeout(150)
    field.press("Enter")
    bob.see("你好")


def test_shift_and_enter_breaks_the_line(alice: Window, bob: Window) -> None:
    alice.composer.fill("one")
    alice.composer.press("Shift+Enter")
    alice.composer.press_sequentially("two")
    expect(alice.composer).to_have_value("one\ntwo")
    alice.composer.press("Enter")
    expect(bob.bodies).to_have_text(["one\ntwo"])
    assert bob.bodies.first.inner_text() == "one\ntwo"


def test_a_draft_belongs_to_its_room_and_survives_a_reload(alice: Window) -> None:
    first, name = alice.page.url, alice.page.locator("#room-name").inner_text()
    alice.composer.fill("for the first room")
    alice.page.get_by_role("link", name="Find or create a room").click()
    alice.page.get_by_role("link", name="New room").click()
    alice.page.get_by_label("Room name").fill("Other")
    alice.page.get_by_role("button", name="Create room").click()
    alice.connected()
    expect(alice.composer).to_have_value("")
    alice.composer.fill("for the other room")
    alice.room(name).click()
    expect(alice.composer).to_have_value("for the first room")
    alice.reload()
    assert alice.page.url == first
    expect(alice.composer).to_have_value("for the first room")
    alice.composer.press("Enter")
    alice.see("for the first room")
    alice.reload()
    expect(alice.composer).to_have_value("")
    alice.room("Other").click()
    expect(alice.composer).to_have_value("for the other room")


def test_a_reply_and_its_files_survive_a_change_of_room_and_a_reload(alice: Window, bob: Window) -> None:
    bob.write("when?")
    alice.see("when?")
    page, name = alice.page, alice.page.locator("#room-name").inner_text()
    post(alice, "/rooms/new/", name="Elsewhere", kind="public")
    alice.act("when?", "Reply")
    notes = {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"at seven"}
    page.locator("#attach-files").set_input_files([notes])
    ready = page.locator("#attachment-tray .ready bdi")
    expect(ready).to_have_text("notes.txt")
    alice.composer.fill("see the notes")
    alice.room("Elsewhere").click()
    for gone in ("#reply-bar", "#attachment-tray"):
        expect(page.locator(gone)).to_be_hidden()
    expect(alice.composer).to_have_value("")
    alice.room(name).click()
    for _ in range(2):
        expect(page.locator("#reply-bar bdi")).to_have_text("when?")
        expect(ready).to_have_text("notes.txt")
        expect(alice.composer).to_have_value("see the notes")
        alice.reload()
    alice.composer.press("Enter")
    expect(bob.message("see the notes").locator(".quote bdi")).to_have_text("when?")
    expect(bob.message("see the notes").locator(".files bdi")).to_have_text("notes.txt")
    alice.reload()
    expect(page.locator("#reply-bar")).to_be_hidden()


def test_a_draft_survives_a_tab_that_crashed(browsers: Browsers, alice: Window) -> None:
    browsers.errors.expect("crash")
    alice.composer.press_sequentially("half a thought")
    alice.page.wait_for_timeout(500)  # so long it may take to be kept
    context = alice.page.context
    with alice.page.expect_event("crash"), contextlib.suppress(Error):
        alice.page.goto("chrome://crash")
    alice.page.close()
    again = Window(context.new_page(), alice.address).enter("/")
    expect(again.composer).to_have_value("half a thought")


def test_arrow_up_edits_your_last_message_and_escape_cancels(alice: Window, bob: Window) -> None:
    alice.write("mine, firts")
    bob.see("mine, firts")
    bob.write("not mine")
    alice.see("mine, firts", "not mine")
    field = alice.page.get_by_role("textbox", name="Edit message")
    alice.composer.press("ArrowUp")
    expect(field).to_be_focused()
    expect(field).to_have_value("mine, firts")
    field.press("Escape")
    expect(field).to_have_count(0)
    expect(alice.composer).to_be_focused()
    alice.composer.press("ArrowUp")
    field.fill("mine, first")
    field.press("Enter")
    bob.see("mine, first", "not mine")
    expect(alice.composer).to_be_focused()


def test_the_edited_message_stays_in_view_while_others_write(browsers: Browsers) -> None:
    """Scrolled a little up, because at the end the page follows new messages."""
    alice = browsers.owner("Alice", viewport={"width": 390, "height": 500})
    bob = browsers.guest("Bob", alice.join_link)
    alice.write("one\ntwo\nthree")
    bob.write(*(f"number {number}" for number in range(6)))
    expect(alice.message("number 5")).to_be_in_viewport()
    alice.composer.press("ArrowUp")
    field = alice.page.get_by_role("textbox", name="Edit message")
    expect(field).to_be_in_viewport(ratio=0.9)
    bob.write("number 6")
    expect(alice.message("number 6")).to_be_attached()
    expect(field).to_be_in_viewport(ratio=0.9)
    field.press("Escape")
    bob.write("number 7")
    expect(alice.message("number 7")).to_be_in_viewport()


def test_the_length_limit_is_shown_early_and_the_text_stays(alice: Window, bob: Window) -> None:
    alice.composer.fill("字" * 4_001)
    expect(alice.page.get_by_text("1 over the limit")).to_be_visible()
    expect(alice.page.get_by_role("button", name="Send")).to_be_disabled()
    alice.composer.press("Enter")
    expect(alice.composer).to_have_value("字" * 4_001)
    alice.composer.press("Backspace")
    expect(alice.page.get_by_text("0 left")).to_be_visible()
    alice.composer.press("Enter")
    bob.see("字" * 4_000)


def test_blank_text_is_not_sent(alice: Window) -> None:
    alice.composer.fill("  \n ")
    alice.composer.press("Enter")
    expect(alice.page.get_by_role("button", name="Send")).to_be_disabled()
    expect(alice.page.locator("#timeline .message")).to_have_count(0)


def test_a_quoted_message_that_is_deleted_disappears_from_the_composer(alice: Window, bob: Window) -> None:
    alice.write("to be answered")
    bob.act("to be answered", "Reply")
    expect(bob.page.locator("#reply-bar bdi")).to_have_text("to be answered")
    alice.delete("to be answered")
    expect(bob.page.locator("#reply-bar bdi")).to_have_text("This message was deleted")


def test_what_is_typed_before_the_script_arrives_is_kept(alice: Window, bob: Window) -> None:
    held = list[Route]()
    alice.page.route(re.compile(r"/main\b.*\.js"), lambda route: held.append(route))
    alice.page.reload(wait_until="commit")
    alice.composer.wait_for()
    while not held:
        alice.page.wait_for_timeout(20)
    alice.composer.focus()
    alice.page.keyboard.type("typed on a very slow network")
    alice.page.keyboard.press("ArrowLeft")
    held[0].continue_()
    alice.connected()
    expect(alice.composer).to_have_value("typed on a very slow network")
    alice.page.keyboard.type("!")
    alice.page.keyboard.press("Enter")
    bob.see("typed on a very slow networ!k")


def test_undo_works_after_a_completed_name_and_an_emoji(alice: Window, bob: Window) -> None:
    alice.composer.press_sequentially("hello @Bo")
    expect(alice.page.get_by_role("option", name="Bob")).to_be_visible()
    alice.composer.press("Enter")
    expect(alice.composer).to_have_value("hello @Bob ")
    alice.composer.press("Control+z")
    expect(alice.composer).to_have_value("hello @Bo")
    alice.composer.press("Escape")
    alice.composer.press("ControlOrMeta+a")
    alice.composer.press_sequentially("yes :tada:")
    expect(alice.composer).to_have_value("yes 🎉")
    alice.composer.press("Control+z")
    expect(alice.composer).to_have_value("yes :tada:")
