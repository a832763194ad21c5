"""Who is in the room of a test, at which process, with how many windows?

Everybody has a browser of their own: a context, with its own cookies and storage.
"""

import itertools
import os
from typing import Any, NamedTuple

from playwright.sync_api import Browser, BrowserContext

from tests import services

from .pages import Window, come_in_by_link, found_the_place, post
from .witness import Witness

PATIENCE = 5_000  # milliseconds: what is not there by then will not come


class Room(NamedTuple):
    key: str
    link: str


class Site:
    """The servers of one place: one daphne on SQLite, two of them on PostgreSQL and Redis."""

    def __init__(self) -> None:
        self.env = services.site() | {"CHAT_RATE_LIMITS": "off"}
        processes = 2 if os.environ["CHAT_TEST_ON"] == "postgres" else 1
        self.servers = [services.daphne(self.env).start() for _ in range(processes)]
        self.lobby = Room("", "")
        self.founder: Any = None  # what the founder's browser keeps: the way back in
        self.numbers = itertools.count(1)

    def door(self, number: int) -> str:
        """The address of a process; where there is only one, that one."""
        return self.servers[number % len(self.servers)].url

    def revive(self) -> None:
        for server in self.servers:
            if not server.is_alive():
                server.start()

    def end(self) -> None:
        for server in self.servers:
            server.end()


class Stage:
    """The browsers of one test, and what they complained about."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self.browser, self.site, self.witness = browser, site, Witness()
        self.contexts: list[BrowserContext] = []

    def window(self, door: int | str = 0, **how: Any) -> Window:
        """A window of a browser nobody has used yet. `door` is the number of a process, or an address."""
        how = {"locale": "en-GB", "timezone_id": "UTC", "viewport": {"width": 1280, "height": 800}} | how
        address = self.site.door(door) if isinstance(door, int) else door
        context = self.browser.new_context(base_url=address, **how)
        context.set_default_timeout(PATIENCE)
        self.contexts.append(context)
        self.witness.watch(context)
        return Window(context.new_page(), address)

    def founder(self, door: int = 0, **how: Any) -> Window:
        """The one who may enter the admin; sits in the Lobby."""
        if self.site.founder:
            window = self.window(door, storage_state=self.site.founder, **how)
            window.enter("/")
            return window
        window = self.window(door, **how)
        found_the_place(window)
        self.site.lobby = Room(window.key, window.join_link)
        self.site.founder = window.page.context.storage_state()
        return window

    def owner(self, name: str = "Alice", door: int | str = 0, room: str = "", **how: Any) -> Window:
        """Somebody new, in a room of their own that nobody knows yet."""
        if not self.site.founder:
            self.founder().page.context.close()
        window = self.window(door, **how)
        post(window, self.site.lobby.link, name=name)
        made = post(window, "/rooms/new/", name=room or f"Room {next(self.site.numbers)}", kind="public")
        post(window, f"/rooms/{self.site.lobby.key}/leave/")
        window.enter(made)
        return window

    def guest(self, name: str, link: str, door: int | str = 1, **how: Any) -> Window:
        window = self.window(door, **how)
        come_in_by_link(window, link, name)
        return window

    def close(self) -> None:
        for context in self.contexts:
            context.close()

    def screens(self) -> list[str]:
        pages = [page for context in self.contexts for page in context.pages]
        return [f"{page.url}\n{page.evaluate('document.body.innerText')}" for page in pages]
