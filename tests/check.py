"""Static checks for `make check`: runs every step and fails if one does.

bin/dev.py has installed what the steps need.
"""

import hashlib
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bin import dev

ROOT = Path(dev.ROOT)

# A server as it is on the internet, for `manage.py check --deploy`.
PRODUCTION = {
    "ALLOWED_HOSTS": "chat.example.org",
    "CSRF_TRUSTED_ORIGINS": "https://chat.example.org",
    "CHAT_SECURE": "on",
    "DEBUG": "off",
    "SECRET_KEY": hashlib.sha512(b"nobody's key, only as long and as mixed as one").hexdigest(),
    "DATABASE_URL": "",
    "REDIS_URL": "",
}


def main() -> int:
    with tempfile.TemporaryDirectory() as data:
        os.environ.update(PRODUCTION, DATA_DIR=data)
        failed = [name for name, step in steps().items() if not passed(name, step)]
    dev.say("Failed: " + ", ".join(failed) if failed else "All is well.")
    return 1 if failed else 0


def steps() -> dict[str, list[str] | Callable[[], Iterator[str]]]:
    """Commands, and functions that yield faults."""
    python, node = [sys.executable, "-m"], "node_modules/.bin/"
    manage = [sys.executable, "manage.py"]
    scripts = [str(path) for path in sorted(ROOT.glob("tests/js/*.test.js"))]
    return {
        "ruff check": [*python, "ruff", "check"],
        "ruff format": [*python, "ruff", "format", "--check"],
        "mypy": [*python, "mypy"],
        "biome": [node + "biome", "ci"],
        "tsc": [node + "tsc"],
        "node --test": ["node", "--test", "--test-reporter=spec", *scripts],
        "migrations": [*manage, "makemigrations", "--check", "--dry-run"],
        "deployment": [*manage, "check", "--deploy", "--fail-level", "WARNING"],
        "messages": stale_messages,
        "locks": faults_of_locks,
    }


def passed(name: str, step: list[str] | Callable[[], Iterator[str]]) -> bool:
    began = time.monotonic()
    faults = list(step()) if callable(step) else []
    for fault in faults:
        dev.say(fault)
    well = not faults if callable(step) else dev.done(*step)
    dev.say(f"-- {name}: {'passed' if well else 'FAILED'} in {time.monotonic() - began:.1f} s")
    return well


def stale_messages() -> Iterator[str]:
    """Every .mo must equal what its .po compiles to."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = os.path.join(folder, "fresh.mo")
        for po in dev.message_files():
            if not dev.compiled(po, fresh) or texts(fresh) != texts(dev.mo_of(po)):
                yield f"{po} is not compiled: make messages"


def texts(mo: str) -> bytes:
    """The compiled texts without the time of compilation."""
    return re.sub(rb"POT-Creation-Date:.*", b"", dev.contents(mo)) if os.path.exists(mo) else b""


def faults_of_locks() -> Iterator[str]:
    """Lock files must pin every requirement and name no registry."""
    for lock in dev.EVERYTHING:
        pinned = dev.text(lock)
        for place in re.findall(r"^-.*|.*://.*", pinned, re.MULTILINE):
            yield f"{lock} names a place: {place.strip()}"
        for name in sorted(names(dev.text(dev.source_of(lock))) - names(pinned)):
            yield f"{lock} is without {name}: make lock"
    for place in re.findall(r'"resolved":.*', dev.text("package-lock.json")):
        yield f"package-lock.json names a place: {place}"


def names(requirements: str) -> set[str]:
    return set(re.findall(r"^[a-z][a-z0-9-]*", requirements, re.MULTILINE))


if __name__ == "__main__":
    sys.exit(main())
