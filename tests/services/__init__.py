"""A pytest plugin that starts the tests' own services before Django reads its settings, and ends them.

Loaded early (`-p tests.services`), since pytest-django reads the settings before any conftest. CHAT_TEST_ON
is `sqlite` (nothing to start) or `postgres` (a private PostgreSQL and Redis). Tests of faults stop, freeze
and kill `services.postgres`, `services.redis` and servers from `services.daphne`.
"""

import atexit
import os
import re
import signal
import sys
from collections.abc import Iterator
from typing import TypeVar

import pytest
from django.db import connection

from bin import dev

from .processes import Postgres, Redis, Server, Service, wait_until
from .programs import chromium, find, free_port, missing
from .sites import at_end, daphne, folder, manage, setup_link, site

__all__ = [
    "Postgres", "Redis", "Server", "Service", "chromium", "daphne", "find", "folder", "free_port", "manage",
    "missing", "postgres", "redis", "setup_link", "site", "start", "wait_until",
]  # fmt: skip

S = TypeVar("S", bound=Service)

# None on SQLite, and where TEST_DATABASE_URL or TEST_REDIS_URL name a server that is not ours to break.
postgres: Postgres | None = None
redis: Redis | None = None

# Empty is as good as unset, and wins over a `.env`: nobody's settings shall make tests mean something else.
NEUTRAL = dict.fromkeys(re.findall(r"^#?([A-Z_]+)=", dev.text(".env.example"), re.MULTILINE), "")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    """A wrapper, to begin before anybody's tryfirst, pytest-django's too."""
    early_config.add_cleanup(at_end.close)
    try:
        start(os.environ.get("CHAT_TEST_ON") or "sqlite")
    except (AssertionError, SystemExit) as error:
        raise pytest.UsageError(str(error)) from None
    return (yield)


def start(on: str) -> None:
    """Prepares the environment that settings.py reads, and starts the services it names. Without pytest,
    exit ends them."""
    global postgres, redis
    if on not in ("sqlite", "postgres"):
        raise pytest.UsageError(f"CHAT_TEST_ON={on} is neither sqlite nor postgres")
    atexit.register(at_end.close)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # told to end, we still end what we started
    os.environ.update(NEUTRAL, CHAT_TEST_ON=on, DATA_DIR=str(folder()))
    dev.collect_static(sys.executable)
    if on == "postgres":
        os.environ["DATABASE_URL"] = os.environ.get("TEST_DATABASE_URL") or (postgres := begun(Postgres)).url
        os.environ["REDIS_URL"] = os.environ.get("TEST_REDIS_URL") or (redis := begun(Redis)).url


def begun(kind: type[S]) -> S:
    service = kind(folder())
    at_end.callback(service.end)
    service.start()
    return service


def pytest_configure(config: pytest.Config) -> None:
    """Fails if tests would run on another database, or on last week's tables."""
    wanted = {"sqlite": "sqlite", "postgres": "postgresql"}[os.environ["CHAT_TEST_ON"]]
    if connection.vendor != wanted:
        raise pytest.UsageError(f"the tests would run on {connection.vendor}, not {wanted}")
    if os.environ.get("TEST_DATABASE_URL"):
        config.option.reuse_db = False
