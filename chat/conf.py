"""The chat's own Django settings and their defaults. A settings module may import this one."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, TypeVar, overload

from django.conf import settings

T = TypeVar("T")


class Setting(Generic[T]):
    """Read from the project's settings on every access, so that `override_settings` works in tests."""

    def __init__(self, default: T | Callable[[], T]) -> None:
        self.default = default

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, instance: None, owner: type) -> "Setting[T]": ...
    @overload
    def __get__(self, instance: object, owner: type) -> T: ...
    def __get__(self, instance: object | None, owner: type) -> "T | Setting[T]":
        if instance is None:
            return self
        if hasattr(settings, self.name):
            value: T = getattr(settings, self.name)
            return value
        return self.default() if callable(self.default) else self.default


def _files_dir() -> Path:
    return Path(settings.MEDIA_ROOT)


def _locks_dir() -> Path:
    # Not a folder that machines share: a lock held on another machine could look free on this one.
    return Path(tempfile.gettempdir()) / f"chat-{os.getuid()}"


def _login_url() -> str:
    return str(getattr(settings, "LOGIN_URL"))  # noqa: B009  mypy would read it in the file that imports this


class ChatSettings:
    CHAT_RATE_LIMITS = Setting[bool](True)
    CHAT_FAST_PATH = Setting[bool](True)
    CHAT_GUESTS_PER_ADDRESS = Setting[int](200)
    CHAT_STAFF_READS = Setting[str]("recorded")
    CHAT_GUESTS_CREATE_ACCOUNTS = Setting[bool | None](None)

    CHAT_FILE_MB = Setting[int](25)
    CHAT_FILES_MB_EACH = Setting[int](1024)
    CHAT_GUEST_FILES_MB = Setting[int](50)
    CHAT_FILES_MB_TOTAL = Setting[int](51_200)
    CHAT_FREE_DISK_MB = Setting[int](500)
    CHAT_IMAGE_MEGAPIXELS = Setting[int](50)
    CHAT_IMAGE_FRAMES = Setting[int](500)
    CHAT_MAX_BODY_BYTES = Setting[int](lambda: int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 2**62))

    CHAT_FILES_DIR = Setting[str | Path](_files_dir)
    CHAT_LOCKS_DIR = Setting[str | Path](_locks_dir)

    CHAT_LOGIN_URL = Setting[str](_login_url)
    CHAT_LOGOUT_URL = Setting[str | None]("logout")
    CHAT_SIGNUP_URL = Setting[str | None](None)
    CHAT_PASSWORD_CHANGE_URL = Setting[str | None]("password_change")


chat_settings = ChatSettings()


def default_of(name: str) -> Any:
    """The default of a setting that does not depend on others."""
    setting: Setting[Any] = vars(ChatSettings)[name]
    return setting.default
