"""Settings of a project that includes the chat: nothing here is the shipped site's."""

import os
from pathlib import Path
from typing import Any

import environ

BASE_DIR = Path(__file__).resolve().parent
DATA_DIR = Path(os.environ["DATA_DIR"])

SECRET_KEY = "the key of a project for tests" * 2
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
USE_TZ = True
LANGUAGE_CODE = "en"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "daphne",
    "channels",
    "chat",
    "tests.host.project",
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
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

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

ROOT_URLCONF = "tests.host.project.urls"
ASGI_APPLICATION = "tests.host.project.asgi.application"

DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA_DIR / "project.db",
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL",
        },
    }
}
CHANNEL_LAYERS: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "chat.realtime.layers.InProcessChannelLayer"},
}

CHAT_FILES_DIR = DATA_DIR / "chat-files"  # not below MEDIA_ROOT, which the web server shows to everybody
LOGIN_URL = "login"

AUTH_USER_MODEL = "community.Member"
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
CHAT_LOCKS_DIR = DATA_DIR / "locks"
MEDIA_ROOT = DATA_DIR / "media"
WHITENOISE_USE_FINDERS = True
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "/"

if url := os.environ.get("DATABASE_URL"):
    DATABASES["default"] = environ.Env.db_url_config(url)
if url := os.environ.get("REDIS_URL"):
    CHANNEL_LAYERS["default"] = {
        "BACKEND": "chat.realtime.layers.shared.SharedChannelLayer",
        "CONFIG": {"hosts": [{"address": url, "socket_timeout": 20}]},
    }
    CHANNEL_LAYERS["default"]["CONFIG"]["prefix"] = DATA_DIR.name  # several tests use one Redis
