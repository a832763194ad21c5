"""Serves the site made by `chat_demo --showcase` and opens its pages for screenshots and checks.

states.py lists the states, screenshots.py takes the pictures.
"""

import asyncio
import contextlib
import json
import threading
from collections.abc import Coroutine, Iterable
from functools import cached_property
from typing import Any

import websockets
from playwright.sync_api import Browser, BrowserContext

from tests import services

from .browsers import PATIENCE
from .pages import Window, post

HERO = "mara"
PHONE, TABLET, DESK = 390, 768, 1440
HEIGHTS = {PHONE: 844, TABLET: 1024, DESK: 900}
LANGUAGES = {"en": "en-GB", "zh": "zh-CN"}
COOKIES = {"en": "en", "zh": "zh-hans"}

# Nobody reads while the pictures are taken: what is unread stays so, from one visit to the next.
NOBODY_READS = "Document.prototype.hasFocus = () => false"
# Faces, pictures in view and two frames: then nothing moves any more.
STILL = """
() => Promise.all([document.fonts.ready, ...[...document.images]
  .filter((one) => !one.complete && one.checkVisibility())
  .filter((one) => one.getBoundingClientRect().bottom > 0 && one.getBoundingClientRect().top < innerHeight)
  .map((one) => new Promise((done) => { one.onload = one.onerror = done; }))])
  .then(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
"""


class BackgroundPeople:
    """People who are online and typing: connections without a page, in a thread of their own."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.loop = asyncio.new_event_loop()
        self.writing: dict[str, str] = {}  # who, by cookie, in which room
        self.wrote: dict[str, float] = {}  # and when last
        self.here: dict[str, asyncio.Task[None]] = {}
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()

    def come(self, cookies: Iterable[str]) -> None:
        """Returns when all of them are connected."""
        self._wait(self._come([cookie for cookie in cookies if cookie not in self.here]))

    async def _come(self, cookies: list[str]) -> None:
        arrived = {cookie: asyncio.Event() for cookie in cookies}
        for cookie, event in arrived.items():
            self.here[cookie] = self.loop.create_task(self._stay(cookie, event))
        for event in arrived.values():
            await event.wait()

    async def _stay(self, cookie: str, arrived: asyncio.Event) -> None:
        """Reads everything, so that the server does not take it for a slow client."""
        async with websockets.connect(self.address, additional_headers={"Cookie": cookie}) as socket:
            await socket.recv()
            arrived.set()
            while True:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(socket.recv(), 0.5)
                if room := self.writing.get(cookie):
                    await self._write(socket, cookie, room)

    async def _write(self, socket: Any, cookie: str, room: str) -> None:
        """As often as a page sends it: every three seconds."""
        now = self.loop.time()
        if now - self.wrote.get(cookie, 0.0) > 3:
            self.wrote[cookie] = now
            await socket.send(json.dumps({"type": "typing", "room": room}))

    def end(self) -> None:
        self._wait(self._end())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()

    async def _end(self) -> None:
        for task in self.here.values():
            task.cancel()
        await asyncio.gather(*self.here.values(), return_exceptions=True)

    def _wait(self, coroutine: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(60)


class Showcase:
    """One site with everything in it; `made` is what `chat_demo` wrote about it."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        env = services.site() | {"CHAT_RATE_LIMITS": "on"}
        file = services.folder() / "showcase.json"
        services.manage("chat_demo", "--showcase", str(file), env=env)
        self.made: dict[str, Any] = json.loads(file.read_text())
        self.server = services.daphne(env).start()
        self.background = BackgroundPeople(self.server.ws_url)
        self.background.come(
            self.made["cookies"][who] for who in ("ines", "mo", "xia", "salma", "tom", "yutong")
        )
        self.contexts: dict[tuple[str, bool], BrowserContext] = {}

    @cached_property
    def new_site(self) -> services.Server:
        """A server of a site that is not set up yet."""
        return services.daphne().start()

    def context(self, language: str, phone: bool) -> BrowserContext:
        if (language, phone) not in self.contexts:
            width = PHONE if phone else DESK
            context = self.browser.new_context(
                locale=LANGUAGES[language], timezone_id="UTC", has_touch=phone, is_mobile=phone,
                viewport={"width": width, "height": HEIGHTS[width]},
            )  # fmt: skip
            context.set_default_timeout(PATIENCE * 2)
            context.add_init_script(NOBODY_READS)
            self.contexts[language, phone] = context
        return self.contexts[language, phone]

    def do(self, who: str, path: str, **fields: str) -> None:
        """Sends a form as this person, in another browser."""
        context = self.browser.new_context()
        context.add_cookies([self.cookie("sessionid", self.made["cookies"][who].partition("=")[2])])
        context.request.get(f"{self.server.url}/profile/")  # for the token of its forms
        post(Window(context.new_page(), self.server.url), path, **fields)
        context.close()

    def cookie(self, name: str, value: str) -> Any:
        return {"name": name, "value": value, "url": self.server.url}

    def end(self) -> None:
        for context in self.contexts.values():
            context.close()
        self.background.end()
        self.server.end()
        if "new_site" in vars(self):
            self.new_site.end()


class Visit:
    """A person's window, in one language, on a phone or not. A context manager: it leaves nothing behind."""

    def __init__(self, showcase: Showcase, language: str, phone: bool) -> None:
        self.showcase, self.language, self.phone = showcase, language, phone
        self.context = showcase.context(language, phone)
        self.window = Window(self.context.new_page(), showcase.server.url)
        self.page = self.window.page
        self.undo: list[Any] = []
        self.be(None)

    @property
    def widths(self) -> tuple[int, ...]:
        return (PHONE,) if self.phone else (TABLET, DESK)

    def be(self, who: str | None) -> None:
        self.context.clear_cookies()
        chosen = [self.showcase.cookie("django_language", COOKIES[self.language])]
        if who is not None:
            cookie = self.showcase.made["cookies"][who].partition("=")[2]
            chosen.append(self.showcase.cookie("sessionid", cookie))
        self.context.add_cookies(chosen)

    def room(self, name: str, who: str = HERO) -> Window:
        self.be(who)
        self.window.enter(f"/rooms/{self.showcase.made['rooms'][name]}/")
        self.window.until("chat.state().cursor > 0")
        return self.window

    def writes(self, *people: str, room: str) -> None:
        for who in people:
            cookie = self.showcase.made["cookies"][who]
            self.showcase.background.writing[cookie] = self.showcase.made["rooms"][room]
        self.undo.append(self.showcase.background.writing.clear)

    def width(self, width: int) -> None:
        self.page.set_viewport_size({"width": width, "height": HEIGHTS.get(width, 844)})
        self.still()

    def theme(self, theme: Any) -> None:
        self.page.emulate_media(color_scheme=theme)
        self.still()

    def still(self) -> None:
        self.page.evaluate(STILL)

    def __enter__(self) -> "Visit":
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(Exception):  # a page of an error keeps no storage
            self.page.evaluate("localStorage.clear()")
        self.page.close()
        self.context.set_offline(False)
        for undo in self.undo:
            undo()
