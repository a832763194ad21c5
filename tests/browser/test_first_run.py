"""Tests a first run: the printed link, a guest by join link, an account, signing out."""

import re
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests import services

from .browsers import Browsers
from .pages import PASSWORD, Window, join_by_link, set_up_workspace


class MakeRun(services.Server):
    """A new chat as `make run` starts it, on a port of its own."""

    def __init__(self, *how: Any) -> None:
        super().__init__(*how)
        self.command = [sys.executable, "bin/dev.py", "run"]

    @property
    def printed(self) -> str:
        return self.log.read_text()


@pytest.fixture
def made() -> Iterator[MakeRun]:
    with MakeRun(services.folder(), services.site(), services.free_port()) as server:
        yield server


def test_the_link_that_make_run_prints_sets_up_the_chat_once_and_nothing_else_does(
    browsers: Browsers, made: MakeRun
) -> None:
    browsers.errors.expect("503", "404")
    (link,) = re.findall(rf"^{made.url}/setup/\w+/$", made.printed, re.MULTILINE)
    ada, grace = browsers.window(made.url), browsers.window(made.url)
    for path in ("/", "/setup/wrong/"):
        grace.go(path)
        expect(grace.page.get_by_role("heading", name="This chat isn’t set up yet")).to_be_visible()
        expect(grace.page.get_by_role("textbox")).to_have_count(0)
    set_up_workspace(ada, link, "Lighthouse", "Ada")
    grace.go(link)
    expect(grace.page.get_by_role("button", name="Sign in")).to_be_visible()

    ada.page.close()
    made.log.write_text("")
    made.restart()
    assert f"The chat is at {made.url}\n" in made.printed
    assert "setup" not in made.printed
    assert "set up" not in made.printed


def test_the_founder_invites_a_second_person_by_link(browsers: Browsers, new_site: services.Server) -> None:
    ada, grace = browsers.window(new_site.url), browsers.window(new_site.url)
    set_up_workspace(ada, services.setup_link(new_site), "Lighthouse", "Ada")
    expect(ada.page.get_by_role("heading", name="Lobby")).to_be_visible()
    expect(ada.page.get_by_text("It’s just you so far.")).to_be_visible()
    link = ada.page.locator("#empty code").inner_text()
    assert link == ada.join_link.removeprefix("http://")
    ada.page.locator("#empty").get_by_role("button", name="Copy link").click()
    expect(ada.page.locator("#empty").get_by_role("status")).to_have_text("Copied.")

    join_by_link(grace, f"http://{link}", "Grace")
    grace.write("Found it")
    ada.see("Found it")
    expect(ada.page.get_by_text("It’s just you so far.")).to_be_hidden()


def test_a_guest_is_in_the_room_after_three_interactions(browsers: Browsers, alice: Window) -> None:
    window = browsers.window(1)
    window.go(alice.join_link)
    expect(window.page.get_by_label("Your name")).to_be_focused()
    window.page.keyboard.type("Bob")
    window.page.keyboard.press("Enter")
    window.connected()
    assert window.key == alice.key
    expect(window.composer).to_be_visible()


def test_an_invalid_link_says_so(browsers: Browsers) -> None:
    browsers.errors.expect("404")
    window = browsers.window()
    window.go("/join/nothing-of-the-kind/")
    expect(window.page.get_by_role("heading", name="This link doesn’t work")).to_be_visible()


def test_a_guest_who_makes_an_account_comes_back_from_anywhere(
    browsers: Browsers, alice: Window, bob: Window
) -> None:
    name = f"bob-{alice.key}"
    browsers.upgraded.append(bob)
    bob.write("I was here as a guest")
    bob.go("/profile/")
    bob.page.get_by_role("link", name="Create an account").click()
    bob.page.get_by_label("Username").fill(name)
    bob.page.get_by_label("Password").fill(PASSWORD)
    bob.page.get_by_role("button", name="Create account").click()
    expect(bob.page.get_by_role("status")).to_contain_text("Your account is ready")

    elsewhere = browsers.window(0)
    elsewhere.go("/")
    elsewhere.page.get_by_label("Username").fill(name)
    elsewhere.page.get_by_label("Password").fill(PASSWORD)
    elsewhere.page.get_by_role("button", name="Sign in").click()
    elsewhere.connected()
    assert elsewhere.key == alice.key
    elsewhere.see("I was here as a guest")
    expect(elsewhere.messages.first.get_by_text("You", exact=True)).to_be_visible()


def test_making_an_account_leaves_the_persons_other_pages_in_the_room(
    browsers: Browsers, alice: Window, bob: Window
) -> None:
    """The new password triggers a recheck, but the login session stays the same."""
    browsers.upgraded.append(bob)
    other = bob.second_tab()
    bob.go("/profile/account/")
    bob.page.get_by_label("Username").fill(f"still-{alice.key}")
    bob.page.get_by_label("Password").fill(PASSWORD)
    bob.page.get_by_role("button", name="Create account").click()
    expect(bob.page.get_by_role("status")).to_contain_text("Your account is ready")
    alice.write("Are you still there?")
    other.see("Are you still there?", seconds=10)
    other.write("I am")
    alice.see("Are you still there?", "I am")


def test_signing_out_closes_every_page_of_that_browser(
    browsers: Browsers, alice: Window, bob: Window
) -> None:
    other = bob.second_tab()
    bob.page.get_by_role("button", name="Bob").click()
    bob.page.get_by_role("link", name="Sign out").click()
    expect(bob.page.get_by_text("You’re a guest: after signing out you can’t come back")).to_be_visible()
    expect(bob.page.get_by_role("link", name="Create an account")).to_be_visible()
    expect(other.page).to_have_url(re.compile("/rooms/"))
    bob.page.get_by_role("button", name="Sign out").click()
    expect(bob.page.get_by_role("button", name="Sign in")).to_be_visible()
    expect(other.page).to_have_url(re.compile("/accounts/login/"))
    alice.write("Nobody hears this")
    other.page.go_back()
    expect(other.page.get_by_text("Nobody hears this")).to_have_count(0)
