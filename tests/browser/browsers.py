"""Browsers for a test: windows of people in a room, the server processes behind them, and their errors.

Each person has a browser context with its own cookies and storage.
"""

import itertools
import os
from typing import Any

from playwright.sync_api import Browser, BrowserContext, BrowserType, Error, Page

from tests import services
from tests.live.django_shell import DjangoShell

from .error_watch import ErrorWatch
from .network_proxy import NetworkProxy
from .pages import PASSWORD, Window, post, rename, set_up_workspace

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
PATIENCE = 10_000  # milliseconds: what is not there by then will not come


def launched(kind: BrowserType) -> Browser:
    return kind.launch(executable_path=services.chromium(), args=FLAGS)


class Site:
    """The servers of one site: one daphne on SQLite, two on PostgreSQL and Redis."""

    def __init__(self) -> None:
        self.env = services.site() | {"CHAT_RATE_LIMITS": "off"}
        processes = 2 if os.environ["CHAT_TEST_ON"] == "postgres" else 1
        self.servers = [services.daphne(self.env).start() for _ in range(processes)]
        self.shell = DjangoShell(self.env)
        self.lobby = ""
        self.founder: Any = None  # what the founder's browser keeps: the way back in
        self.numbers = itertools.count(1)

    def address(self, number: int) -> str:
        """The address of a process; where there is only one, that one."""
        return self.servers[number % len(self.servers)].url

    def revive(self) -> None:
        for server in self.servers:
            if not server.is_alive():
                server.start()

    def end(self) -> None:
        for server in self.servers:
            server.end()
        self.shell.end()

    def make_owner(self, name: str, room: str, language: str) -> tuple[dict[str, Any], str]:
        """Somebody with an account and a room: the cookie that signs in, and the room's address.
        Without forms, and without a password, which takes long to hash."""
        person = self.shell.call("make_person", f"person-{next(self.numbers)}", name=name, language=language)
        made = self.shell.call("actions.make_room", person["id"], room)
        self.shell.call("actions.make_join_link", person["id"], made["key"])
        key, value = person["cookie"].split("=")
        return {"name": key, "value": value, "url": self.servers[0].url}, f"/rooms/{made['key']}/"


class BrowserPool:
    """Browser contexts of a module, used again: they keep their caches and forget cookies and storage."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self.browser, self.site, self.errors = browser, site, ErrorWatch()
        self.spare: list[BrowserContext] = []

    def another_browser(self) -> Browser:
        """A browser process of its own, for tests that kill it."""
        return launched(self.browser.browser_type)

    def take(self, how: dict[str, Any]) -> BrowserContext:
        if self.spare and not how:
            return self.spare.pop()
        usual = {"locale": "en-GB", "timezone_id": "UTC", "viewport": {"width": 1280, "height": 800}}
        context = self.browser.new_context(**(usual | how))
        context.set_default_timeout(PATIENCE)
        self.errors.watch(context)
        return context

    def give_back(self, context: BrowserContext) -> None:
        context.set_offline(False)
        for page in context.pages:
            page.close()
        context.clear_cookies()
        self.spare.append(context)

    def first_page(self, context: BrowserContext) -> Page:
        """Forgets what an earlier test stored: only now, since a page that closes may still write."""
        page = context.new_page()
        storage = context.new_cdp_session(page)
        for server in self.site.servers:
            what = {"origin": server.url, "storageTypes": "local_storage"}
            storage.send("Storage.clearDataForOrigin", what)
        storage.detach()
        return page


class Browsers:
    """The browsers of one test and their errors."""

    def __init__(self, pool: BrowserPool) -> None:
        self.pool, self.site, self.errors = pool, pool.site, pool.errors
        self.errors.begin()
        self.plain: list[BrowserContext] = []
        self.special: list[BrowserContext] = []
        self.upgraded: list[Window] = []
        self.proxies: list[NetworkProxy] = []

    @property
    def contexts(self) -> list[BrowserContext]:
        return self.plain + self.special

    def window(self, server: int | str = 0, **how: Any) -> Window:
        """A window of an unused browser. `server` is the number of a process, or an address."""
        context = self.pool.take(how)
        (self.special if how else self.plain).append(context)
        address = self.site.address(server) if isinstance(server, int) else server
        return Window(self.pool.first_page(context), address)

    def founder(self, server: int = 0, **how: Any) -> Window:
        """The superuser, in the Lobby."""
        window = self.window(server, **how)
        if self.site.founder:
            window.page.context.add_cookies(self.site.founder)
            return window.enter("/")
        set_up_workspace(window, services.setup_link(self.site.servers[0]))
        post(window, f"/rooms/{window.key}/links/", uses="")  # of all tests more come than the first lets in
        window.reload()
        self.site.lobby = window.key
        self.site.founder = window.page.context.cookies()
        return window

    def owner(self, name: str = "Alice", server: int | str = 0, room: str = "", **how: Any) -> Window:
        """Somebody new with an account, in a new room of their own."""
        if not self.site.founder:
            self.founder().page.close()
        window = self.window(server, **how)
        language = "zh-hans" if how.get("locale") == "zh-CN" else "en"
        cookie, at = self.site.make_owner(name, room or f"Room {next(self.site.numbers)}", language)
        window.page.context.add_cookies([cookie])
        return window.enter(at)

    def upgrade(self, window: Window) -> None:
        """A guest makes an account, on another page than the room, which would reload meanwhile."""
        room = f"/rooms/{window.key}/"
        window.go("/profile/")
        self.give_account(window)
        self.upgraded.append(window)
        window.enter(room)

    def give_account(self, window: Window) -> None:
        username = f"person-{next(self.site.numbers)}"
        post(window, "/profile/account/", username=username, password=PASSWORD)

    def guest(self, name: str, link: str, server: int | str = 1, **how: Any) -> Window:
        """Somebody who came by a link. The form of the page is tried in test_first_run.py."""
        window = self.window(server, **how)
        return window.enter(post(window, link, name=name))

    def close(self) -> None:
        for window in self.upgraded:  # or no guest of a later test could have their name
            rename(window, f"Account {next(self.site.numbers)}")
        for context in self.special:
            context.close()
        for context in self.plain:
            self.pool.give_back(context)
        for proxy in self.proxies:
            proxy.end()

    def proxy(self) -> NetworkProxy:
        """A proxy to the first process. It stays until the browsers are closed, or they would report
        errors."""
        self.proxies.append(NetworkProxy(self.site.servers[0].port))
        return self.proxies[-1]

    def screens(self) -> list[str]:
        pages = [page for context in self.contexts for page in context.pages]
        return [f"{page.url}\n{text_on(page)}" for page in pages]


def text_on(page: Page) -> str:
    try:
        return str(page.evaluate("document.body.innerText"))
    except Error as error:  # a page that crashed must not hide what went wrong before
        return repr(error)
