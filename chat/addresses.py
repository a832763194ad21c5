"""Finds the addresses of the chat's pages and of the project's account pages, below any prefix."""

import re
from urllib.parse import quote, unquote

from django.conf import settings
from django.shortcuts import resolve_url
from django.urls import NoReverseMatch, get_script_prefix, reverse

from .conf import chat_settings

# Pages whose addresses the scripts need, with the placeholders they fill in. A message's is a number.
_PLACEHOLDERS: dict[str, tuple[str, ...]] = {
    "home": (),
    "socket": (),
    "room": ("{room}",),
    "message": ("{room}", "0"),
    "room_settings": ("{room}",),
    "about_direct": ("{room}",),
    "upload": ("{room}",),
    "discard_upload": ("{file}",),
    "file": ("{file}", "{name}"),
    "thumbnail": ("{file}", "{name}"),
    "join": ("{code}",),
    "join_qr": ("{code}",),
}


def root() -> str:
    """The path `chat.urls` is included at, such as "/community/chat/"."""
    return reverse("chat:home")


def is_chat(path: str) -> bool:
    # On a site that is nothing else, every path is.
    try:
        return path.startswith(root())
    except NoReverseMatch:  # chat.urls is not included
        return False


def for_scripts() -> dict[str, str]:
    """Every address that the page's scripts use, with placeholders such as {room}."""
    found = {name: reverse(f"chat:{name}", args=given) for name, given in _PLACEHOLDERS.items()}
    found["message"] = found["message"].removesuffix("0/") + "{message}/"
    return {name: address.replace("%7B", "{").replace("%7D", "}") for name, address in found.items()}


def account_page(name: str) -> str:
    """The address of "login", "logout", "signup" or "password_change"; empty if the project has none."""
    address = getattr(chat_settings, f"CHAT_{name.upper()}_URL")
    return resolve_url(address) if address else ""


# -- for code that sees a request before Django does -------------------------------------------------------


def slow_pages() -> tuple[str, ...]:
    """Pages that wait for more than the database: monitoring, and the admin if there is one."""
    found = [_within_site(f"chat:{name}") for name in ("healthz", "readyz", "metrics")]
    return (*found, *filter(None, [admin()]))


def admin() -> str:
    """Returns the path under which the admin is; empty if the project has none."""
    try:
        return _within_site("admin:index")
    except NoReverseMatch:
        return ""


def chat_pattern() -> re.Pattern[str]:
    return re.compile(rf"/{_optional_script_name()}{re.escape(unquote(_within_site('chat:home')[1:]))}")


def socket_pattern() -> str:
    """Matches what URLRouter sees of a path: decoded and without the first slash."""
    return rf"^{_optional_script_name()}{re.escape(unquote(_within_site('chat:socket')[1:]))}\Z"


def upload_pattern() -> re.Pattern[bytes]:
    """Matches the path of an upload as the client sent it. The group is the room's key."""
    before, _, after = _within_site("chat:upload", "{room}")[1:].partition(quote("{room}"))
    path = rf"^/{_optional_script_name()}{re.escape(before)}([^/]+){re.escape(after)}\Z"
    return re.compile(path.encode())


def _within_site(name: str, *args: str) -> str:
    """Without the script name, which depends on the thread and on the proxy."""
    return "/" + reverse(name, args=args).removeprefix(get_script_prefix())


def _optional_script_name() -> str:
    # As in Django, a proxy may leave it in the path or not.
    name = (settings.FORCE_SCRIPT_NAME or "").strip("/")
    return f"(?:{re.escape(name)}/)?" if name else ""
