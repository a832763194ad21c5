"""Fixtures of the live tests: real servers, people, rooms and clients.

Tests that leave the site intact share one: one daphne on SQLite, two on PostgreSQL and Redis. Each makes its
own people and rooms. Tests that kill, freeze or drain have a site to themselves.
"""

import contextlib
import itertools
import os
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from tests import services

from .client import Client
from .django_shell import DjangoShell

ON_POSTGRES = os.environ.get("CHAT_TEST_ON") == "postgres"
numbers = itertools.count(1)


class Person:
    def __init__(self, id: Any, name: str, cookie: str) -> None:
        self.id, self.name, self.cookie = id, name, cookie


class Site:
    """Servers on one database, and a Django shell beside them."""

    def __init__(self, processes: int, env: dict[str, str] | None = None) -> None:
        self.env = services.site()
        self.servers = [services.daphne(self.env | (env or {})) for _ in range(processes)]
        self.shell = DjangoShell(self.env)
        self.call = self.shell.call
        self.call("start_ids_apart")

    def start(self) -> "Site":
        for server in self.servers:
            server.start()
        return self

    def end(self) -> None:
        for server in self.servers:
            server.end()
        self.shell.end()

    def person(self, name: str) -> Person:
        return Person(**self.call("make_person", f"{name}-{next(numbers)}"))

    def room(self, owner: Person, *members: Person, kind: str = "public") -> str:
        """A room's key."""
        key = self.call("actions.make_room", owner.id, f"Room {next(numbers)}", "public")["key"]
        for member in members:
            self.call("add_member", key, member.id)
        if kind != "public":
            self.call("actions.change_room", owner.id, key, kind=kind)
        return key

    def client(self, person: Person | None, server: int = 0, **how: Any) -> Client:
        """Connects to the server of this number; where there is only one, to that."""
        url = self.servers[server % len(self.servers)].ws_url
        return Client(url, person and person.cookie, **how)

    def logs(self) -> list[str]:
        """The log of each server so far."""
        return [server.log.read_text() for server in self.servers]


@contextlib.contextmanager
def served(processes: int = 1, env: dict[str, str] | None = None) -> Iterator[Site]:
    """A site for the tests of a module."""
    site = Site(processes, env)
    try:
        yield site.start()
    finally:
        site.end()


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    with served(2 if ON_POSTGRES else 1) as site:
        yield site


@pytest.fixture
def own_site() -> Iterator[Callable[..., Site]]:
    """Makes a site for one test: `own_site(processes=2, env={...})`, not yet started."""
    with contextlib.ExitStack() as stack:

        def make(processes: int = 1, env: dict[str, str] | None = None) -> Site:
            site = Site(processes, env)
            stack.callback(site.end)
            return site

        yield make


@pytest.fixture
def alice(site: Site) -> Person:
    return site.person("alice")


@pytest.fixture
def bob(site: Site) -> Person:
    return site.person("bob")


@pytest.fixture
def charlie(site: Site) -> Person:
    return site.person("charlie")


@pytest.fixture
def room(site: Site, alice: Person, bob: Person) -> str:
    """alice owns it, bob is a member, charlie is outside."""
    return site.room(alice, bob)


@pytest.fixture
async def connect(site: Site) -> AsyncIterator[Callable[..., Any]]:
    """Opens clients that are closed with the test: `await connect(alice, server=1)`."""
    async with contextlib.AsyncExitStack() as stack:

        async def open(person: Person, server: int = 0, **how: Any) -> Client:
            return await stack.enter_async_context(site.client(person, server, **how))

        yield open
