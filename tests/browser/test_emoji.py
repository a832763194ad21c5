"""Tests reactions and the emoji picker: search in two languages, keyboard use, names of who reacted."""

from playwright.sync_api import Locator, expect

from .pages import Window, command


def picker(window: Window) -> Locator:
    return window.page.locator("#picker")


def option(window: Window, emoji: str) -> Locator:
    return picker(window).get_by_role("option", name=emoji, exact=True)


def reaction(window: Window, emoji: str) -> Locator:
    return window.page.locator(f'.reaction[data-emoji="{emoji}"]')


def test_emoji_are_found_in_either_language_and_everybody_sees_who_reacted(
    alice: Window, bob: Window
) -> None:
    alice.write("tea?")
    bob.see("tea?")
    bob.act("tea?", "React")
    expect(picker(bob).get_by_role("searchbox")).to_be_focused()
    expect(picker(bob).get_by_role("option")).not_to_have_count(8)
    bob.page.keyboard.type("热茶")
    expect(option(bob, "🍵")).to_be_visible()
    bob.page.keyboard.press("Enter")
    expect(picker(bob)).to_be_hidden()
    expect(reaction(alice, "🍵")).to_have_accessible_name("🍵 1: Bob")
    reaction(alice, "🍵").hover()
    expect(reaction(alice, "🍵").get_by_text("Bob")).to_be_visible()
    reaction(alice, "🍵").click()
    expect(reaction(bob, "🍵")).to_have_accessible_name("🍵 2: You and Alice")
    expect(reaction(bob, "🍵")).to_have_attribute("aria-pressed", "true")
    bob.reload()
    bob.act("tea?", "React")
    expect(picker(bob).get_by_role("option").first).to_have_text("🍵")


def test_the_picker_stays_in_the_window_when_a_phone_is_rotated(alice: Window) -> None:
    alice.page.get_by_role("button", name="Emoji").click()
    expect(picker(alice).get_by_role("option").nth(100)).to_be_attached()
    alice.page.set_viewport_size({"width": 700, "height": 500})
    expect(picker(alice)).to_be_in_viewport(ratio=1)
    alice.page.keyboard.press("Tab")
    expect(picker(alice).get_by_role("option").first).to_be_focused()


def test_the_picker_works_by_keyboard_and_escape_closes_it(alice: Window, bob: Window) -> None:
    alice.composer.fill("good morning ")
    alice.page.get_by_role("button", name="Emoji").click()
    expect(picker(alice).get_by_role("option").nth(100)).to_be_attached()
    keyboard = alice.page.keyboard
    keyboard.press("ArrowDown")
    keyboard.press("ArrowRight")
    keyboard.press("ArrowDown")
    keyboard.press("ArrowUp")
    expect(picker(alice).get_by_role("option").nth(1)).to_be_focused()
    keyboard.press("Escape")
    expect(picker(alice)).to_be_hidden()
    alice.page.get_by_role("button", name="Emoji").click()
    keyboard.type("party popper")
    keyboard.press("Enter")
    expect(alice.composer).to_be_focused()
    expect(alice.composer).to_have_value("good morning 🎉")
    alice.composer.press_sequentially(" :rocke")
    expect(alice.page.get_by_role("option", name="rocket")).to_be_visible()
    alice.composer.press("Enter")
    alice.composer.press("Enter")
    bob.see("good morning 🎉 🚀")


def test_after_twelve_kinds_reactions_fold_and_a_key_shows_them(alice: Window, bob: Window) -> None:
    alice.write("who brings what?")
    bob.see("who brings what?")
    kinds, brought = bob.messages.locator(".reaction"), "🍅🍇🍈🍉🍊🍋🍌🍍🍏🍐🍑🍒🍓🥝🥥🥭🫐"
    message = bob.state["messages"][-1]
    for emoji in brought:
        command(alice, "reaction.add", message=message, emoji=emoji)
    more = bob.page.get_by_role("button", name="and 5 more")
    expect(more).to_be_visible()
    expect(kinds).to_have_count(12)
    more.press("Enter")
    expect(kinds).to_have_count(17)
    expect(more).to_have_count(0)
    expect(bob.message("who brings what?")).to_be_focused()
    alice.page.get_by_role("button", name="and 5 more").click()
    reaction(alice, brought[16]).click()
    expect(kinds).to_have_count(16)
    bob.reload()
    expect(bob.page.get_by_role("button", name="and 4 more")).to_be_visible()
