"""Tests mentions: completion by any part of a name, also in Chinese, and highlighting."""

from playwright.sync_api import expect

from .browsers import Browsers
from .pages import Window
from .test_composer import commit, compose, enter


def choices(window: Window) -> list[str]:
    return window.page.get_by_role("option").all_inner_texts()


def test_a_name_is_completed_right_after_chinese_characters_by_any_part_of_it(
    browsers: Browsers, alice: Window, bob: Window
) -> None:
    lin = browsers.guest("林小夏", alice.join_link)
    alice.people.get_by_text("林小夏").wait_for()
    alice.composer.press_sequentially("你好@小")
    expect(alice.page.get_by_role("option")).to_have_text(["林林小夏"])
    alice.composer.press("Enter")
    expect(alice.composer).to_have_value("你好@林小夏 ")
    expect(alice.page.get_by_role("listbox")).to_be_hidden()
    alice.composer.press_sequentially("看@")
    expect(alice.page.get_by_role("option")).to_have_count(3)
    alice.composer.press("Escape")
    alice.composer.press("Enter")
    for window in (bob, lin):
        expect(window.bodies).to_have_text(["你好@林小夏 看@"])
    mark = ".mention"
    expect(lin.bodies.locator(mark)).to_have_text("@林小夏")
    expect(lin.bodies.locator(".mention.for-me")).to_have_count(1)
    expect(lin.page.locator(".message.for-me .flag")).to_be_visible()
    expect(bob.bodies.locator(".mention.for-me")).to_have_count(0)
    expect(bob.bodies.locator(mark)).to_have_text("@林小夏")
    assert lin.page.evaluate("chat.state().mentions[chat.state().room]") in (0, 1)


def test_while_composing_a_name_enter_belongs_to_the_input_method(alice: Window, bob: Window) -> None:
    alice.people.get_by_text("Bob").wait_for()
    alice.composer.press_sequentially("@")
    compose(alice, "bo")
    expect(alice.page.get_by_role("listbox")).to_be_visible()
    enter(alice)
    expect(alice.composer).to_have_value("@bo")
    commit(alice, "bo")
    expect(alice.page.get_by_role("option")).to_have_count(1)
    alice.page.wait_for_timeout(150)  # longer than the key that ended it takes to arrive
    alice.composer.press("Tab")
    expect(alice.composer).to_have_value("@Bob ")
    alice.composer.press("Enter")
    expect(bob.bodies.locator(".mention.for-me")).to_have_text("@Bob")


def test_a_mention_outlives_the_name_it_was_written_with(alice: Window, bob: Window) -> None:
    alice.write("@bob, look")
    expect(bob.bodies.locator(".mention.for-me")).to_have_text("@bob")
    bob.go("/profile/")
    bob.page.get_by_label("Name").first.fill("Robert")
    bob.page.get_by_role("button", name="Save").first.click()
    bob.enter(f"/rooms/{alice.key}/")
    expect(bob.bodies.locator(".mention.for-me")).to_have_text("@bob")
    alice.reload()
    expect(alice.bodies.locator(".mention")).to_have_text("@bob")
