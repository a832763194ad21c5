"""Runs measured programs on one core, and their PostgreSQL and Redis: private, on loopback, durable as in
production."""

import socket
import subprocess
from pathlib import Path
from typing import Any, ClassVar

import psycopg

from tests.services import processes

SERVER_CORE, LOAD_CORE = "0", "1"


def set_nice(pid: int, nice: int) -> None:
    """Sets the nice value of the whole session: Linux shares a core between sessions first, and nice values
    count only within one."""
    if nice:
        Path(f"/proc/{pid}/autogroup").write_text(str(nice))


class Measured(processes.Service):
    """A process on the server's core. `nice` is set once for all of a run."""

    nice: ClassVar[int] = 0

    def launch(self) -> subprocess.Popen[bytes]:
        self.command = ["taskset", "-c", SERVER_CORE, *self.command]
        process = super().launch()
        set_nice(process.pid, Measured.nice)
        return process


class Program(Measured):
    """A server that is ready when its port accepts connections."""

    name = "server"

    def __init__(
        self, home: Path, port: int, command: list[str], cwd: Path, env: dict[str, str] | None
    ) -> None:
        super().__init__(home)
        self.port, self.command, self.directory, self.environment = port, command, str(cwd), env

    def is_ready(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


class Redis(Measured, processes.Redis):
    pass


class Postgres(Measured, processes.Postgres):
    """With default settings, so with fsync and synchronous_commit."""

    settings: ClassVar[dict[str, Any]] = {}
    flags: ClassVar[tuple[str, ...]] = ()

    def make(self, name: str, template: str = "template1") -> str:
        """Creates a database; returns its address."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return f"{self.url.rpartition('/')[0]}/{name}"
