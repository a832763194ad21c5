"""Finds the programs that tests start, and free ports."""

import glob
import os
import re
import shutil
import socket

import pytest

from bin import dev

# Where programs are that are not on the PATH: versioned folders of Debian and Homebrew, apps of macOS.
PLACES = {
    "postgres": (
        "/usr/lib/postgresql/*/bin/postgres",
        "/usr/pgsql-*/bin/postgres",
        "/opt/homebrew/opt/postgresql*/bin/postgres",
        "/usr/local/opt/postgresql*/bin/postgres",
    ),
    "redis-server": ("/opt/homebrew/bin/redis-server", "/usr/local/opt/redis/bin/redis-server"),
    "chromium": (
        "/usr/bin/chromium-browser",
        "/usr/bin/google-chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ),
}
LIGHTER = {"chromium": "chromium-headless-shell"}
REPLACED_BY = {"postgres": "TEST_DATABASE_URL", "redis-server": "TEST_REDIS_URL"}


def find(program: str) -> str | None:
    """The path of a program. TEST_POSTGRES, TEST_REDIS_SERVER and TEST_CHROMIUM override it."""
    named = os.environ.get("TEST_" + program.upper().replace("-", "_"))
    elsewhere = [path for pattern in PLACES[program] for path in glob.glob(pattern)]
    newest = max(
        elsewhere, key=lambda path: [int(number) for number in re.findall(r"\d+", path)], default=None
    )
    return named or shutil.which(LIGHTER.get(program, program)) or shutil.which(program) or newest


def missing() -> list[str]:
    return [name for name in PLACES if not find(name) and not os.environ.get(REPLACED_BY.get(name, ""))]


def needed(program: str) -> str:
    """The path of a program. Fails if it is missing: a skipped test proves nothing."""
    if path := find(program):
        return path
    package = dev.PACKAGES[program]
    raise pytest.UsageError(
        f"{program} is not here: make test installs it on Debian (apt-get install {package})"
    )


def chromium() -> str:
    return needed("chromium")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
