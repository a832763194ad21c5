"""Starts, stops, freezes and kills the tests' servers.

Only processes we started are touched, by their ids.
"""

import contextlib
import http.client
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, Self

import psycopg
import pytest
from redis import Redis as Client
from redis.exceptions import RedisError

from bin import dev

from .programs import free_port, needed


def wait_until(ready: Callable[[], bool], what: str, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.02)


class Service:
    """A process of ours. `start` brings it back with the same address and data."""

    name: str
    command: list[str]
    environment: dict[str, str] | None = None
    directory: str | None = None  # where it runs; its home, unless said otherwise
    account: dict[str, Any] = {}  # whom it runs as; us, unless said otherwise

    def __init__(self, home: Path) -> None:
        self.home = home
        self.log = home / f"{self.name}.log"
        self.process: subprocess.Popen[bytes] | None = None

    def is_ready(self) -> bool:
        raise NotImplementedError

    def start(self) -> Self:
        """Waits until it answers. In a session of its own, so that Ctrl-C reaches pytest alone, which ends
        it in order."""
        self.process = self.launch()
        try:
            wait_until(lambda: not self.is_alive() or self.is_ready(), f"{self.name} answers", 30)
            assert self.is_alive(), f"{self.name} ended at once"
        except AssertionError as error:
            self.kill9()
            raise AssertionError(f"{error}; it said:\n{self.log.read_text()[-4000:]}") from None
        return self

    def launch(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self.environment,
                cwd=self.directory or self.home,
                start_new_session=True,
                **self.account,
            )

    @property
    def pid(self) -> int:
        assert self.process, f"{self.name} was never started"
        return self.process.pid

    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def signal_all(self, number: int) -> None:
        """Signals the parent first: it would replace its children, or clean up after them."""
        if not self.is_alive():
            return
        for pid in (self.pid, *children(self.pid)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def terminate(self, timeout: float = 10, number: int = signal.SIGTERM) -> int:
        """Asks it to end and returns its exit code. Raises subprocess.TimeoutExpired."""
        assert self.process, f"{self.name} was never started"
        self.process.send_signal(number)
        return self.process.wait(timeout)

    def kill9(self) -> None:
        self.signal_all(signal.SIGKILL)
        if self.process:
            self.process.wait()

    def pause(self) -> None:
        """Freezes it: connections stay open and nothing answers."""
        self.signal_all(signal.SIGSTOP)

    def resume(self) -> None:
        self.signal_all(signal.SIGCONT)

    def end(self) -> None:
        """Ends it, whatever state it is in."""
        if self.is_alive():
            self.resume()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.terminate()
        self.kill9()


def children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:  # not Linux
        found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
        return [int(child) for child in found.stdout.split()]


class Postgres(Service):
    """A cluster without fsync: it lives only as long as the session."""

    name = "postgres"
    settings: ClassVar[dict[str, Any]] = {"full_page_writes": "off", "max_connections": 200}
    flags: ClassVar[tuple[str, ...]] = ("-F",)
    modes = {"smart": signal.SIGTERM, "fast": signal.SIGINT, "immediate": signal.SIGQUIT}

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        program, port, password = needed("postgres"), free_port(), secrets.token_hex(16)
        self.url = f"postgresql://chat:{password}@127.0.0.1:{port}/postgres"
        self.account = unprivileged() if os.geteuid() == 0 else {}
        self._initdb(Path(program).resolve().with_name("initdb"), password)
        options = {"port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": home}
        options |= self.settings
        settings = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        self.command = [program, "-D", str(home / "data"), *self.flags, *settings]

    def _initdb(self, program: Path, password: str) -> None:
        """With a password, because loopback is open to everybody on the machine."""
        secret = self.home / "password"
        secret.write_text(password)
        if self.account:
            for path in (self.home, secret):
                shutil.chown(path, self.account["user"], self.account["group"])
        # Under plain C, trigrams and lower() know nothing beyond ASCII.
        locale = "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8"
        how = [
            "--auth=scram-sha-256",
            f"--pwfile={secret}",
            f"--locale={locale}",
            "--encoding=UTF8",
            "--no-sync",
        ]
        command = [str(program), "-D", str(self.home / "data"), "-U", "chat", *how]
        made = subprocess.run(
            command, cwd=self.home, capture_output=True, text=True, check=False, **self.account
        )
        assert made.returncode == 0, f"initdb failed:\n{made.stderr}"

    def is_ready(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def stop(self, mode: str = "fast") -> None:
        self.terminate(number=self.modes[mode])

    def end(self) -> None:
        """Without waiting until everybody has disconnected."""
        if self.is_alive():
            self.resume()
            self.stop("immediate")
        self.kill9()


def unprivileged() -> dict[str, Any]:
    """An account to run PostgreSQL as, because it refuses to run as root."""
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise pytest.UsageError("PostgreSQL does not run as root, and there is no other account: run as a user")


class Redis(Service):
    name = "redis"

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        port, password = free_port(), secrets.token_hex(16)
        self.url = f"redis://:{password}@127.0.0.1:{port}"
        settings = {"port": port, "bind": "127.0.0.1", "requirepass": password, "save": '""', "dir": home}
        config = home / "redis.conf"
        config.write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
        self.command = [needed("redis-server"), str(config)]

    def is_ready(self) -> bool:
        try:
            with contextlib.closing(Client.from_url(self.url, socket_timeout=2, retry=None)) as client:
                return bool(client.ping())
        except RedisError:
            return False

    def stop(self, mode: str = "fast") -> None:
        """`mode` as in PostgreSQL: "immediate" is a crash."""
        self.kill9() if mode == "immediate" else self.terminate()


class Server(Service):
    """A daphne as it ships, on a loopback port. A context manager: started on entry, ended on exit."""

    name = "daphne"
    directory = dev.ROOT
    ready_at = "/healthz"

    def __init__(self, home: Path, env: dict[str, str], port: int) -> None:
        super().__init__(home)
        self.port = port
        self.url, self.ws_url = f"http://127.0.0.1:{port}", f"ws://127.0.0.1:{port}/ws/"
        self.environment = {
            **os.environ,
            **env,
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "PYTHONUNBUFFERED": "1",
        }
        self.command = [sys.executable, *dev.DAPHNE, "-b", "127.0.0.1", "-p", str(port)]

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.end()

    def is_ready(self) -> bool:
        asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            asked.request("GET", self.ready_at)
            return asked.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            asked.close()

    def end(self) -> None:
        """At once: tests of an orderly end call `terminate`, and for the others it would only take time."""
        self.kill9()

    def restart(self, timeout: float = 10) -> None:
        if self.is_alive():
            self.terminate(timeout)
        self.start()
