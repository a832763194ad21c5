"""From an empty place to people in a room: the first visitor, a guest by link, an account, signing out."""

import re

from playwright.sync_api import expect

from .pages import PASSWORD, Window, come_in_by_link, found_the_place
from .stage import Stage


def test_the_first_visitor_founds_the_place_and_the_second_is_let_in_by_link(
    stage: Stage, new_place: str
) -> None:
    ada, grace = stage.window(new_place), stage.window(new_place)
    found_the_place(ada, "Lighthouse", "Ada")
    expect(ada.page.get_by_role("heading", name="Lobby")).to_be_visible()
    expect(ada.page.get_by_text("Nobody is here yet but you.")).to_be_visible()
    link = ada.page.locator("#empty code").inner_text()
    assert link == ada.join_link.removeprefix("http://")
    ada.page.locator("#empty").get_by_role("button", name="Copy link").click()
    expect(ada.page.locator("#empty").get_by_role("status")).to_have_text("Copied.")

    grace.go("/")
    expect(grace.page.get_by_role("button", name="Sign in")).to_be_visible()
    expect(grace.page.get_by_text("Set up your chat")).to_have_count(0)
    come_in_by_link(grace, f"http://{link}", "Grace")
    grace.write("Found it")
    ada.see("Found it")
    expect(ada.page.get_by_text("Nobody is here yet but you.")).to_be_hidden()


def test_a_guest_is_in_the_room_after_three_interactions(stage: Stage, alice: Window) -> None:
    window = stage.window(1)
    window.go(alice.join_link)
    expect(window.page.get_by_label("Your name")).to_be_focused()
    window.page.keyboard.type("Bob")
    window.page.keyboard.press("Enter")
    window.connected()
    assert window.key == alice.key
    expect(window.composer).to_be_visible()


def test_a_link_that_leads_nowhere_says_so(stage: Stage) -> None:
    stage.witness.expect("404")
    window = stage.window()
    window.go("/join/nothing-of-the-kind/")
    expect(window.page.get_by_role("heading", name="This link leads nowhere")).to_be_visible()


def test_a_guest_who_makes_an_account_comes_back_from_anywhere(
    stage: Stage, alice: Window, bob: Window
) -> None:
    name = f"bob-{alice.key}"
    bob.write("I was here as a guest")
    bob.go("/profile/")
    bob.page.get_by_role("link", name="Make an account").click()
    bob.page.get_by_label("Username").fill(name)
    bob.page.get_by_label("A password").fill(PASSWORD)
    bob.page.get_by_role("button", name="Make the account").click()
    expect(bob.page.get_by_role("status")).to_contain_text("You have an account now")

    elsewhere = stage.window(0)
    elsewhere.go("/")
    elsewhere.page.get_by_label("Username").fill(name)
    elsewhere.page.get_by_label("Password").fill(PASSWORD)
    elsewhere.page.get_by_role("button", name="Sign in").click()
    elsewhere.connected()
    assert elsewhere.key == alice.key
    elsewhere.see("I was here as a guest")
    expect(elsewhere.messages.first.get_by_text("You", exact=True)).to_be_visible()


def test_making_an_account_leaves_the_persons_other_pages_in_the_room(
    stage: Stage, alice: Window, bob: Window
) -> None:
    """The password is new, so every connection is looked at again; the login session is not."""
    other = bob.another()
    bob.go("/profile/account/")
    bob.page.get_by_label("Username").fill(f"still-{alice.key}")
    bob.page.get_by_label("A password").fill(PASSWORD)
    bob.page.get_by_role("button", name="Make the account").click()
    expect(bob.page.get_by_role("status")).to_contain_text("You have an account now")
    alice.write("Are you still there?")
    other.see("Are you still there?", seconds=10)
    other.write("I am")
    alice.see("Are you still there?", "I am")


def test_signing_out_closes_every_page_of_that_browser(stage: Stage, alice: Window, bob: Window) -> None:
    other = bob.another()
    bob.page.get_by_role("button", name="Bob").click()
    bob.page.get_by_role("button", name="Sign out").click()
    expect(bob.page.get_by_role("button", name="Sign in")).to_be_visible()
    expect(other.page).to_have_url(re.compile("/accounts/login/"))
    alice.write("Nobody hears this")
    other.page.go_back()
    expect(other.page.get_by_text("Nobody hears this")).to_have_count(0)
