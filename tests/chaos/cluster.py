"""The site under test: people, database, Redis and daphnes.

`sqlite`: one daphne and a file. `cluster`: two daphnes, PostgreSQL and Redis. Each run has its own database;
PostgreSQL and Redis are started once and restarted after whatever a case does to them.
"""

import asyncio
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import psycopg

from bin import dev
from tests.services.processes import Postgres, Redis
from tests.services.programs import free_port
from tests.services.sites import at_end, folder, manage

from . import database
from .client_pool import Person
from .forked_server import ForkedServer
from .recording import DatabaseState

BASE = {"CHAT_RATE_LIMITS": "off", "ALLOWED_HOSTS": "localhost,127.0.0.1", "SECRET_KEY": "chaos" * 10}
PRODUCT, STAND_IN = "chatsite.asgi:application", "tests.chaos.asgi:application"
counter = itertools.count(1)


@cache
def postgres() -> Postgres:
    return begun(Postgres(folder()))


@cache
def redis() -> Redis:
    return begun(Redis(folder()))


def begun(service: Any) -> Any:
    at_end.callback(service.end)
    return service.start()


@cache
def original(kind: str) -> dict[str, str]:
    """The environment of an empty, migrated database, to be copied."""
    env = BASE | {"DATA_DIR": str(folder()), "DATABASE_URL": "", "REDIS_URL": ""}
    if kind == "cluster":
        env["DATABASE_URL"] = new_database()
    manage("migrate", "--no-input", "--verbosity", "0", env=env)
    return env


@cache
def inhabited(kind: str, asked: str) -> tuple[dict[str, str], str]:
    """The environment of a database with these people and rooms, to be copied, and the output of seed.py."""
    env = copied(kind, original(kind), folder())
    ran = subprocess.run(
        [sys.executable, "-m", "tests.chaos.seed", asked], cwd=dev.ROOT,
        env=os.environ | env | {"DJANGO_SETTINGS_MODULE": "chatsite.settings"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, f"seeding:\n{ran.stdout}{ran.stderr}"
    return env, ran.stdout


def copied(kind: str, source: dict[str, str], data_dir: Path) -> dict[str, str]:
    """The environment of a site whose database is a copy of that one."""
    env = BASE | {"DATA_DIR": str(data_dir), "DATABASE_URL": "", "REDIS_URL": ""}
    if kind == "cluster":
        name = urlsplit(source["DATABASE_URL"]).path.lstrip("/")
        return env | {"DATABASE_URL": new_database(f'TEMPLATE "{name}"')}
    shutil.copy(Path(source["DATA_DIR"], "chat.db"), data_dir)
    return env


def new_database(how: str = "") -> str:
    name = f"chaos_{os.getpid()}_{next(counter)}"
    with psycopg.connect(postgres().url, autocommit=True) as database:
        database.execute(f'CREATE DATABASE "{name}" {how}')
    return urlsplit(postgres().url)._replace(path=f"/{name}").geturl()


class Cluster:
    """An async context manager. `rooms` as in seed.py; `env` is added to the environment of all daphnes.

    `inject` says what to break inside them (see asgi.py). `apart` gives each daphne its own data folder,
    as on separate machines. `open_files` is the limit for each.
    """

    def __init__(
        self, kind: str, people: int = 20, rooms: list[list[int]] | None = None,
        env: dict[str, str] | None = None, inject: dict[str, str] | None = None,
        daphnes: int | None = None, apart: bool = False, data_dir: Path | None = None, open_files: int = 0,
    ) -> None:  # fmt: skip
        self.kind, self.size = kind, (1 if kind == "sqlite" else 2) if daphnes is None else daphnes
        self.asked = {"people": people, "rooms": rooms or [list(range(people))]}
        self.extra, self.inject, self.apart = env or {}, inject or {}, apart
        self.data_dir, self.open_files = data_dir or folder(), open_files
        self.servers: list[ForkedServer] = []
        self.turn = itertools.count()
        self.expected_tracebacks: list[str] = []

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(self._begin)
        return self

    def _begin(self) -> None:
        source, said = inhabited(self.kind, json.dumps(self.asked))
        self.env = copied(self.kind, source, self.data_dir) | self.inject | self.extra
        if self.kind == "cluster":
            self.env["REDIS_URL"] = redis().url
        self.people = [Person(*entry) for entry in json.loads(said)["people"]]
        self.rooms = list(dict.fromkeys(room for person in self.people for room in person.rooms))
        self.servers = [self._server() for _ in range(self.size)]
        for server in self.servers:
            server.start()

    def _server(self) -> ForkedServer:
        env = self.env | ({"DATA_DIR": str(folder())} if self.apart else {})
        home = folder()
        server = ForkedServer(home, env | {"CHAOS_ARM": str(self.data_dir / "arm")}, free_port())
        if self.inject:
            server.command = [STAND_IN if word == PRODUCT else word for word in server.command]
        if self.open_files:
            limited = f'ulimit -n {self.open_files} && exec "$@"'
            server.command = ["bash", "-c", limited, "daphne", *server.command]
        at_end.callback(server.end)
        return server

    async def __aexit__(self, *_: object) -> None:
        await asyncio.to_thread(self._end)

    def _end(self) -> None:
        for server in self.servers:
            server.resume()
            server.kill9()
            server.stop_fork_server()

    # -- daphnes ---------------------------------------------------------------------------------------------

    def port(self) -> int:
        """Where the next client connects: each daphne in turn, alive or not."""
        return self.servers[next(self.turn) % len(self.servers)].port

    async def kill9(self, number: int = 0) -> None:
        await asyncio.to_thread(self.servers[number].kill9)

    async def start(self, number: int = 0) -> None:
        await asyncio.to_thread(self.servers[number].start)

    async def terminate(self, number: int = 0, seconds: float = 60) -> int:
        """Sends SIGTERM and returns the exit code."""
        return await asyncio.to_thread(self.servers[number].terminate, seconds)

    def logs(self) -> str:
        return "\n".join(server.log.read_text(errors="replace") for server in self.servers)

    def log_tail(self, most: int = 25) -> str:
        """The last log lines above the level INFO."""
        found = [line[:600] for line in self.logs().splitlines() if " INFO " not in line]
        return "\n".join(["from the logs:", *(f"  {line}" for line in found[-most:])])

    def tracebacks(self) -> list[str]:
        """Log lines with a traceback, except those a case expects."""
        found = [line for line in self.logs().splitlines() if "Traceback" in line or "Unhandled" in line]
        return [
            line
            for line in found
            if not any(re.search(pattern, line) for pattern in self.expected_tracebacks)
        ]

    def rss(self, number: int = 0) -> int:
        """Resident bytes of a daphne."""
        text = Path(f"/proc/{self.servers[number].pid}/status").read_text()
        return int(re.findall(r"VmRSS:\s+(\d+)", text)[0]) * 1024

    # -- the database ----------------------------------------------------------------------------------------

    async def database_state(self) -> DatabaseState:
        return await asyncio.to_thread(database.read, self.env)

    def query(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        return database.query(self.env, sql, *values)

    def execute(self, sql: str, *values: Any) -> None:
        database.execute(self.env, sql, *values)

    def person(self, name: str) -> Person:
        return self.people[int(name.lstrip("pc"))]
