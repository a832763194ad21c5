"""Tests creating, finding, joining, leaving, renaming and archiving rooms, as seen by everybody."""

import re
from typing import Any

import segno
from playwright.sync_api import expect

from .browsers import Browsers
from .pages import Window, post


def make_room(window: Window, name: str, kind: str = "Everyone in the workspace") -> None:
    window.page.get_by_role("link", name="Find or create a room").click()
    window.page.get_by_role("link", name="New room").click()
    window.page.get_by_label("Room name").fill(name)
    window.page.get_by_label(kind).check()
    window.page.get_by_role("button", name="Create room").click()
    window.connected()


def test_a_public_room_is_found_in_the_list_and_joined(browsers: Browsers, alice: Window) -> None:
    name = f"Garden {alice.key[:6]}"
    make_room(alice, name)
    expect(alice.page.get_by_role("heading", name=name)).to_be_visible()
    charlie = browsers.owner("Charlie", server=1)
    search = f"zdraví {charlie.key[:6]}"
    waiting = charlie.page.get_by_role("link", name="All rooms")
    expect(waiting).to_have_text("All rooms")
    later = f"Shed {alice.key[:6]}"
    make_room(alice, later)
    expect(waiting).to_have_text("All rooms 1 new")
    alice.room(name).click()
    waiting.click()
    charlie.page.get_by_role("searchbox", name="Find a room").fill(search)
    charlie.page.keyboard.press("Enter")
    expect(charlie.page.get_by_text(f"No results for “{search}”.")).to_be_visible()
    charlie.page.get_by_role("searchbox", name="Find a room").fill(name.upper())
    charlie.page.keyboard.press("Enter")
    charlie.page.get_by_role("button", name=f"Join {name}").click()
    charlie.connected()
    assert charlie.key == alice.key
    charlie.write("So this is the garden")
    alice.see("So this is the garden")


def test_a_private_room_is_joined_only_by_its_link(browsers: Browsers, alice: Window) -> None:
    browsers.errors.expect("404")
    name = f"Cellar {alice.key[:6]}"
    make_room(alice, name, "Only people with an invite link")
    expect(alice.room(name).get_by_role("img", name="private")).to_be_visible()
    charlie = browsers.owner("Charlie", server=1)
    charlie.go("/rooms/")
    expect(charlie.page.get_by_text(name)).to_have_count(0)
    charlie.go(f"/rooms/{alice.key}/")
    expect(
        charlie.page.get_by_text("This room doesn’t exist, or you don’t have access to it.")
    ).to_be_visible()

    alice.page.get_by_role("button", name="Invite", exact=True).click()
    link = "http://" + alice.page.get_by_role("dialog").locator("code").inner_text()
    alice.page.keyboard.press("Escape")
    charlie.go(link)
    charlie.page.get_by_role("button", name="Join").click()
    charlie.connected()
    charlie.write("It is dark here")
    alice.see("It is dark here")
    expect(charlie.page.get_by_role("button", name="Invite", exact=True)).to_be_hidden()


# What a camera would see of a picture, module by module, by what is drawn in each one's middle.
SEEN = """
([image, size]) => {
  const canvas = Object.assign(document.createElement('canvas'), {width: size * 8, height: size * 8});
  const paper = canvas.getContext('2d');
  paper.drawImage(image, 0, 0, size * 8, size * 8);
  const dark = (x, y) => paper.getImageData(x * 8 + 4, y * 8 + 4, 1, 1).data[0] < 128;
  return [...Array(size).keys()].map((y) => [...Array(size).keys()].map((x) => (dark(x, y) ? 1 : 0)));
}
"""


def test_the_qr_code_contains_the_join_link(browsers: Browsers) -> None:
    """Dark on light in both themes, with the margin that scanners need."""
    alice = browsers.owner("Alice", color_scheme="dark")
    alice.write("Come in")
    alice.page.get_by_role("button", name="Invite", exact=True).click()
    picture = alice.page.get_by_role("dialog").get_by_role("img", name="QR code for the invite link")
    expect(picture).to_have_js_property("complete", True)
    code = [list(row) for row in segno.make_qr(alice.join_link).matrix_iter(border=4)]
    assert picture.evaluate(f"(image, size) => ({SEEN})([image, size])", len(code)) == code
    alice.go(f"/rooms/{alice.key}/settings/")
    alice.page.get_by_text("QR code", exact=True).click()
    expect(alice.page.get_by_role("img", name="QR code for the invite link")).to_have_js_property(
        "complete", True
    )


def test_the_last_owner_cannot_leave_before_somebody_else_is_owner(
    browsers: Browsers, alice: Window, bob: Window
) -> None:
    carla = browsers.guest("Carla", alice.join_link)
    settings = alice.page.get_by_role("link", name="Room settings")
    expect(settings).to_be_visible()
    expect(carla.page.get_by_role("link", name="Room settings")).to_be_hidden()
    leave(alice)
    expect(alice.page.get_by_text("A room needs at least one owner. Make someone else")).to_be_visible()
    settings.click()
    give_role(alice, "Bob", "owner")
    expect(bob.notices.last).to_have_text("Alice made you an owner.")
    expect(carla.notices.last).to_have_text("Alice made Bob an owner.")
    expect(bob.page.get_by_role("link", name="Room settings")).to_be_visible()
    leave(alice.enter(f"/rooms/{bob.key}/"))
    expect(alice.page.get_by_role("heading", name="Rooms", level=1)).to_be_visible()
    expect(bob.people).to_contain_text("Online 2")
    leave(bob)
    expect(bob.page.get_by_text("A room needs at least one owner. Make someone else")).to_be_visible()


def leave(window: Window) -> None:
    window.page.get_by_role("button", name="Leave room").click()
    window.page.get_by_role("button", name="Press again to confirm").click()


def give_role(window: Window, name: str, role: str) -> None:
    """In the room's settings."""
    row = window.page.get_by_role("listitem").filter(has_text=name)
    row.get_by_text("Change", exact=True).click()
    row.get_by_label("Role").select_option(role)
    row.get_by_role("button", name="Change role").click()


def test_the_same_few_people_find_the_same_conversation(
    browsers: Browsers, alice: Window, bob: Window
) -> None:
    for name in ("Chloé", "林夏"):
        browsers.guest(name, alice.join_link)
    converse(alice, "Bob", "Chloé", "林夏")
    expect(alice.page.get_by_role("heading", level=1)).to_have_text("Bob, Chloé and 林夏")
    alice.write("Between the four of us")
    bob.room("Alice, Chloé and 林夏").click()
    bob.see("Between the four of us")
    converse(bob, "林夏", "Alice", "Chloé")
    bob.see("Between the four of us")
    converse(bob, "Alice", "Chloé")
    bob.see()
    expect(bob.page.get_by_role("heading", level=1)).to_have_text("Alice and Chloé")


def converse(window: Window, *names: str) -> None:
    window.page.get_by_role("link", name="New conversation").click()
    for name in names:
        window.page.get_by_role("checkbox", name=re.compile(f"^{name}( guest)?$")).check()
    window.page.get_by_role("button", name="Start conversation").click()
    window.connected()


def test_a_person_who_left_is_out_and_may_return(browsers: Browsers, alice: Window, bob: Window) -> None:
    alice.write("Stay")
    bob.see("Stay")
    leave(bob)
    expect(bob.page.get_by_role("heading", name="Rooms", level=1)).to_be_visible()
    expect(alice.people).to_contain_text("Online 1")
    alice.write("Bob does not hear this")
    alice.see("Stay", "Bob does not hear this")
    come_back(bob, alice.join_link)
    bob.see("Stay", "Bob does not hear this")
    expect(alice.people).to_contain_text("Online 2")


def come_back(window: Window, link: str) -> None:
    window.go(link)
    window.page.get_by_role("button", name="Join").click()
    window.connected()


def test_a_room_created_in_one_tab_appears_in_the_other_s_list(alice: Window) -> None:
    other, name = alice.second_tab(), f"Attic {alice.key[:6]}"
    make_room(alice, name)
    expect(other.room(name)).to_be_visible()
    other.room(name).click()
    alice.write("Up here")
    other.see("Up here")


def test_a_new_name_and_topic_show_for_everybody_at_once(alice: Window, bob: Window) -> None:
    name = f"Renamed {alice.key[:6]}"
    alice.go(f"/rooms/{alice.key}/settings/")
    alice.page.get_by_label("Room name").fill(name)
    alice.page.get_by_label("Topic").fill("What we read")
    alice.page.get_by_role("button", name="Save").click()
    expect(bob.page.get_by_role("heading", name=name)).to_be_visible()
    expect(bob.page.locator("#room-topic")).to_have_text("What we read")
    expect(bob.room(name)).to_be_visible()
    expect(bob.page).to_have_title(re.compile(name))
    expect(bob.composer).to_have_attribute("placeholder", f"Message {name}")
    told = bob.notices.filter(has_text="Alice")
    expect(told).to_have_text(
        [
            re.compile(f"^Alice renamed the room from “Room .*” to “{name}”.$"),
            "Alice set the topic to “What we read”.",
        ]
    )
    assert bob.state["unread"][bob.key] == 0


def test_in_a_read_only_room_members_read_and_react(alice: Window, bob: Window) -> None:
    settings = f"/rooms/{alice.key}/settings/"
    alice.write("The news")
    bob.see("The news")
    alice.go(settings)
    alice.page.get_by_label("Only moderators").check()
    alice.page.get_by_role("button", name="Save").click()
    expect(bob.page.get_by_text("Only moderators can post here. You can read and react.")).to_be_visible()
    expect(bob.composer).to_be_hidden()
    bob.act("The news", "React")
    bob.page.get_by_role("option", name="👍", exact=True).first.click()
    expect(bob.message("The news").locator(".reaction")).to_be_visible()
    alice.enter(f"/rooms/{alice.page.url.split('/')[4]}/")
    alice.write("More news")
    bob.see("The news", "More news")
    alice.go(settings)
    give_role(alice, "Bob", "moderator")
    bob.write("And mine")
    bob.see("The news", "More news", "And mine")
    expect(bob.notices.last).to_have_text("Alice made you a moderator.")


def test_in_a_list_longer_than_the_screen_the_open_room_is_in_view(browsers: Browsers) -> None:
    alice = browsers.owner("Alice", room="Zenith", viewport={"width": 1280, "height": 400})
    for number in range(10):
        post(alice, "/rooms/new/", name=f"Atoll {number}", kind="public")
    alice.reload()
    expect(alice.room("Zenith")).to_be_in_viewport()
    alice.page.set_viewport_size({"width": 390, "height": 400})
    alice.reload().page.get_by_role("button", name="Rooms").click()
    expect(alice.room("Zenith")).to_be_in_viewport()


def test_the_bell_sets_a_room_s_notification_level(browsers: Browsers, alice: Window, bob: Window) -> None:
    """In every tab at once: a muted room has no count, a hidden one is folded away but reachable."""
    browsers.upgrade(bob)
    name = bob.page.get_by_role("heading", level=1).inner_text()
    other = bob.second_tab()
    make_room(bob, f"Elsewhere {bob.key[:6]}")
    choose(other, "Off")
    expect(bob.room(name).get_by_role("img", name="notifications off")).to_be_visible()
    alice.write("Psst")
    other.see("Psst")
    assert bob.state["unread"][alice.key] == 0
    choose(other, "Off, and hide from my list")
    expect(bob.page.locator("#rooms").get_by_text(name, exact=True)).to_have_count(0)
    bob.page.get_by_text("Hidden 1").click()
    bob.room(name).click()
    bob.see("Psst")
    choose(bob, "All messages")
    expect(other.page.locator("#rooms").get_by_text(name, exact=True)).to_be_visible()


def test_a_favourite_is_listed_first_in_every_tab(bob: Window) -> None:
    name = bob.page.get_by_role("heading", level=1).inner_text()
    other = bob.second_tab()
    choose(bob, "Favourite, at the top of my list", "menuitemcheckbox")
    for tab in (bob, other):
        expect(tab.page.get_by_role("region", name="Favourites").get_by_text(name)).to_be_visible()
    bob.reload()
    choose(bob, "Favourite, at the top of my list", "menuitemcheckbox")
    expect(other.page.get_by_role("region", name="Favourites")).to_be_hidden()


def choose(window: Window, level: str, role: Any = "menuitemradio") -> None:
    """As far as possible by keyboard."""
    window.page.get_by_role("button", name=re.compile("^Notifications: ")).press("Enter")
    item = window.page.get_by_role(role, name=level, exact=True)
    for _ in range(5):
        window.page.keyboard.press("ArrowDown")
        if item.evaluate("item => item === document.activeElement"):
            break
    window.page.keyboard.press("Enter")
    expect(item).to_be_hidden()


def test_an_archived_room_can_be_read_but_not_written_in(alice: Window, bob: Window) -> None:
    alice.write("The end")
    bob.see("The end")
    settings = f"/rooms/{alice.key}/settings/"
    alice.go(settings)
    alice.page.get_by_role("button", name="Archive room").click()
    expect(bob.page.get_by_text("This room is archived. You can read it, but not post.")).to_be_visible()
    expect(bob.composer).to_be_hidden()
    bob.see("The end")
    expect(bob.page.get_by_text("Hidden 1")).to_be_visible()
    expect(bob.notices.last).to_have_text("Alice archived the room.")
    alice.page.get_by_role("button", name="Unarchive room").click()
    bob.write("The beginning")
    bob.see("The end", "The beginning")


def test_a_person_banned_from_a_room_cannot_return_by_a_link(
    browsers: Browsers, alice: Window, bob: Window
) -> None:
    browsers.errors.expect("403", "404")
    link = alice.join_link
    alice.go(f"/rooms/{alice.key}/settings/")
    row = alice.page.get_by_role("listitem").filter(has_text="Bob")
    row.get_by_text("Change", exact=True).click()
    row.get_by_role("button", name="Remove and block rejoining").click()
    expect(bob.page.get_by_text("You’re no longer in this room.")).to_be_visible()
    expect(bob.composer).to_be_hidden()
    bob.go(link)
    bob.page.get_by_role("button", name="Join").click()
    expect(bob.page.get_by_role("heading", name="Not allowed")).to_be_visible()


def test_a_revoked_link_admits_nobody(browsers: Browsers, alice: Window) -> None:
    browsers.errors.expect("404")
    link, open_page = alice.join_link, alice.second_tab().page
    alice.go(f"/rooms/{alice.key}/settings/")
    alice.page.get_by_role("button", name="Revoke").click()
    expect(alice.page.get_by_role("status")).to_have_text("Invite link revoked.")
    window = browsers.window()
    window.go(link)
    expect(window.page.get_by_role("heading", name="This link doesn’t work")).to_be_visible()
    open_page.get_by_role("button", name="Invite", exact=True).click()
    expect(open_page.get_by_role("heading", name="Invite links")).to_be_visible()
