"""A test server like tests.services.Server, but forked from a fork server, which takes a moment."""

import contextlib
import os
import select
import subprocess
import sys
from typing import Any

from bin import dev
from tests.services.processes import Server

COLD, FORK_SERVER = [sys.executable, "-m", "daphne"], [sys.executable, "-m", "tests.chaos.fork_server"]


class ForkedProcess:
    """The part of Popen's interface that a server uses. The process is the fork server's child, not ours."""

    def __init__(self, fork_server: subprocess.Popen[bytes]) -> None:
        self.told, self.returncode = fork_server.stdout, None
        with contextlib.suppress(BrokenPipeError):
            os.write(fork_server.stdin.fileno(), b".")
        self.pid = int(self.told.readline() or 0)
        if not self.pid:  # the fork_server would not even be made: wrong settings
            self.returncode = fork_server.wait()

    def poll(self) -> int | None:
        return self._wait(0.0)

    def wait(self, timeout: float | None = None) -> int:
        if self._wait(timeout) is None:
            raise subprocess.TimeoutExpired("daphne", timeout or 0.0)
        return self.returncode

    def _wait(self, timeout: float | None) -> int | None:
        if self.returncode is None and select.select([self.told], [], [], timeout)[0]:
            self.returncode = int(self.told.readline() or -1)  # or the fork_server itself is gone
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


class ForkedServer(Server):
    """Uses one fork server per command and environment, and another one when either has changed."""

    fork_server: subprocess.Popen[bytes] | None = None
    made_for: Any = None

    def launch(self) -> Any:
        if self.command[: len(COLD)] != COLD:
            return super().launch()
        if (
            self.fork_server is None
            or self.fork_server.poll() is not None
            or self.made_for != (self.command, self.environment)
        ):
            self.stop_fork_server()
            self.fork_server = self._start_fork_server()
        return ForkedProcess(self.fork_server)

    def _start_fork_server(self) -> subprocess.Popen[bytes]:
        self.made_for = list(self.command), dict(self.environment)
        with self.log.open("ab") as log:
            return subprocess.Popen(
                FORK_SERVER + self.command[len(COLD) :],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, env=self.environment, cwd=dev.ROOT,
                start_new_session=True, bufsize=0,
            )  # fmt: skip

    def stop_fork_server(self) -> None:
        if self.fork_server is not None:
            self.fork_server.stdin.close()
            self.fork_server.stdout.close()
            self.fork_server.wait()
            self.fork_server = None

    def end(self) -> None:
        super().end()
        self.stop_fork_server()
