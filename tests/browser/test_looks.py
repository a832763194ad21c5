"""Dark and light, on a phone, by keyboard alone, and for those who do not see: the same chat."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from .pages import Window
from .stage import Stage

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
FINGER = 44

# What a finger could press and is smaller than a finger; links within a sentence are as high as their line.
TOO_SMALL = """
() => [...document.querySelectorAll('button, a, input, select, textarea, summary, [tabindex="0"]')]
  .filter((one) => one.checkVisibility() && !one.closest('.body, .notice, p.lead'))
  .map((one) => [one, (one.closest('label') ?? one).getBoundingClientRect()])
  .filter(([, box]) => box.width && Math.round(Math.min(box.width, box.height)) < FINGER)
  .map(([one, box]) => `${one.tagName} ${one.id} ${one.textContent.trim()} ${box.width} x ${box.height}`)
""".replace("FINGER", str(FINGER))


def test_a_chosen_theme_is_there_before_the_page_is_drawn(alice: Window) -> None:
    """The server says it in the page itself, so there is nothing to flash."""
    ground = "getComputedStyle(document.body).backgroundColor"
    light = alice.page.evaluate(ground)
    alice.page.get_by_role("button", name="Dark theme").click()
    dark = alice.page.evaluate(ground)
    assert dark != light
    html = alice.page.context.request.get(f"{alice.address}/rooms/{alice.key}/").text()
    assert re.search(r'<html[^>]* data-theme="dark"', html)
    alice.reload()
    assert alice.page.evaluate(ground) == dark
    alice.page.get_by_role("button", name="Light theme").click()
    alice.go("/rooms/")
    assert alice.page.evaluate(ground) == light


def test_without_a_choice_the_system_decides(stage: Stage) -> None:
    alice = stage.owner("Alice", color_scheme="dark")
    expect(alice.page.get_by_role("button", name="Light theme")).to_be_visible()
    assert alice.page.evaluate("document.documentElement.dataset.theme ?? ''") == ""
    red, *_ = re.findall(r"\d+", alice.page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert int(red) < 64


def test_on_a_phone_one_pane_at_a_time_and_back_goes_back(stage: Stage, alice: Window) -> None:
    bob = stage.guest("Bob", alice.join_link, **PHONE)
    page = bob.page
    rooms, people = page.get_by_role("navigation", name="Rooms"), bob.people
    name = page.locator("#room-name").inner_text()
    shown(bob.composer, rooms, people)
    page.evaluate("window.same = true")
    page.get_by_role("button", name="Rooms").tap()
    shown(rooms, bob.composer, people)
    bob.room(name).tap()
    shown(bob.composer, rooms, people)
    page.get_by_role("button", name="People").tap()
    shown(people, bob.composer, rooms)
    page.go_back()
    shown(bob.composer, rooms, people)
    assert page.evaluate("window.same"), "it went back by loading a page"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def shown(here: Locator, *elsewhere: Locator) -> None:
    expect(here).to_be_visible()
    for other in elsewhere:
        expect(other).to_be_hidden()


def test_on_a_phone_enter_breaks_the_line_and_the_button_sends(stage: Stage, alice: Window) -> None:
    bob = stage.guest("Bob", alice.join_link, **PHONE)
    bob.composer.tap()
    bob.composer.press_sequentially("one\ntwo")
    bob.page.get_by_role("button", name="Send").tap()
    expect(alice.bodies).to_have_text(["one\ntwo"])
    assert alice.bodies.first.inner_text() == "one\ntwo"


def test_on_a_phone_everything_is_as_large_as_a_finger(stage: Stage, alice: Window) -> None:
    bob = stage.guest("Bob", alice.join_link, **PHONE)
    bob.write("Press me long")
    bob.page.get_by_role("button", name="Send").tap()
    bob.see("Press me long")
    small = {"room": bob.page.evaluate(TOO_SMALL)}
    bob.page.get_by_role("button", name="Rooms").tap()
    small["rooms"] = bob.page.evaluate(TOO_SMALL)
    bob.page.go_back()
    bob.page.get_by_role("button", name="People").tap()
    small["people"] = bob.page.evaluate(TOO_SMALL)
    for path in ("/rooms/", "/rooms/new/", "/profile/", f"/rooms/{alice.key}/settings/", "/profile/account/"):
        small[path] = bob.go(path).page.evaluate(TOO_SMALL)
    assert not {where: what for where, what in small.items() if what}


def test_a_whole_conversation_without_a_mouse(stage: Stage, alice: Window, bob: Window) -> None:
    keyboard = bob.page.keyboard
    bob.reload()
    reach(bob.page, bob.composer)
    keyboard.type("typed")
    keyboard.press("Enter")
    alice.see("typed")
    reach(bob.page, bob.page.get_by_role("log"), "Shift+Tab")
    keyboard.press("ArrowUp")
    expect(bob.message("typed")).to_be_focused()
    keyboard.press("e")
    keyboard.press("End")
    keyboard.type(" by hand")
    keyboard.press("Enter")
    alice.see("typed by hand")
    reach(bob.page, bob.page.get_by_role("log"), "Shift+Tab")
    keyboard.press("ArrowUp")
    keyboard.press("r")
    keyboard.type("and answered")
    keyboard.press("Enter")
    alice.see("typed by hand", "and answered")
    reach(bob.page, bob.page.get_by_role("log"), "Shift+Tab")
    keyboard.press("ArrowUp")
    reach(bob.page, bob.message("and answered").get_by_role("button", name="More"))
    keyboard.press("Enter")
    reach(bob.page, bob.message("and answered").get_by_role("button", name="Delete"), "ArrowDown")
    keyboard.press("Enter")
    keyboard.press("Enter")
    alice.see("typed by hand", "This message was deleted")
    reach(bob.page, bob.page.get_by_role("button", name="Invite", exact=True), "Shift+Tab")
    keyboard.press("Enter")
    expect(bob.page.get_by_role("dialog")).to_be_visible()
    keyboard.press("Escape")
    expect(bob.page.get_by_role("button", name="Invite", exact=True)).to_be_focused()


def reach(page: Page, wanted: Locator, key: str = "Tab") -> None:
    """Press a key until what is wanted has the focus; and one sees where it is."""
    for _ in range(40):
        if wanted.evaluate("one => one === document.activeElement"):
            break
        page.keyboard.press(key)
    expect(wanted).to_be_focused()


PAGES = ("/rooms/{key}/", "/rooms/", "/rooms/new/", "/rooms/{key}/settings/", "/profile/")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(stage: Stage, theme: str) -> None:
    founding = {"color_scheme": theme}
    alice = stage.owner("Alice", **founding)
    found = {"empty room": serious(alice.page)}
    bob = stage.guest("Bob", alice.join_link, **founding)
    bob.write("A message", "**with** `code`")
    bob.reply("A message", "and an answer")
    bob.delete("A message")
    expect(alice.messages).to_have_count(3)
    alice.messages.last.hover()
    found["room"] = serious(alice.page)
    bob.page.get_by_role("button", name="Invite", exact=True).click()
    found["invite"] = serious(bob.page)
    for path in PAGES:
        found[path] = serious(alice.go(path.format(key=bob.key)).page)
    stranger = stage.window(**founding)
    for path in (bob.join_link, "/accounts/login/", "/accounts/signup/"):
        found[path] = serious(stranger.go(path).page)
    assert not {where: what for where, what in found.items() if what}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious_on_the_first_page(stage: Stage, new_place: str, theme: str) -> None:
    assert not serious(stage.window(new_place, color_scheme=theme).go("/").page)


def serious(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]
