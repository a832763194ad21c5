"""Whose connection it is: a cookie's login session to a person, and whether it still holds.

Django's own session and user, read once when a connection opens and then, for all of a process's connections
together, every few seconds and whenever a hint says so. Imports models and protocol.
"""

from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.models import Session as LoginSession
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from .models import Prepared, Profile
from .protocol import Close


class Login(NamedTuple):
    """What a connection remembers of how it was let in. `password` is the stored hash as it was then."""

    session_key: str
    person: Any
    password: str
    version: int


class Standing(NamedTuple):
    """How a login stands now: `close` says why its connection must end, `version` which set of rooms is
    theirs."""

    close: Close | None
    version: int


def came_from(scope: dict[str, Any]) -> tuple[str | None, str]:
    """The address and the browser of a handshake, as whoever it is wants to be known."""
    client = scope.get("client")
    agents = [value for name, value in scope["headers"] if name == b"user-agent"]
    agent = agents[0].decode("latin-1").replace("\0", "")[:200] if agents else ""
    return client[0] if client else None, agent


def session_key_of(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    """The login session's key in the headers of a handshake."""
    cookie: SimpleCookie = SimpleCookie()
    try:
        for name, value in headers:
            if name == b"cookie":
                cookie.load(value.decode("latin-1"))
    except CookieError:
        return None
    found = cookie.get(settings.SESSION_COOKIE_NAME)
    # Django gives out letters and digits. A cookie can hold anything, NUL too, which PostgreSQL would refuse.
    return found.value if found and found.value.isascii() and found.value.isalnum() else None


_session = Prepared(
    lambda key: LoginSession.objects.filter(session_key=key, expire_date__gt=Now()).values_list(
        "session_data"
    )
)
_person = Prepared(
    lambda pk: (
        get_user_model()
        ._default_manager.filter(pk=pk, is_active=True)
        .values_list("password", "chat_profile__banned_at", "chat_profile__version")
    )
)


def login_of(session_key: str) -> Login | Close:
    """Who this login session stands for, or the code to close the connection with.

    As `django.contrib.auth.get_user` finds it, but in two statements that are written once.
    """
    data = _data_of(session_key)
    if data.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return Close.LOGIN_ENDED
    person = get_user_model()._meta.pk.to_python(data[SESSION_KEY])
    for password, banned_at, version in _person(person):
        if banned_at is not None:
            return Close.BANNED
        if _was_given_for(password, data.get(HASH_SESSION_KEY, "")):
            return Login(session_key, person, password, version or 0)
    return Close.LOGIN_ENDED


def _data_of(session_key: str) -> dict[str, Any]:
    """What the session holds; nothing where it has ended or its signature is wrong."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    [stored] = _session(session_key) or [("",)]
    data: dict[str, Any] = store.decode(*stored)
    return data


def _was_given_for(password: str, signed: str) -> bool:
    """A new password ends the logins of the old one; a new SECRET_KEY does not while the old one is named."""
    user: Any = get_user_model()(password=password)
    right = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return any(constant_time_compare(signed, one) for one in right)


def standings(logins: list[Login]) -> list[Standing]:
    """How each of these logins stands now, in three queries."""
    people = {login.person for login in logins}
    keys = LoginSession.objects.filter(session_key__in={login.session_key for login in logins})
    held = set(keys.filter(expire_date__gt=timezone.now()).values_list("session_key", flat=True))
    users = get_user_model()._default_manager.filter(pk__in=people, is_active=True)
    passwords = dict(users.values_list("pk", "password"))
    profiles = {
        pk: (banned_at, version)
        for pk, banned_at, version in Profile.objects.filter(pk__in=people).values_list(
            "pk", "banned_at", "version"
        )
    }
    return [_standing(login, held, passwords, *profiles.get(login.person, (None, 0))) for login in logins]


def _standing(
    login: Login, held: set[str], passwords: dict[Any, str], banned_at: Any, version: int
) -> Standing:
    if banned_at is not None:
        return Standing(Close.BANNED, version)
    if login.session_key not in held or passwords.get(login.person) != login.password:
        return Standing(Close.LOGIN_ENDED, version)
    return Standing(None, version)
