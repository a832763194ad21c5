"""System checks of settings and packages that would break a promise (listed in docs/settings.md)."""

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.utils.translation import gettext as _

SQLITE = "django.db.backends.sqlite3"
IN_DATABASE = ("django.contrib.sessions.backends.db", "django.contrib.sessions.backends.cached_db")

# Older ones have known holes that can be reached from outside.
OLDEST = {"Django": (5, 2, 19), "channels": (4, 3, 2), "daphne": (4, 2, 3), "Twisted": (26, 10, 0)}
# Two packages that do not work together, and what goes wrong.
BAD_PAIRS: list[tuple[str, tuple[int, ...], str, tuple[int, ...], str]] = [
    ("psycopg", (0,), "psycopg-pool", (3, 2), "the pool cannot check its connections"),
    ("channels-redis", (4, 3), "redis", (4, 5, 4), "cancelled reads mix up answers"),
]


@register("chat")
def login_sessions(**kwargs: object) -> list[CheckMessage]:
    if settings.SESSION_ENGINE in IN_DATABASE:
        return []
    hint = _("Connections check in the database every few seconds whether their login session still exists.")
    return [Error(_("Login sessions are not stored in the database."), hint=hint, id="chat.E001")]


@register("chat")
def requests_without_transactions(**kwargs: object) -> list[CheckMessage]:
    if not settings.DATABASES["default"].get("ATOMIC_REQUESTS"):
        return []
    hint = _("On SQLite each page would take the write lock; a snapshot would miss what changes meanwhile.")
    return [Error(_("ATOMIC_REQUESTS is on for the default database."), hint=hint, id="chat.E002")]


@register("chat")
def sqlite_options(**kwargs: object) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    database = settings.DATABASES["default"]
    options = database.get("OPTIONS", {})
    if database["ENGINE"] != SQLITE:
        return []
    if options.get("transaction_mode") != "IMMEDIATE":
        hint = _("A transaction that reads, then writes, fails at once if another has written in between.")
        found.append(Error(_("SQLite’s transaction_mode is not IMMEDIATE."), hint=hint, id="chat.E003"))
    if "journal_mode=wal" not in options.get("init_command", "").replace(" ", "").lower():
        hint = _("Without it, readers and the writer wait for each other.")
        found.append(Error(_("SQLite is not in WAL mode."), hint=hint, id="chat.E004"))
    return found


@register("chat")
def channel_layer(**kwargs: object) -> list[CheckMessage]:
    backend = str(getattr(settings, "CHANNEL_LAYERS", {}).get("default", {}).get("BACKEND", ""))
    if backend.startswith("channels_redis.core."):
        hint = _("It loses idle listeners, and groups when Redis restarts: use channels_redis.pubsub.")
        return [Error(_("The channel layer is the Redis core layer."), hint=hint, id="chat.E005")]
    if backend == "channels.layers.InMemoryChannelLayer":
        hint = _("It drops slow listeners: use chat.realtime.layers.InProcessChannelLayer.")
        text = _("The channel layer is Channels’ own in-memory layer.")
        return [Warning(text, hint=hint, id="chat.W006")]
    return []


@register("chat")
def versions(**kwargs: object) -> list[CheckMessage]:
    found: list[CheckMessage] = [
        Error(
            _("%(name)s is older than %(oldest)s.") % {"name": name, "oldest": _dotted(oldest)},
            hint=_("Install the versions in requirements.txt."), id="chat.E007",
        )
        for name, oldest in OLDEST.items()
        if (have := installed(name)) and have < oldest
    ]  # fmt: skip
    for one, since, other, oldest, why in BAD_PAIRS:
        first, second = installed(one), installed(other)
        if first and second and first >= since and second < oldest:
            pair = {"other": f"{other} {_dotted(second)}", "one": f"{one} {_dotted(first)}", "why": why}
            text = _("%(other)s does not work with %(one)s: %(why)s.") % pair
            hint = _("Install the versions in requirements.txt.")
            found.append(Error(text, hint=hint, id="chat.E008"))
    return found


@register("chat", deploy=True)
def hosts(**kwargs: object) -> list[CheckMessage]:
    if "*" not in settings.ALLOWED_HOSTS:
        return []
    hint = _("Name the hosts: a WebSocket’s origin is compared with these names.")
    return [Error(_("ALLOWED_HOSTS accepts every host."), hint=hint, id="chat.E009")]


@register("chat", deploy=True)
def static_files(**kwargs: object) -> list[CheckMessage]:
    if settings.DEBUG or not settings.STATIC_ROOT or any(Path(settings.STATIC_ROOT).glob("chat/*.css")):
        return []
    hint = _("Run manage.py collectstatic.")
    return [Error(_("The static files have not been collected."), hint=hint, id="chat.E010")]


def installed(name: str) -> tuple[int, ...]:
    """The version of a package as numbers; () if it is not installed."""
    try:
        parts = version(name).split(".")
    except PackageNotFoundError:
        return ()
    return tuple(int(part) for part in parts if part.isdigit())


def _dotted(numbers: tuple[int, ...]) -> str:
    return ".".join(map(str, numbers))
