"""Reads settings from environment variables. A wrong value ends the process with one line."""

import contextlib
import os
import secrets
import socket
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

import environ

env = environ.Env()

ON, OFF = {"on", "1", "true", "yes"}, {"off", "0", "false", "no"}
DATABASES = ("sqlite", "postgres", "postgresql", "psql", "pgsql")


def fail(name: str, why: str) -> NoReturn:
    """Raises SystemExit, which passes through manage.py, daphne and pytest without a traceback."""
    raise SystemExit(f"{name}: {why}")


def text(name: str, default: str = "") -> str:
    """An empty variable counts as unset."""
    return os.environ.get(name, "").strip() or default


def comma_separated(name: str, default: Iterable[str] = ()) -> list[str]:
    return [word.strip() for word in text(name).split(",") if word.strip()] or list(default)


def boolean(name: str, default: bool) -> bool:
    value = text(name, "on" if default else "off").lower()
    if value in ON | OFF:
        return value in ON
    fail(name, f'"{value}" is neither on nor off')


def choice(name: str, choices: tuple[str, ...]) -> str:
    value = text(name, choices[0])
    if value in choices:
        return value
    fail(name, f'"{value}" is none of {", ".join(choices)}')


def integer(name: str, default: int, least: int, most: int, what: str) -> int:
    value = text(name, str(default))
    if value.isascii() and value.isdigit() and least <= int(value) <= most:
        return int(value)
    fail(name, f'"{value}" is not {what} ({least} to {most})')


def folder(name: str, default: Path) -> Path:
    """A writable folder, created if missing, readable by nobody else."""
    path = Path(text(name, str(default))).expanduser().absolute()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        fail(name, f'"{path}" cannot be made: {error.strerror}')
    if not os.access(path, os.W_OK | os.X_OK):
        fail(name, f'"{path}" cannot be written to')
    return path


def database(default: Path) -> dict[str, Any]:
    """A SQLite file in `DATA_DIR` unless `DATABASE_URL` is set."""
    address = text("DATABASE_URL", f"sqlite:///{default}")
    if urlsplit(address).scheme not in DATABASES:
        # Never prints the address: it holds a password.
        fail("DATABASE_URL", "not the address of a database (sqlite:///… or postgresql://…)")
    return _parsed("DATABASE_URL", environ.Env.db_url_config, address)


def email() -> dict[str, Any]:
    """By default mail is printed."""
    return _parsed("EMAIL_URL", environ.Env.email_url_config, text("EMAIL_URL", "consolemail://"))


def _parsed(name: str, parse: Callable[[str], Any], value: str) -> dict[str, Any]:
    try:
        return dict(parse(value))
    except Exception as error:  # any failure of the parser means a wrong value
        fail(name, f"not understood ({type(error).__name__})")


def redis_url() -> str:
    address = text("REDIS_URL")
    if address and urlsplit(address).scheme not in ("redis", "rediss", "unix"):
        fail("REDIS_URL", "not the address of a Redis (redis://…, rediss://… or unix://…)")
    return address


def origins(name: str) -> list[str]:
    named = comma_separated(name)
    for origin in named:
        parts = urlsplit(origin)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.path:
            fail(name, f'"{origin}" is not an origin, as in https://chat.example.org')
    return named


def hosts(listening_on: str) -> list[str]:
    # Listening on all addresses means serving the local network: all our names and addresses are accepted.
    named = comma_separated("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
    if listening_on in ("0.0.0.0", "::"):  # noqa: S104 - compared with, not listened on
        named += [name for name in _names_of_this_machine() if name not in named]
    elif _as_host(listening_on) not in named:
        named.append(_as_host(listening_on))
    return named


def _names_of_this_machine() -> list[str]:
    name = socket.gethostname().lower()
    found = {name, name.partition(".")[0], f"{name.partition('.')[0]}.local"}
    with contextlib.suppress(OSError):  # a machine that cannot resolve its own name still has addresses
        found |= {_as_host(str(entry[4][0])) for entry in socket.getaddrinfo(name, None)}
    return sorted(found | set(_addresses()))


def _addresses() -> Iterable[str]:
    # Connecting a datagram socket looks up the route and sends nothing.
    for family, far in ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")):
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((far, 9))
                yield _as_host(probe.getsockname()[0])
        except OSError:
            continue


def _as_host(address: str) -> str:
    # Browsers write IPv6 in brackets in `Host`, without the zone.
    return f"[{address.partition('%')[0]}]" if ":" in address else address


def secret_key(path: Path) -> str:
    # With O_EXCL only one of several starting processes creates the file; the others wait until it is
    # written.
    if key := text("SECRET_KEY"):
        return key if len(key) >= 32 else fail("SECRET_KEY", "shorter than 32 characters")
    try:
        return _make_key(path)
    except FileExistsError:
        return _read_key(path)
    except OSError as error:
        fail("DATA_DIR", f'the key file "{path}" cannot be made: {error.strerror}')


def _make_key(path: Path) -> str:
    key = secrets.token_urlsafe(48)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(key)
    return key


def _read_key(path: Path) -> str:
    for _ in range(100):
        try:
            if key := path.read_text().strip():
                return key
        except OSError as error:
            fail("DATA_DIR", f'the key file "{path}" cannot be read: {error.strerror}')
        time.sleep(0.02)
    fail("DATA_DIR", f'the key file "{path}" is empty: remove it, and a new key is made')
