"""A daphne that comes out of a nest (nest.py): what tests.services.Server is, and started in a moment."""

import contextlib
import os
import select
import subprocess
import sys
from typing import Any

from bin import dev
from tests.services.processes import Server

COLD, NEST = [sys.executable, "-m", "daphne"], [sys.executable, "-m", "tests.chaos.nest"]


class Hatched:
    """As much of Popen as a server is asked for. The process is the nest's child, not ours."""

    def __init__(self, nest: subprocess.Popen[bytes]) -> None:
        self.told, self.returncode = nest.stdout, None
        with contextlib.suppress(BrokenPipeError):
            os.write(nest.stdin.fileno(), b".")
        self.pid = int(self.told.readline() or 0)
        if not self.pid:  # the nest would not even be made: wrong settings
            self.returncode = nest.wait()

    def poll(self) -> int | None:
        return self._wait(0.0)

    def wait(self, timeout: float | None = None) -> int:
        if self._wait(timeout) is None:
            raise subprocess.TimeoutExpired("daphne", timeout or 0.0)
        return self.returncode

    def _wait(self, timeout: float | None) -> int | None:
        if self.returncode is None and select.select([self.told], [], [], timeout)[0]:
            self.returncode = int(self.told.readline() or -1)  # or the nest itself is gone
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


class Nested(Server):
    """One nest for one command in one environment; another one when either was changed."""

    nest: subprocess.Popen[bytes] | None = None
    made_for: Any = None

    def launch(self) -> Any:
        if self.command[: len(COLD)] != COLD:
            return super().launch()
        if (
            self.nest is None
            or self.nest.poll() is not None
            or self.made_for != (self.command, self.environment)
        ):
            self.leave_nest()
            self.nest = self._nest()
        return Hatched(self.nest)

    def _nest(self) -> subprocess.Popen[bytes]:
        self.made_for = list(self.command), dict(self.environment)
        with self.log.open("ab") as log:
            return subprocess.Popen(
                NEST + self.command[len(COLD) :], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
                env=self.environment, cwd=dev.ROOT, start_new_session=True, bufsize=0,
            )  # fmt: skip

    def leave_nest(self) -> None:
        if self.nest is not None:
            self.nest.stdin.close()
            self.nest.stdout.close()
            self.nest.wait()
            self.nest = None

    def end(self) -> None:
        super().end()
        self.leave_nest()
