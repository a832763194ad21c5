"""Django settings for development, tests and production, read from the environment (docs/settings.md)."""

import sys
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from chat.conf import default_of

from . import environment

BASE_DIR = Path(__file__).resolve().parent.parent
if (BASE_DIR / ".env").exists():
    environment.env.read_env(BASE_DIR / ".env")  # the environment takes precedence

DEBUG = environment.boolean("DEBUG", False)
HOST = environment.text("HOST", "127.0.0.1")
PORT = environment.integer("PORT", 8000, 1, 65535, "a port")
DATA_DIR = environment.folder("DATA_DIR", BASE_DIR / "data")
MEDIA_ROOT = environment.folder("MEDIA_ROOT", DATA_DIR / "media")
REDIS_URL = environment.redis_url()


def _integer(name: str, least: int, most: int, what: str) -> int:
    """A setting of the chat's own, with its default there."""
    return environment.integer(name, default_of(name), least, most, what)


CHAT_RATE_LIMITS = environment.boolean("CHAT_RATE_LIMITS", default_of("CHAT_RATE_LIMITS"))
CHAT_FAST_PATH = environment.boolean("CHAT_FAST_PATH", default_of("CHAT_FAST_PATH"))
CHAT_GUESTS_PER_ADDRESS = _integer("CHAT_GUESTS_PER_ADDRESS", 1, 100_000, "a number of guests")
CHAT_FILE_MB = _integer("CHAT_FILE_MB", 0, 4096, "a number of megabytes")
CHAT_FILES_MB_EACH = _integer("CHAT_FILES_MB_EACH", 0, 1_000_000, "a number of megabytes")
CHAT_GUEST_FILES_MB = _integer("CHAT_GUEST_FILES_MB", 0, 1_000_000, "a number of megabytes")
CHAT_FILES_MB_TOTAL = _integer("CHAT_FILES_MB_TOTAL", 0, 1_000_000_000, "a number of megabytes")
CHAT_FREE_DISK_MB = _integer("CHAT_FREE_DISK_MB", 0, 1_000_000_000, "a number of megabytes")
CHAT_IMAGE_MEGAPIXELS = _integer("CHAT_IMAGE_MEGAPIXELS", 1, 500, "a number of million pixels")
CHAT_IMAGE_FRAMES = _integer("CHAT_IMAGE_FRAMES", 1, 10_000, "a number of frames")
CHAT_STAFF_READS = environment.choice("CHAT_STAFF_READS", ("recorded", "never"))
CHAT_FILES_DIR, CHAT_LOCKS_DIR = MEDIA_ROOT, DATA_DIR / "run"
CHAT_SIGNUP = environment.choice("CHAT_SIGNUP", ("link", "open"))
CSRF_TRUSTED_ORIGINS = environment.origins("CSRF_TRUSTED_ORIGINS")
# Only https origins mean that a proxy in front serves TLS.
_tls = bool(CSRF_TRUSTED_ORIGINS) and all(name.startswith("https:") for name in CSRF_TRUSTED_ORIGINS)
CHAT_SECURE = environment.boolean("CHAT_SECURE", _tls)

# -- security ------------------------------------------------------------------------------------------------

SECRET_KEY = environment.secret_key(DATA_DIR / "secret-key")
ALLOWED_HOSTS = environment.hosts(HOST)

SECURE_REFERRER_POLICY = "same-origin"  # the address of a join page is its key
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = CHAT_SECURE
SECURE_SSL_REDIRECT = CHAT_SECURE
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]  # requested beside the proxy, without TLS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if CHAT_SECURE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if CHAT_SECURE else None
# HSTS for sibling hosts and browsers' preload list is the operator's decision.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

# -- the application -----------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "daphne",  # first: its runserver replaces Django's
    "chat",
    "chatsite",  # the admin of accounts
    "allauth",
    "allauth.account",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "chat.web.csp.policy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "chat.web.middleware.BannedMiddleware",
    "chat.web.middleware.AdminTimezoneMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "chatsite.urls"
ASGI_APPLICATION = "chatsite.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "chat.web.context_processors.workspace",
            ],
        },
    },
]

# -- where things are kept -----------------------------------------------------------------------------------

database = environment.database(DATA_DIR / "chat.db")
if database["ENGINE"] == "django.db.backends.sqlite3":
    database["OPTIONS"] = database.get("OPTIONS", {}) | {
        # Takes the write lock at BEGIN: a transaction that reads first and writes later would fail, not wait.
        "transaction_mode": "IMMEDIATE",
        "timeout": 5,
        # Small pages (new files only): a batch of posts changes one page in three indexes for every room, and
        # each goes to the log whole.
        "init_command": "PRAGMA page_size=2048; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        "PRAGMA foreign_keys=ON; PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-16384;"
        "PRAGMA wal_autocheckpoint=8000",
    }
    # A file: tests write from several threads, and an in-memory database does not wait for a lock.
    database["TEST"] = {"NAME": str(DATA_DIR / "test.db")}
    database["CONN_MAX_AGE"] = None  # each request thread keeps its connection
else:
    database["ENGINE"] = "django.db.backends.postgresql"
    database["CONN_MAX_AGE"] = 0  # the pool keeps the connections
    database["CONN_HEALTH_CHECKS"] = True
    most = environment.integer("CHAT_DATABASE_CONNECTIONS", 20, 4, 1000, "a number of connections")
    pool = {"min_size": 1, "max_size": most, "timeout": 5}
    database["OPTIONS"] = database.get("OPTIONS", {}) | {"pool": pool, "connect_timeout": 5}

DATABASES: dict[str, dict[str, Any]] = {"default": database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

if REDIS_URL:
    # The pub/sub layer waits up to 15 s: a shorter socket_timeout would look like a lost connection.
    hosts = [{"address": REDIS_URL, "socket_timeout": 20, "socket_connect_timeout": 1}]
    layer = {
        "BACKEND": "chat.realtime.layers.shared.SharedChannelLayer",
        "CONFIG": {"hosts": hosts, "prefix": "chat"},
    }
else:
    layer = {"BACKEND": "chat.realtime.layers.InProcessChannelLayer"}
CHANNEL_LAYERS = {"default": layer}

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
MEDIA_URL = "/media/"
# Hashed names once collected; otherwise straight from the sources, for development.
_command = sys.argv[1:2]
_collected = (STATIC_ROOT / "staticfiles.json").exists() or _command == ["collectstatic"]
_plain = DEBUG or _command == ["runserver"] or not _collected
_backend = (
    "django.contrib.staticfiles.storage.StaticFilesStorage"
    if _plain
    else "whitenoise.storage.CompressedManifestStaticFilesStorage"
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _backend},
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = _plain
WHITENOISE_MAX_AGE = 0 if _plain else 60

# -- people --------------------------------------------------------------------------------------------------

AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "chatsite.passwords.TwelveCharactersValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL, CHAT_LOGOUT_URL = "account_login", "account_logout"
CHAT_SIGNUP_URL, CHAT_PASSWORD_CHANGE_URL = "account_signup", "account_change_password"
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "chat:home"

# In the database: connections check every few seconds whether their login session still exists.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 365 * 24 * 3600
SESSION_COOKIE_SAMESITE = "Lax"  # Strict would sign out people who arrive by a link

ACCOUNT_ADAPTER = "chatsite.accounts.Adapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "chatsite.signup_form_base.SignupFormBase"
ACCOUNT_FORMS = {
    "login": "chatsite.accounts.LoginForm",
    "signup": "chatsite.accounts.SignupForm",
    "change_password": "chatsite.accounts.ChangePasswordForm",
    "reauthenticate": "chatsite.accounts.ReauthenticateForm",
}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
# chatsite.accounts counts instead: allauth's counters are in Django's cache, where other keys evict them, and
# they lock a username for everybody.
ACCOUNT_RATE_LIMITS = False

vars().update(environment.email())

# -- languages and time --------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_TZ = True
TIME_ZONE = "UTC"

# -- logs ----------------------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "chatsite.logs.OneLineFormatter", "whole": DEBUG}},
    "handlers": {"err": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["err"], "level": "INFO"},
    "loggers": {
        "django": {"level": "INFO"},
        # The start script says where it listens.
        "daphne": {"level": "WARNING"},
        # DEBUG lines are statements with their values, which are people's messages.
        "django.db.backends": {"level": "INFO"},
        # 404s are not worth logging.
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
