"""Starts the measured servers: this chat, the Channels tutorial's and the Go tutorial's.

Each runs afresh for one measurement, on one core, with production settings.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from bin import dev
from tests.services.programs import free_port

from .rows import Row
from .services import Postgres, Program, Redis

BENCH = Path(__file__).parent
NAMES = {
    "chat": "this chat, SQLite",
    "chat-pg": "this chat, PostgreSQL + Redis",
    "chat-2": "this chat, two processes, PostgreSQL + Redis",
    "tutorial": "Channels tutorial",
    "gohub": "Go hub",
}


@dataclass
class Running:
    """What the load generator needs to know about a server."""

    wire: str
    programs: list[Program]
    keys: list[str] = field(default_factory=list)
    arguments: dict[str, str] = field(default_factory=dict)


class Servers:
    """Resources shared by all runs: built programs, PostgreSQL, Redis, empty databases."""

    def __init__(self, home: Path, stack: ExitStack) -> None:
        self.home, self._stack = home, stack
        self.log = home / "server.log"

    def program(self, folder: str) -> str:
        """Builds a Go program; returns its path."""
        made = self.home / Path(folder).name
        if not made.exists():
            environment = {**os.environ, "GOFLAGS": "-mod=mod", "GOWORK": "off", "CGO_ENABLED": "0"}
            subprocess.run(
                ["go", "build", "-o", str(made), "."], cwd=BENCH / folder, env=environment, check=True
            )
        return str(made)

    @cached_property
    def redis(self) -> Redis:
        return self._started(Redis(self._folder("redis")))

    @cached_property
    def postgres(self) -> Postgres:
        return self._started(Postgres(self._folder("postgres")))

    def _started(self, service: Any) -> Any:
        self._stack.callback(service.end)
        return service.start()

    def _folder(self, name: str) -> Path:
        folder = self.home / name
        folder.mkdir()
        return folder

    @contextmanager
    def running(self, name: str, row: Row) -> Iterator[Running]:
        with ExitStack() as stack:
            if name == "gohub":
                server = self._gohub()
            elif name == "tutorial":
                server = self._tutorial()
            else:
                people = ["--rooms", str(row.rooms), "--members", str(row.members), *row.seed.split()]
                server = self._chat(stack, name, people)
            for program in server.programs:
                stack.callback(program.kill9)  # an orderly shutdown takes seconds, and the data is discarded
                program.start()
            yield server

    def _gohub(self) -> Running:
        port = free_port()
        command = [self.program("peers/gohub"), "-addr", f"127.0.0.1:{port}"]
        return Running("hub", [Program(self.home, port, command, self.home, None)])

    def _tutorial(self) -> Running:
        port = free_port()
        command = [
            sys.executable,
            *["-m", "daphne", "-v", "0", "-b", "127.0.0.1", "-p"],
            str(port),
            "asgi:application",
        ]
        environment = _environment({"DJANGO_SETTINGS_MODULE": "settings"})
        return Running(
            "tutorial", [Program(self.home, port, command, BENCH / "peers" / "tutorial", environment)]
        )

    def _chat(self, stack: ExitStack, name: str, people: list[str]) -> Running:
        environment = self._site(name)
        stack.callback(shutil.rmtree, environment["DATA_DIR"])
        _django(environment, "-m", "bench.seed", *people, "--out", environment["DATA_DIR"])
        programs = []
        for _ in range(2 if name == "chat-2" else 1):
            port = free_port()
            command = [sys.executable, *dev.DAPHNE, "-b", "127.0.0.1", "-p", str(port)]
            programs.append(Program(self.home, port, command, BENCH.parent, environment))
        folder = Path(environment["DATA_DIR"])
        arguments = {what: str(folder / f"{what}.txt") for what in ("keys", "cookies", "asks")}
        if name != "chat":
            arguments |= {"redis": str(self.redis.pid), "database": str(self.postgres.pid)}
        return Running("chat", programs, (folder / "keys.txt").read_text().split(), arguments)

    def _site(self, name: str) -> dict[str, str]:
        """Returns the environment of a site with an empty database, migrated once and then copied."""
        folder = self.home / "site"
        folder.mkdir()
        environment = {"DATA_DIR": str(folder), "CHAT_RATE_LIMITS": "off", "SECRET_KEY": "of a bench" * 6}
        if name != "chat":
            template = self._template_pg
            environment |= {
                "DATABASE_URL": self.postgres.make("measured", template),
                "REDIS_URL": self.redis.url,
            }
        else:
            shutil.copy(self._template, folder / "chat.db")
        return _environment(environment)

    @cached_property
    def _template(self) -> Path:
        folder = self.home / "empty"
        _django(_environment({"DATA_DIR": str(folder)}), "manage.py", "migrate", "--verbosity", "0")
        return folder / "chat.db"

    @cached_property
    def _template_pg(self) -> str:
        environment = {"DATA_DIR": str(self.home / "empty"), "DATABASE_URL": self.postgres.make("empty")}
        _django(_environment(environment), "manage.py", "migrate", "--verbosity", "0")
        return "empty"


def _environment(more: dict[str, str]) -> dict[str, str]:
    """Leaves out the shell's chat settings, which must not be measured."""
    own = (
        "CHAT_",
        "DATABASE_",
        "REDIS_",
        "DJANGO_",
        "ALLOWED_",
        "CSRF_",
        "DEBUG",
        "HOST",
        "PORT",
        "DATA_DIR",
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    return {
        **kept,
        "DATABASE_URL": "",
        "REDIS_URL": "",
        "DEBUG": "off",
        "PYTHONDONTWRITEBYTECODE": "1",
        **more,
    }


def _django(environment: dict[str, str], *words: str) -> None:
    subprocess.run([sys.executable, *words], cwd=BENCH.parent, env=environment, check=True)
