"""System checks of settings that would break a promise or let somebody in. docs/settings.md lists them.

Run by `manage.py check`; those with `deploy=True` only with `--deploy`. They read settings only.
"""

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

SQLITE = "django.db.backends.sqlite3"
IN_DATABASE = ("django.contrib.sessions.backends.db", "django.contrib.sessions.backends.cached_db")

# Older ones have holes that are known and reachable from outside.
OLDEST = {"Django": (5, 2, 19), "channels": (4, 3, 2), "daphne": (4, 2, 3), "Twisted": (26, 10, 0)}
AGAIN = "Install requirements.txt again."
# Which of two together fail, and what happens then.
BAD_PAIRS: list[tuple[str, tuple[int, ...], str, tuple[int, ...], str]] = [
    ("psycopg", (0,), "psycopg-pool", (3, 2), "the pool cannot check its connections"),
    ("channels-redis", (4, 3), "redis", (4, 5, 4), "cancelled reads mix up answers"),
]


@register("chat")
def login_sessions(**_: Any) -> list[CheckMessage]:
    if settings.SESSION_ENGINE in IN_DATABASE:
        return []
    hint = "Connections ask the database every few seconds whether their login session is still there."
    return [Error("Login sessions are not kept in the database.", hint=hint, id="chat.E001")]


@register("chat")
def requests_without_transactions(**_: Any) -> list[CheckMessage]:
    hint = "On SQLite each page would take the write lock; a snapshot would miss what changes meanwhile."
    return [
        Error(f"ATOMIC_REQUESTS is on for the database {alias!r}.", hint=hint, id="chat.E002")
        for alias, database in settings.DATABASES.items()
        if database.get("ATOMIC_REQUESTS")
    ]


@register("chat")
def sqlite_waits_and_keeps(**_: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    for alias, database in settings.DATABASES.items():
        options = database.get("OPTIONS", {})
        if database["ENGINE"] != SQLITE:
            continue
        if options.get("transaction_mode") != "IMMEDIATE":
            hint = "A transaction that reads, then writes, fails at once when another wrote meanwhile."
            found.append(Error(f"{alias!r}: transaction_mode is not IMMEDIATE.", hint=hint, id="chat.E003"))
        if "journal_mode=wal" not in options.get("init_command", "").replace(" ", "").lower():
            hint = "Without it readers and the writer wait for each other."
            found.append(Error(f"{alias!r}: SQLite is not in WAL mode.", hint=hint, id="chat.E004"))
    return found


@register("chat")
def bans_hold_everywhere(**_: Any) -> list[CheckMessage]:
    if "chat.web.middleware.BannedMiddleware" in settings.MIDDLEWARE:
        return []
    hint = "Add chat.web.middleware.BannedMiddleware after AuthenticationMiddleware."
    return [Error("Somebody who is banned would keep the admin.", hint=hint, id="chat.E011")]


@register("chat")
def channel_layer(**_: Any) -> list[CheckMessage]:
    backend = str(settings.CHANNEL_LAYERS.get("default", {}).get("BACKEND", ""))
    if backend.startswith("channels_redis.core."):
        hint = "It loses idle listeners, and groups when Redis restarts: use channels_redis.pubsub."
        return [Error("The channel layer is the Redis core layer.", hint=hint, id="chat.E005")]
    if backend == "channels.layers.InMemoryChannelLayer":
        hint = "It evicts slow listeners: use chat.realtime.layers.InProcessChannelLayer."
        return [Warning("The channel layer is Channels' own in-memory layer.", hint=hint, id="chat.W006")]
    return []


@register("chat")
def versions(**_: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = [
        Error(f"{name} is older than {_dotted(oldest)}.", hint=AGAIN, id="chat.E007")
        for name, oldest in OLDEST.items()
        if (have := installed(name)) and have < oldest
    ]
    for one, since, other, oldest, why in BAD_PAIRS:
        first, second = installed(one), installed(other)
        if first and second and first >= since and second < oldest:
            text = f"{other} {_dotted(second)} does not work with {one} {_dotted(first)}: {why}."
            found.append(Error(text, hint=AGAIN, id="chat.E008"))
    return found


@register("chat", deploy=True)
def hosts(**_: Any) -> list[CheckMessage]:
    if "*" not in settings.ALLOWED_HOSTS:
        return []
    hint = "Connections are let in by comparing their origin with these names: name them."
    return [Error("ALLOWED_HOSTS lets every host in.", hint=hint, id="chat.E009")]


@register("chat", deploy=True)
def static_files(**_: Any) -> list[CheckMessage]:
    if settings.DEBUG or (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        return []
    hint = "Run `manage.py collectstatic`; until then they are served uncompressed and never cached."
    return [Error("The static files have not been collected.", hint=hint, id="chat.E010")]


def installed(name: str) -> tuple[int, ...]:
    """The version of a package as numbers; () where it is not there."""
    try:
        parts = version(name).split(".")
    except PackageNotFoundError:
        return ()
    return tuple(int(part) for part in parts if part.isdigit())


def _dotted(numbers: tuple[int, ...]) -> str:
    return ".".join(map(str, numbers))
