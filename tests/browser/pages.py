"""Actions of a person in the page; elements are found by word and role.

A Window is one tab of one person. `see` and similar methods wait, with a deadline.
"""

import re
from typing import Any, Self
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, expect

PASSWORD = "correct horse battery"


class Window:
    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address

    # -- going somewhere --------------------------------------------------------------------------

    def go(self, path: str) -> Self:
        """Opens an address on this window's own process."""
        parts = urlsplit(path)
        self.page.goto(self.address + parts.path + (f"?{parts.query}" if parts.query else ""))
        return self

    def enter(self, path: str) -> Self:
        self.go(path)
        self.connected()
        return self

    def second_tab(self) -> "Window":
        """A second tab of the same browser, in the same room."""
        return Window(self.page.context.new_page(), self.address).enter(f"/rooms/{self.key}/")

    def reload(self) -> Self:
        self.page.reload()
        return self.connected()

    def connected(self, seconds: float = 10) -> Self:
        self.until("chat.state().connection === 'open'", seconds)
        return self

    def reconnects(self) -> Self:
        """Waits for the connection. The focus events make it retry now; by itself it may wait half a
        minute."""
        looks = "dispatchEvent(new Event('focus')) && chat.state().connection === 'open'"
        self.page.wait_for_function(f"() => {looks}", timeout=20_000, polling=500)
        return self

    def until(self, true: str, seconds: float = 10) -> None:
        """Waits until a JavaScript expression is true; false until the page's scripts run."""
        self.page.wait_for_function(f"() => window.chat && ({true})", timeout=seconds * 1000, polling=50)

    # -- what there is ----------------------------------------------------------------------------

    @property
    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = self.page.evaluate("chat.state()")
        return state

    @property
    def key(self) -> str:
        return str(self.state["room"])

    @property
    def join_link(self) -> str:
        """As the page shows it to people who may invite."""
        shown = self.page.evaluate("JSON.parse(document.getElementById('page').textContent).join_link")
        return str(shown)

    @property
    def composer(self) -> Locator:
        return self.page.get_by_role("textbox", name=re.compile("^(Message|消息)$"))

    @property
    def messages(self) -> Locator:
        """Messages that the server has, oldest first."""
        return self.page.locator("#timeline .message[data-message]")

    @property
    def bodies(self) -> Locator:
        return self.page.locator("#timeline .message .body")

    @property
    def pending(self) -> Locator:
        """My messages that the server does not have yet."""
        return self.page.locator("#timeline .message.sending")

    def message(self, text: str) -> Locator:
        return self.page.locator("#timeline .message").filter(
            has=self.page.locator(".body", has_text=re.compile(f"^{re.escape(text)}$"))
        )

    def room(self, name: str) -> Locator:
        return self.page.locator("nav.sidebar .room-list a").filter(
            has=self.page.get_by_text(name, exact=True)
        )

    # -- talking ----------------------------------------------------------------------------------

    def write(self, *texts: str) -> None:
        for text in texts:
            self.composer.fill(text)
            self.composer.press("Enter")

    def act(self, on: str, name: str) -> None:
        """Presses one of a message's actions with the mouse."""
        self.message(on).hover()
        button = self.message(on).get_by_role("button", name=name, exact=True)
        if not button.is_visible():
            self.message(on).get_by_role("button", name="More").click()
        button.click()

    def edit(self, old: str, new: str) -> None:
        self.act(old, "Edit")
        field = self.page.get_by_role("textbox", name="Edit message")
        field.fill(new)
        field.press("Enter")

    def delete(self, text: str) -> None:
        self.act(text, "Delete")
        self.message(text).get_by_role("button", name="Delete?").click()

    def reply(self, to: str, text: str) -> None:
        self.act(to, "Reply")
        self.write(text)

    # -- seeing -----------------------------------------------------------------------------------

    def see(self, *texts: str, seconds: float = 10) -> None:
        """These messages and no others, in this order, all stored by the server."""
        expect(self.bodies).to_have_text(list(texts), timeout=seconds * 1000)
        expect(self.messages).to_have_count(len(texts), timeout=seconds * 1000)

    @property
    def screen(self) -> list[str]:
        """Each message as shown: quote, body, mark, reactions, id."""
        shown: list[str] = self.messages.evaluate_all(
            """all => all.map((one) => {
                const text = (part) => one.querySelector(part)?.textContent ?? '';
                const parts = ['.quote', '.body', '.edited-mark', '.reactions'].map(text);
                return [...parts, one.id].join(' | ');
            })"""
        )
        return shown

    @property
    def people(self) -> Locator:
        return self.page.get_by_role("complementary", name=re.compile("^(People|成员)$"))

    @property
    def banner(self) -> Locator:
        return self.page.locator("#banner")

    @property
    def notices(self) -> Locator:
        return self.page.locator("#timeline .notice p")


# -- coming in ----------------------------------------------------------------------------------------


def set_up_workspace(window: Window, link: str, place: str = "Lighthouse", name: str = "Ada") -> None:
    window.go(link)
    page = window.page
    page.get_by_label("Name of your workspace").fill(place)
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Username").fill(name.split()[0].lower())
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create workspace").click()
    window.connected()


def join_by_link(window: Window, link: str, name: str) -> None:
    """The three interactions of a guest: open the link, type a name, press Enter."""
    window.go(link)
    expect(window.page.get_by_role("textbox")).to_be_focused()
    window.page.keyboard.type(name)
    window.page.keyboard.press("Enter")
    window.connected()


def post(window: Window, path: str, **fields: str) -> str:
    """Sends a form without showing it. Returns where it led."""
    asking, path = window.page.context.request, window.address + urlsplit(path).path
    how: Any = {
        "headers": {"Accept-Language": window.page.evaluate("navigator.language")},
        "fail_on_status_code": True,
    }
    if not token(window):
        asking.get(path, **how)
    return asking.post(path, form={**fields, "csrfmiddlewaretoken": token(window)}, **how).url


def rename(window: Window, name: str) -> None:
    chinese = window.page.evaluate("navigator.language").startswith("zh")
    post(window, "/profile/", name=name, language="zh-hans" if chinese else "en")


def token(window: Window) -> str:
    cookies = {cookie["name"]: cookie["value"] for cookie in window.page.context.cookies()}
    return str(cookies.get("csrftoken", ""))


def press(where: Locator) -> None:
    """A long press: until the actions are shown."""
    box = where.bounding_box()
    assert box, "nothing there to press"
    page = where.page
    finger = page.context.new_cdp_session(page)
    point = {"x": box["x"] + 40, "y": box["y"] + min(box["height"] / 2, 20)}
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})
    page.locator(".actions.sheet").wait_for()
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


# -- many at once -------------------------------------------------------------------------------------

POST = """
({room, bodies}) => new Promise((done, failed) => {
  const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/ws/`);
  const waiting = new Set();
  socket.onerror = () => failed(new Error('no connection'));
  socket.onmessage = ({data}) => {
    const event = JSON.parse(data);
    if (event.type === 'error') failed(new Error(data));
    if (event.type === 'ack' && waiting.delete(event.nonce)) next();
    if (event.type === 'ack' && !waiting.size) { socket.close(); done(); }
    if (event.type !== 'welcome') return;
    for (let n = 0; n < 500; n++) next();
  };
  const next = () => {
    const [body] = bodies.splice(0, 1);
    if (body === undefined) return;
    const nonce = crypto.randomUUID();
    waiting.add(nonce);
    socket.send(JSON.stringify({type: 'message.post', room, nonce, body}));
  };
})
"""


def post_many(window: Window, bodies: list[str]) -> None:
    """Posts through a connection of its own, with up to five hundred messages under way."""
    window.page.evaluate(POST, {"room": window.key, "bodies": bodies})


COMMAND = """
async (command) => {
  window.raw ??= await new Promise((done) => {
    const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/ws/`);
    socket.onmessage = ({data}) => JSON.parse(data).type === 'welcome' && done(socket);
  });
  const ref = crypto.randomUUID();
  return await new Promise((done) => {
    window.raw.onmessage = ({data}) => {
      const event = JSON.parse(data);
      if (event.ref === ref) done(event);
    };
    window.raw.send(JSON.stringify({...command, ref}));
  });
}
"""


def command(window: Window, type: str, **keys: Any) -> dict[str, Any]:
    """Sends a command through a connection of its own, which stays open. Returns the answer."""
    answer: dict[str, Any] = window.page.evaluate(COMMAND, {"type": type, **keys})
    return answer
