"""The PostgreSQL and Redis of measured servers: private, on loopback, durable as in production."""

import contextlib
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import redis

SERVER_CORE, LOAD_CORE = "0", "1"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(command: list[str], log: Path, nice: int, **options: Any) -> subprocess.Popen[bytes]:
    """Starts a command on the server's core, in its own session, so that ending it ends nothing else."""
    with log.open("ab") as out:
        process = subprocess.Popen(
            ["taskset", "-c", SERVER_CORE, *command],
            stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True, **options,
        )  # fmt: skip
    weigh(process.pid, nice)
    return process


def weigh(pid: int, nice: int) -> None:
    """Sets the nice value of the whole session: Linux shares a core between sessions first, and nice values
    count only within one."""
    if nice:
        Path(f"/proc/{pid}/autogroup").write_text(str(nice))


def end(process: subprocess.Popen[bytes], seconds: float = 15) -> None:
    process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kills at once: an orderly shutdown takes seconds, and the data is discarded."""
    process.kill()
    process.wait()


def wait_until(
    ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path, seconds: float = 30
) -> None:
    deadline = time.monotonic() + seconds
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            raise SystemExit(f"{process.args} did not start; the end of its log:\n{log.read_text()[-2000:]}")
        time.sleep(0.05)


class Redis:
    def __init__(self, home: Path, nice: int) -> None:
        port, log = free_port(), home / "redis.log"
        self.url = f"redis://127.0.0.1:{port}"
        command = [
            "redis-server",
            "--port",
            str(port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--dir",
            str(home),
        ]
        self.process = start(command, log, nice)
        wait_until(self._answers, self.process, log)

    def _answers(self) -> bool:
        with contextlib.closing(redis.Redis.from_url(self.url, socket_timeout=2)) as client:
            try:
                return bool(client.ping())
            except redis.RedisError:
                return False


class Postgres:
    """Default settings, so with fsync and synchronous_commit. As root it runs under another account, because
    PostgreSQL refuses root."""

    def __init__(self, home: Path, nice: int) -> None:
        port, password, log = free_port(), secrets.token_hex(16), home / "postgres.log"
        self.address = f"postgresql://chat:{password}@127.0.0.1:{port}"
        data = home / "postgres"
        data.mkdir()
        account = _account(data)
        secret = data / "password"
        secret.write_text(password)
        secret.chmod(0o644)
        program = Path(_find("postgres"))
        made = [program.with_name("initdb"), "-D", data / "cluster", "-U", "chat", "--auth=scram-sha-256"]
        subprocess.run(
            [*made, f"--pwfile={secret}", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"],
            check=True, stdout=subprocess.DEVNULL, cwd=data, **account,
        )  # fmt: skip
        options = [
            "-c",
            f"port={port}",
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            f"unix_socket_directories={data}",
        ]
        self.process = start([str(program), "-D", str(data / "cluster"), *options], log, nice, **account)
        wait_until(self._answers, self.process, log)

    def _answers(self) -> bool:
        try:
            psycopg.connect(f"{self.address}/postgres", connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def make(self, name: str, template: str = "template1") -> str:
        """Creates a database; returns its address."""
        with psycopg.connect(f"{self.address}/postgres", autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return f"{self.address}/{name}"


def _find(program: str) -> str:
    """Debian keeps the server's programs outside PATH."""
    found = shutil.which(program)
    kept = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))
    if not found and not kept:
        raise SystemExit("PostgreSQL's server is missing. On Debian: apt-get install postgresql")
    return str(Path(found or kept[-1]).resolve())


def _account(folder: Path) -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    entry = pwd.getpwnam("postgres")
    os.chown(folder, entry.pw_uid, entry.pw_gid)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
