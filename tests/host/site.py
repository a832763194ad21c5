"""Starts the host project: a database of its own, a server, and management commands."""

import json
import os
import subprocess
import sys
from functools import cached_property
from pathlib import Path

from bin import dev
from tests import services
from tests.services import sites

PREFIX = "/community/chat"
OWNER, PASSWORD = "olga@club.example", "correct horse battery"


class HostServer(services.Server):
    """A daphne that serves the host project."""

    ready_at = "/"

    def __init__(self, home: Path, env: dict[str, str]) -> None:
        super().__init__(home, env, services.free_port())
        options = [word for word in dev.DAPHNE if not word.startswith("chatsite")]
        self.command = [
            sys.executable, *options, "tests.host.project.asgi:application",
            "-b", "127.0.0.1", "-p", str(self.port),
        ]  # fmt: skip
        self.chat = self.url + PREFIX


class Host:
    """The project on a new database, migrated; nobody has an account yet."""

    def __init__(self) -> None:
        self.env = sites.copied(sites.migrated("tests.host.project.settings"), services.folder())

    @cached_property
    def commands(self) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.host.commands"],
            cwd=dev.ROOT, env=os.environ | self.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        sites.at_end.callback(process.communicate)
        return process

    def manage(self, *words: str, **more: str) -> str:
        """What a management command prints."""
        stdin, stdout = self.commands.stdin, self.commands.stdout
        assert stdin
        assert stdout
        print(json.dumps({"words": words, "env": more}), file=stdin, flush=True)
        code, said = json.loads(stdout.readline())
        assert code == 0, f"manage.py {' '.join(words)}:\n{said}"
        return str(said)

    def shell(self, code: str) -> str:
        """What a line of Python prints in the project."""
        return self.manage("shell", "--no-imports", "-v0", "-c", code).strip()

    def make_owner(self) -> None:
        self.manage("createsuperuser", "--no-input", f"--email={OWNER}", DJANGO_SUPERUSER_PASSWORD=PASSWORD)

    def server(self) -> HostServer:
        server = HostServer(services.folder(), self.env)
        sites.at_end.callback(server.end)
        return server


def run(*words: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """A management command that may fail."""
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(
        command, cwd=dev.ROOT, env=os.environ | env, capture_output=True, text=True, check=False
    )
