"""Tests moderators in the room: pinning and viewing earlier versions of a message."""

from playwright.sync_api import expect

from .pages import Window, post_many


def test_the_header_counts_pins_and_leads_to_their_messages(alice: Window, bob: Window) -> None:
    post_many(alice, [f"number {n}" for n in range(70)])
    alice.page.reload()
    alice.connected()
    for body in ("number 69", "number 40"):
        alice.act(body, "Pin")
    for window in (alice, bob):
        expect(window.page.get_by_role("button", name="2 pinned messages")).to_be_visible()
    bob.message("number 69").hover()
    bob.message("number 69").get_by_role("button", name="More").click()
    expect(bob.message("number 69").get_by_role("button", name="Copy link")).to_be_visible()
    expect(bob.message("number 69").get_by_role("button", name="Pin", exact=True)).to_have_count(0)
    post_many(alice, [f"number {n}" for n in range(70, 130)])
    bob.reload()
    bob.page.get_by_role("button", name="2 pinned messages").click()
    listed = bob.page.get_by_role("dialog", name="Pinned messages").get_by_role("link")
    expect(listed.locator("p")).to_have_text(["number 40", "number 69"])
    listed.first.focus()
    bob.page.keyboard.press("Enter")
    expect(bob.page.get_by_role("dialog")).to_have_count(0)
    expect(bob.page.locator(".message.highlighted .body")).to_have_text("number 40")
    alice.page.get_by_role("button", name="2 pinned messages").click()
    alice.page.get_by_role("dialog").get_by_role("link").first.click()
    alice.act("number 40", "Unpin")
    expect(bob.page.get_by_role("button", name="1 pinned message")).to_be_visible()


def test_moderators_open_all_versions_from_the_edited_mark(alice: Window, bob: Window) -> None:
    bob.write("<b>first</b>")
    bob.see("<b>first</b>")
    bob.edit("<b>first</b>", "second")
    bob.edit("second", "third")
    expect(bob.message("third").get_by_text("edited")).to_be_visible()
    expect(bob.message("third").get_by_role("button", name="edited")).to_have_count(0)
    alice.see("third")
    alice.message("third").get_by_role("button", name="edited: show all versions").click()
    dialog = alice.page.get_by_role("dialog", name="Message history")
    expect(dialog.locator("li p")).to_have_text(["third", "second", "<b>first</b>"])
    expect(dialog.locator("li b")).to_have_count(0)
    alice.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(alice.page.locator(":focus")).to_have_text("edited")
