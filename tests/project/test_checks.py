"""Tests that each system check finds its fault and accepts the shipped settings."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps.registry import Apps
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models

from chat import checks, project_checks

Settings = Any


def ids(check: Callable[..., Any]) -> list[str]:
    return [str(message.id) for message in check()]


def test_the_shipped_settings_pass_every_check() -> None:
    shipped = (checks.login_sessions, checks.requests_without_transactions, checks.sqlite_options)
    for check in (*shipped, checks.channel_layer, checks.versions, checks.hosts):
        assert ids(check) == []


def test_login_sessions_outside_the_database_are_an_error(settings: Settings) -> None:
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    assert ids(checks.login_sessions) == ["chat.E001"]


def databases(**default: Any) -> SimpleNamespace:
    return SimpleNamespace(DATABASES={"default": default})


def test_a_transaction_around_every_request_is_an_error(monkeypatch: Any) -> None:
    monkeypatch.setattr(checks, "settings", databases(ENGINE="x", ATOMIC_REQUESTS=True))
    assert ids(checks.requests_without_transactions) == ["chat.E002"]


def test_django_s_default_sqlite_settings_are_two_errors(monkeypatch: Any) -> None:
    monkeypatch.setattr(checks, "settings", databases(ENGINE=checks.SQLITE))
    assert ids(checks.sqlite_options) == ["chat.E003", "chat.E004"]


@pytest.mark.parametrize(
    ("backend", "found"),
    [
        ("channels_redis.core.RedisChannelLayer", ["chat.E005"]),
        ("channels.layers.InMemoryChannelLayer", ["chat.W006"]),
        ("channels_redis.pubsub.RedisPubSubChannelLayer", []),
        ("chat.realtime.layers.InProcessChannelLayer", []),
    ],
)
def test_layers_that_lose_their_listeners_are_named(
    settings: Settings, backend: str, found: list[str]
) -> None:
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": backend}}
    assert ids(checks.channel_layer) == found


def test_a_package_with_a_known_hole_is_an_error(monkeypatch: Any) -> None:
    monkeypatch.setattr(checks, "version", lambda name: "4.2.1" if name == "daphne" else "99.0")
    assert ids(checks.versions) == ["chat.E007"]


def test_two_packages_that_do_not_work_together_are_an_error(monkeypatch: Any) -> None:
    monkeypatch.setattr(checks, "version", lambda name: "4.5.3" if name == "redis" else "99.0")
    assert ids(checks.versions) == ["chat.E008"]


# -- what a project gives the chat; tests/host has a project that forgets one thing after another --


def test_what_we_ship_passes_every_check_of_a_project() -> None:
    for check in (
        project_checks.urls, project_checks.asgi_application, project_checks.channel_layers,
        project_checks.middleware, project_checks.context_processors, project_checks.user_model,
        project_checks.account_pages, project_checks.files_folder,
    ):  # fmt: skip
        assert ids(check) == []


def test_allowing_every_host_is_an_error(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    assert ids(checks.hosts) == ["chat.E009"]


def test_static_files_that_were_never_collected_are_an_error(settings: Settings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    assert ids(checks.static_files) == ["chat.E010"]
    (tmp_path / "chat").mkdir()
    (tmp_path / "chat/base.0123456789ab.css").touch()
    assert ids(checks.static_files) == []


def model(**fields: Any) -> Any:
    """A user model with these fields and those of AbstractBaseUser."""
    inside = {"__module__": __name__, "Meta": type("Meta", (), {"app_label": "chat_checks", "apps": Apps()})}
    return type("Odd", (AbstractBaseUser,), inside | fields)


FLAGS = {
    "date_joined": models.DateTimeField(auto_now_add=True), "is_active": models.BooleanField(default=True),
    "is_staff": models.BooleanField(default=False), "is_superuser": models.BooleanField(default=False),
}  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        (FLAGS | {"id": models.UUIDField(primary_key=True)}, ["chat.E017"]),
        ({}, ["chat.E018"] * 4),
        (FLAGS | {"born": models.DateField()}, ["chat.E019"]),
    ],
)  # fmt: skip
def test_a_user_model_that_cannot_work_is_named(monkeypatch: Any, fields: Any, found: list[str]) -> None:
    odd = model(**{name: field.clone() for name, field in fields.items()})
    monkeypatch.setattr(project_checks, "get_user_model", lambda: odd)
    assert ids(project_checks.user_model) == found
