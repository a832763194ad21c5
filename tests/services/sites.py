"""Creates sites for test servers: a data folder and an empty, migrated database each."""

import contextlib
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from bin import dev

from .processes import Server
from .programs import free_port

Environment = dict[str, str]

at_end = contextlib.ExitStack()  # what the session leaves behind, taken away in reverse order
counter = itertools.count(1)


def folder() -> Path:
    """A folder of this session, directly in /tmp: the path of a Unix socket has at most 107 bytes."""
    path = Path(tempfile.mkdtemp(prefix="chat-", dir="/tmp"))
    at_end.callback(shutil.rmtree, path, ignore_errors=True)
    return path


def daphne(env: Environment | None = None, port: int | None = None, data_dir: Path | None = None) -> Server:
    """A server, to be started with `with`. Two that serve one site are given the same `site()` as env.

    `env` is added to the session's. Without DATA_DIR in it and without `data_dir` the server has a new site.
    """
    given = env or {}
    server = Server(folder(), given if "DATA_DIR" in given else site(data_dir) | given, port or free_port())
    at_end.callback(server.end)
    return server


def site(data_dir: Path | None = None) -> Environment:
    """The environment of a site, and of the same site for the same folder.

    Sites of one session share a Redis, whose channels know no databases: ids of rooms tell them apart.
    """
    return _site(data_dir or folder())


@cache
def _site(data_dir: Path) -> Environment:
    """A copy of a migrated database: milliseconds, where migrating takes seconds."""
    return copied(migrated(), data_dir)


def copied(original: Environment, data_dir: Path) -> Environment:
    if original["DATABASE_URL"]:
        url = new_database(f'TEMPLATE "{_name(original["DATABASE_URL"])}"')
        return original | {"DATA_DIR": str(data_dir), "DATABASE_URL": url}
    data_dir.mkdir(parents=True, exist_ok=True)
    for file in Path(original["DATA_DIR"]).glob("*.db"):
        if not (data_dir / file.name).exists():
            shutil.copy(file, data_dir)
    return original | {"DATA_DIR": str(data_dir)}


@cache
def migrated(settings: str = "chatsite.settings") -> Environment:
    url = new_database() if os.environ.get("DATABASE_URL") else ""
    env = {"DATA_DIR": str(folder()), "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": settings}
    manage("migrate", "--no-input", "--verbosity", "0", env=env)
    return env


def manage(*words: str, env: Environment) -> str:
    """Runs a management command on the site of `env`. Returns what it printed."""
    ran = subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=dev.ROOT,
        env=os.environ | env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, f"manage.py {' '.join(words)}:\n{ran.stdout}{ran.stderr}"
    return ran.stdout


def setup_link(server: Server) -> str:
    """The link that sets up this server's site."""
    assert server.environment
    words = ("chat_setup", "--verbosity=0", f"--address={server.url}")
    return manage(*words, env=server.environment).strip()


def new_database(how: str = "") -> str:
    """The URL of a new database beside the session's."""
    beside = urlsplit(os.environ["DATABASE_URL"])
    name = f"chat_site_{os.getpid()}_{next(counter)}"
    _sql(f'CREATE DATABASE "{name}" {how}')
    if os.environ.get("TEST_DATABASE_URL"):  # somebody's server, where nothing of ours should stay
        at_end.callback(_sql, f'DROP DATABASE "{name}" WITH (FORCE)')
    return beside._replace(path=f"/{name}").geturl()


def _name(url: str) -> str:
    return urlsplit(url).path.lstrip("/")


def _sql(statement: str) -> None:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as database:
        database.execute(statement)
