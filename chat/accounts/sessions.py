"""Whose connection it is: a cookie's login session to a person, and whether it still holds.

Django's own session and user, read once when a connection opens and then, for all of a process's connections
together, every few seconds and whenever a hint says so. Imports models and protocol.
"""

import datetime
from collections.abc import Iterable
from importlib import import_module
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.models import Session as StoredSession
from django.db.models.functions import Now
from django.http import parse_cookie
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from chat.models import BannedAddress, CompiledQuery, ListParameter, Profile
from chat.protocol import Close


class LoginSession(NamedTuple):
    """What a connection remembers of how it was let in. `password` is the stored hash as it was then."""

    session_key: str
    person: Any
    password: str
    version: int
    is_guest: bool = False
    # Where a connection comes from: asked for guests only.
    address: str | None = None


class ProfileFields(NamedTuple):
    """The stored profile of whoever holds a login session; nothing but None where there is none."""

    version: int | None
    banned_at: datetime.datetime | None
    name: str | None
    kind: str | None
    language: str | None
    theme: str | None


class SessionOwner(NamedTuple):
    login: LoginSession
    shown: ProfileFields


class SessionStatus(NamedTuple):
    """How a login stands now: `close` says why its connection must end, `version` which set of rooms is
    theirs."""

    close: Close | None
    version: int


def is_banned(person: Profile | ProfileFields, address: str | None) -> bool:
    """Whether this person is, or, of a guest, the address they come from. One rule for pages, uploads and
    every admin site; `session_statuses` asks the same for all connections at once."""
    from_address = person.kind == Profile.Kind.GUEST and BannedAddress.holds(address)
    return person.banned_at is not None or from_address


def may_be_here(user: Any, address: str | None) -> bool:
    """Whether this account is active and not banned."""
    profile = Profile.objects.filter(pk=user.pk).first()
    return bool(user.is_active) and not (profile and is_banned(profile, address))


def client_details(scope: dict[str, Any]) -> tuple[str | None, str]:
    """The address and the browser of a handshake, as whoever it is wants to be known."""
    client = scope.get("client")
    agents = [value for name, value in scope["headers"] if name == b"user-agent"]
    agent = agents[0].decode("latin-1").replace("\0", "")[:200] if agents else ""
    return client[0] if client else None, agent


def session_key_of(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    """The login session's key in the headers of a handshake."""
    cookies = "; ".join(value.decode("latin-1") for name, value in headers if name == b"cookie")
    found = parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME)
    return plain(found) if found else None


def plain(key: str) -> str | None:
    """Django gives out letters and digits. A cookie can hold anything, NUL too, which PostgreSQL would
    refuse."""
    return key if key.isascii() and key.isalnum() else None


_sessions = CompiledQuery(
    lambda keys: StoredSession.objects.filter(
        session_key__in=ListParameter(keys, StoredSession._meta.pk), expire_date__gt=Now()
    ).values_list("session_key", "session_data")
)
_people = CompiledQuery(
    lambda pks: (
        get_user_model()
        ._default_manager.filter(pk__in=ListParameter(pks, get_user_model()._meta.pk), is_active=True)
        .values_list("pk", "password", *(f"chat_profile__{name}" for name in ProfileFields._fields))
    )
)


def session_owners(session_keys: Iterable[str]) -> dict[str, SessionOwner]:
    """By key, whose login session each of these is; those that hold no more are not among them.

    As `django.contrib.auth.get_user` finds it, but for all who ask at once, in two statements.
    """
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    held = {key: store.decode(data) for key, data in _sessions(list(set(session_keys)))}
    claims = {key: data for key, data in held.items() if _is_signed_in(data)}
    of_people = {
        pk: (password, ProfileFields(*shown)) for pk, password, *shown in _people(_named(claims.values()))
    }
    found = {}
    for key, data in claims.items():
        person = _pk(data)
        password, shown = of_people.get(person, ("", None))
        if shown is not None and _was_given_for(password, data.get(HASH_SESSION_KEY, "")):
            is_guest = shown.kind == Profile.Kind.GUEST
            found[key] = SessionOwner(
                LoginSession(key, person, password, shown.version or 0, is_guest), shown
            )
    return found


def _is_signed_in(data: dict[str, Any]) -> bool:
    return data.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS


def _pk(data: dict[str, Any]) -> Any:
    return get_user_model()._meta.pk.to_python(data[SESSION_KEY])


def _named(claims: Iterable[dict[str, Any]]) -> list[Any]:
    return list({_pk(data) for data in claims})


def login_sessions_of(session_keys: list[str]) -> list[LoginSession | Close]:
    """Who each of these login sessions stands for, or the code to close its connection with."""
    found = session_owners(session_keys)
    return [_let_in(found.get(key)) for key in session_keys]


def from_banned_address(scope: dict[str, Any]) -> bool:
    """Asked for guests only: people with an account behind the same address may come in."""
    return BannedAddress.holds(client_details(scope)[0])


def _let_in(holder: SessionOwner | None) -> LoginSession | Close:
    if holder is None:
        return Close.LOGIN_ENDED
    return holder.login if holder.shown.banned_at is None else Close.BANNED


def _was_given_for(password: str, signed: str) -> bool:
    """A new password ends the logins of the old one; a new SECRET_KEY does not while the old one is named."""
    user: Any = get_user_model()(password=password)
    right = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return any(constant_time_compare(signed, one) for one in right)


def session_statuses(logins: list[LoginSession]) -> list[SessionStatus]:
    """How each of these logins stands now, in three queries, and one more where guests are among them."""
    people = {login.person for login in logins}
    keys = StoredSession.objects.filter(session_key__in={login.session_key for login in logins})
    held = set(keys.filter(expire_date__gt=timezone.now()).values_list("session_key", flat=True))
    users = get_user_model()._default_manager.filter(pk__in=people, is_active=True)
    passwords = dict(users.values_list("pk", "password"))
    profiles = {
        pk: (banned_at, version)
        for pk, banned_at, version in Profile.objects.filter(pk__in=people).values_list(
            "pk", "banned_at", "version"
        )
    }
    addresses = BannedAddress.among({login.address for login in logins if login.is_guest})
    found = []
    for login in logins:
        banned_at, version = profiles.get(login.person, (None, 0))
        holds = login.session_key in held and passwords.get(login.person) == login.password
        banned = banned_at is not None or (login.is_guest and login.address in addresses)
        close = (Close.BANNED if banned else None) if holds else Close.LOGIN_ENDED
        found.append(SessionStatus(close, version))
    return found
