"""The page states for screenshots and checks, by name, and how a window gets into each.

A new state is one line in STATES, and a function if it takes more than an address. Elements are found by id,
because pages are in two languages. The rooms' content is in chat/management/demo/scenes.py.
"""

from collections.abc import Callable
from pathlib import Path

from django.template.loader import render_to_string
from playwright.sync_api import Locator, expect

from bin import dev
from tests import services

from .pages import press
from .showcase import HERO, Visit

Bring = Callable[[Visit], None]
NO_SUCH_MESSAGE = {
    "state": "failed",
    "code": "no_such_message",
    "body": "Here is the plan as a file, 34 pages.",
}
FAIL = """
([room, entry]) => {
  const me = JSON.parse(document.getElementById('page').textContent).me;
  const whole = {nonce: 'x', room, reply_to: null, order: Date.now(), ...entry};
  localStorage.setItem(`chat.outbox.${me}.x`, JSON.stringify(whole));
}
"""
DRAG = """
() => {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File(['x'], 'x.txt'));
  document.body.dispatchEvent(new DragEvent('dragenter', {dataTransfer, bubbles: true, cancelable: true}));
}
"""


# -- the ways of getting there ---------------------------------------------------------------------


def room(name: str, who: str = HERO) -> Bring:
    return lambda visit: visit.room(name, who) and None


def page(path: str, who: str | None = HERO, on: str = "busy") -> Bring:
    """An address; `{room}` and `{link}` in it are those of the showcase."""

    def bring(visit: Visit) -> None:
        visit.be(who)
        made = visit.showcase.made
        visit.window.go(path.format(room=made["rooms"][on], link=made["link"]))

    return bring


def wrong(bring: Bring, **fields: str) -> Bring:
    """A form filled in wrongly and sent."""

    def bring_it(visit: Visit) -> None:
        bring(visit)
        for name, value in fields.items():
            visit.page.locator(f"main [name={name}]").first.fill(value)
        visit.page.locator("main form:not(.language) .button").first.click()
        visit.page.locator(".field-error, .status-message.has-error").first.wait_for()

    return bring_it


# -- the room ------------------------------------------------------------------------------------------


def busy(visit: Visit) -> None:
    visit.writes("ines", "xia", room="busy")
    window = visit.room("busy")
    expect(window.page.locator("#typing")).not_to_be_empty()
    expect(window.page.locator("#timeline .divider")).to_be_visible()


def rooms_pane(visit: Visit) -> None:
    """A pane of its own on a phone, beside the room elsewhere."""
    show_rooms(visit, "busy")


def many_rooms(visit: Visit) -> None:
    show_rooms(visit, "many", "hugo")


def show_rooms(visit: Visit, name: str, who: str = HERO) -> None:
    window = visit.room(name, who)
    if visit.phone:
        window.page.locator(".room-header .back-button").tap()


def large(visit: Visit) -> None:
    visit.showcase.background.come(visit.showcase.made["online"])
    window = visit.room("large")
    expect(window.page.locator("#online li")).to_have_count(50)
    show_people(visit)


def people_pane(visit: Visit) -> None:
    visit.room("busy")
    show_people(visit)


def people_blocked(visit: Visit) -> None:
    """One person blocked, with the notice about it."""
    visit.undo.append(lambda: visit.showcase.do(HERO, "/profile/unblock/", person=tom_of(visit)))
    people_pane(visit)
    row = card_of_tom(visit)
    visit.page.locator("#person-card [data-block]").click()
    expect(row.locator("small")).not_to_be_empty()


def person_card(visit: Visit) -> None:
    people_pane(visit)
    card_of_tom(visit)


def card_of_tom(visit: Visit) -> Locator:
    """Returns his row, which opened it."""
    row = visit.page.locator(f"#people li[data-person='{tom_of(visit)}']")
    row.locator("button").click()
    visit.page.locator("#person-card").wait_for()
    return row


def profile_blocked(visit: Visit) -> None:
    people_blocked(visit)
    page("/profile/")(visit)
    visit.page.locator("#blocked").wait_for()


def tom_of(visit: Visit) -> str:
    return str(visit.showcase.made["people"]["tom"])


def show_people(visit: Visit) -> None:
    pane = visit.page.locator("#people")
    if visit.phone:
        visit.page.locator("#people-toggle").tap()
    pane.wait_for()


def actions(visit: Visit) -> None:
    """The actions on one's own message, with a pointer or by a long press."""
    window = visit.room("code")
    message = window.page.locator(".run.mine .message").last
    hold(visit, message)
    if not visit.phone:
        message.locator("[data-more]").click()
    expect(message.locator(".actions .menu")).to_be_visible()


def hold(visit: Visit, message: Locator) -> None:
    visit.still()  # a scroll ends the press of a finger
    if visit.phone:
        press(message)
    else:
        message.hover()
    message.locator(".actions").wait_for()


def editing(visit: Visit) -> None:
    window = visit.room("busy")
    window.page.locator("#composer").press("ArrowUp")
    window.page.locator(".edit-form textarea").wait_for()


def replying(visit: Visit) -> None:
    """With a mention being typed and a file attached."""
    window = visit.room("busy")
    message = window.page.locator(".message[data-message]").last
    hold(visit, message)
    message.locator("[data-act=reply]").click()
    window.page.locator("#attach-files").set_input_files(Path(dev.ROOT, "README.md"))
    window.page.locator("#attachment-tray .ready").wait_for()
    window.composer.press_sequentially("Thank you, @o")
    window.page.locator(".choices li").first.wait_for()


def switcher(visit: Visit) -> None:
    page = visit.room("busy").page
    page.keyboard.press("Control+k")
    page.keyboard.type("re")
    page.locator("#destinations mark").first.wait_for()


def search(visit: Visit) -> None:
    searching(visit, "the")
    visit.page.locator("#found mark").first.wait_for()


def search_names(visit: Visit) -> None:
    """While a name is being completed."""
    searching(visit, "tide from:")
    visit.page.locator("#search .choices li").first.wait_for()
    visit.page.locator("#found mark").first.wait_for()


def search_nothing(visit: Visit) -> None:
    searching(visit, "潮位计")
    expect(visit.page.locator("#search [role=status]")).to_contain_text("“潮位计”")


def searching(visit: Visit, text: str) -> None:
    page = visit.room("busy").page
    page.keyboard.press("Control+Shift+f")
    page.keyboard.type(text)


def keyboard(visit: Visit) -> None:
    page = visit.room("busy").page
    page.locator("#timeline").focus()
    page.keyboard.press("?")
    page.locator("#shortcuts").wait_for()


def notifications(visit: Visit) -> None:
    """As before anybody was asked. A headless browser says that permission was denied."""
    visit.page.add_init_script("Object.defineProperty(Notification, 'permission', {value: 'default'})")
    page = visit.room("busy").page
    page.evaluate("document.querySelector('#notifications-button').click()")
    page.locator("#notification-settings").wait_for()


def picker(visit: Visit) -> None:
    window = visit.room("busy")
    window.page.locator("#emoji").click()
    expect(window.page.locator("#picker .grid button").nth(60)).to_be_attached()


def lightbox(visit: Visit) -> None:
    window = visit.room("pictures")
    window.page.locator(".picture a").last.click()
    window.page.locator("#lightbox img").wait_for()


def dropping(visit: Visit) -> None:
    visit.room("busy").page.evaluate(DRAG)


def offline(visit: Visit) -> None:
    """Three files wait, one was refused."""
    window = visit.room("busy")
    window.page.evaluate(FAIL, [window.key, NO_SUCH_MESSAGE])
    window.reload()
    visit.context.set_offline(True)
    window.until("chat.state().connection !== 'open'")
    for words in (
        "I can do seven. Sooner if the ferry is on time.",
        "And I bring the long ladder.",
        "下午见。",
    ):
        window.composer.fill(words)
        window.page.locator("#send").click()  # on a phone Enter breaks the line
    window.page.locator("#banner").wait_for()


def removed(visit: Visit) -> None:
    """Shown while the room is on the screen."""
    made, do = visit.showcase.made, visit.showcase.do
    left, jonas = made["rooms"]["left"], str(made["people"]["jonas"])
    visit.room("left", "jonas")
    do("ines", f"/rooms/{left}/members/", person=jonas, do="remove")
    visit.undo.append(lambda: do("jonas", f"/rooms/{left}/join/"))
    visit.page.locator("#composer-lock").wait_for()


def invite(visit: Visit) -> None:
    """On a phone it is reached through the list of people."""
    people_pane(visit)
    visit.page.locator("[data-invite]:visible").click()


def hearing(visit: Visit) -> None:
    """The notification level of a room."""
    visit.room("busy").page.locator("#room-level-button").click()


def out_of_sight(visit: Visit) -> None:
    """Archived and hidden rooms."""
    show_rooms(visit, "archived")
    visit.page.locator("#hidden-rooms a").first.wait_for()


def picture_of_a_link(visit: Visit) -> None:
    page("/rooms/{room}/settings/", "ines")(visit)
    visit.page.locator(".item-list details summary").first.click()


def menu(visit: Visit) -> None:
    """One's own menu: name, language, signing out."""
    show_rooms(visit, "busy")
    visit.page.locator(".profile-row .profile-button").click()


# -- sheets ----------------------------------------------------------------------------------------


def first_run(visit: Visit) -> None:
    """Cookies ignore ports, so the language is the one chosen before."""
    visit.page.goto(services.setup_link(visit.showcase.new_site))


def not_set_up(visit: Visit) -> None:
    visit.page.goto(visit.showcase.new_site.url)


def first_run_wrong(visit: Visit) -> None:
    wrong(first_run, workspace="Lamplight", name="Mara Ellison", username="mara", password="too short")(visit)


def not_sent(visit: Visit) -> None:
    """The form's CSRF token is missing."""
    page("/profile/")(visit)
    visit.context.clear_cookies(name="csrftoken")
    visit.page.locator("main .button").first.click()


def too_many_requests(visit: Visit) -> None:
    """A form sent too often."""
    page("/profile/")(visit)
    token = next(c["value"] for c in visit.context.cookies() if c["name"] == "csrftoken")
    address = visit.page.url
    while visit.context.request.post(address, form={"csrfmiddlewaretoken": token}).status != 429:
        pass
    visit.page.locator("main .button").first.click()


def broken(visit: Visit) -> None:
    """Rendered as the server sends it, because nothing on the site fails on purpose."""
    body = render_to_string("500.html")
    visit.page.route(
        "**/broken", lambda route: route.fulfill(status=500, content_type="text/html", body=body)
    )
    visit.window.go("/broken")


def pins(visit: Visit) -> None:
    """The room's pinned messages."""
    visit.room("rules").page.locator("#pins").click()
    visit.page.locator("#pins-dialog li").first.wait_for()


def versions(visit: Visit) -> None:
    """Earlier versions of a message, as moderators see them."""
    visit.room("rules").page.locator("[data-act=revisions]").first.click()
    visit.page.locator("#revisions-dialog li").first.wait_for()


def permalink(visit: Visit) -> None:
    """The permalink of a message that was deleted since."""
    window = visit.room("busy")
    gone = window.page.locator(".message:has(.placeholder)").first.get_attribute("data-message")
    window.enter(f"/rooms/{window.key}/{gone}/")
    window.page.locator(".message.highlighted").wait_for()


STATES: dict[str, Bring] = {
    "empty-room": room("quiet"),
    "busy-room": busy,
    "long-code": room("code"),
    "many-reactions": room("reactions"),
    "long-names": room("names"),
    "chinese": room("chinese"),
    "arabic": room("arabic"),
    "emoji": room("emoji"),
    "pictures": room("pictures"),
    "files": room("files"),
    "direct": room("direct xia"),
    "rooms": rooms_pane,
    "people": people_pane,
    "people-blocked": people_blocked,
    "person-card": person_card,
    "many-rooms": many_rooms,
    "large-room": large,
    "actions": actions,
    "editing": editing,
    "replying": replying,
    "emoji-picker": picker,
    "pins": pins,
    "versions": versions,
    "permalink": permalink,
    "picture-in-full": lightbox,
    "dropping": dropping,
    "menu": menu,
    "switcher": switcher,
    "search": search,
    "search-names": search_names,
    "search-nothing": search_nothing,
    "keyboard": keyboard,
    "notifications": notifications,
    "hearing": hearing,
    "out-of-sight": out_of_sight,
    "invite": invite,
    "offline": offline,
    "archived": room("archived"),
    "muted": room("muted"),
    "read-only": room("read-only"),
    "removed": removed,
    "banned": page("/", "piet"),
    "guest-room": room("names", "nora"),
    "guest-directory": page("/rooms/", "nora"),
    "directory": page("/rooms/"),
    "directory-found": page("/rooms/?q=read"),
    "directory-nothing": page("/rooms/?q=灯塔"),
    "directory-archived": page("/rooms/?archived"),
    "new-room": page("/rooms/new/"),
    "new-room-wrong": wrong(page("/rooms/new/"), name="​"),
    "room-settings": page("/rooms/{room}/settings/", "ines"),
    "room-settings-picture": picture_of_a_link,
    "room-settings-member": page("/rooms/{room}/settings/"),
    "room-settings-large": page("/rooms/{room}/settings/", "tom", "large"),
    "about-direct": page("/rooms/{room}/about/", on="direct xia"),
    "write-to": page("/direct/"),
    "door": page("/rooms/{room}/", "hugo"),
    "profile": page("/profile/"),
    "profile-guest": page("/profile/", "nora"),
    "profile-blocked": profile_blocked,
    "account": page("/profile/account/", "nora"),
    "sign-in": page("/accounts/login/", None),
    "sign-in-wrong": wrong(page("/accounts/login/", None), login="mara", password="no idea"),
    "sign-up": page("/accounts/signup/?next=/join/{link}/", None),
    "sign-up-closed": page("/accounts/signup/", None),
    "join": page("/join/{link}/", None),
    "join-as-person": page("/join/{link}/", "hugo"),
    "no-link": page("/join/nowhere/", None),
    "first-run": first_run,
    "first-run-wrong": first_run_wrong,
    "not-set-up": not_set_up,
    "error-403": page("/admin/"),
    "error-403-form": not_sent,
    "error-404": page("/rooms/nowhere/"),
    "error-429": too_many_requests,
    "error-500": broken,
}
