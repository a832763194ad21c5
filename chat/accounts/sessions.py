"""Maps login sessions to people and checks whether they are still valid."""

import datetime
from collections.abc import Iterable
from importlib import import_module
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.sessions.models import Session as StoredSession
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from chat.ids import PersonId
from chat.models import BannedAddress, CompiledQuery, ListParameter, Profile
from chat.protocol import Close

from .cookies import parse_cookie


class LoginSession(NamedTuple):
    """The login a connection was opened with. `password` is the stored hash at that time."""

    session_key: str
    person: PersonId
    password: str
    version: int
    is_guest: bool = False
    # The client's address, checked against bans for guests only.
    address: str | None = None


class ProfileFields(NamedTuple):
    """All None if there is no profile."""

    version: int | None
    banned_at: datetime.datetime | None
    name: str | None
    kind: str | None
    language: str | None
    theme: str | None


class SessionOwner(NamedTuple):
    login: LoginSession
    profile: ProfileFields


class SessionStatus(NamedTuple):
    """`close`: why the connection must end, if it must. `version`: of the person's set of rooms."""

    close: Close | None
    version: int


def is_banned(person: Profile | ProfileFields, address: str | None) -> bool:
    """For a guest also by address. `session_statuses` applies the same rule to many connections at once."""
    from_address = person.kind == Profile.Kind.GUEST and BannedAddress.is_banned(address)
    return person.banned_at is not None or from_address


def may_be_here(user: AbstractBaseUser, address: str | None) -> bool:
    profile = Profile.objects.filter(pk=user.pk).first()
    return bool(user.is_active) and not (profile and is_banned(profile, address))


def is_admitted(request: Any) -> bool:
    """Whether whoever is signed in may use the site; read once for each request."""
    if not hasattr(request, "chat_admitted"):
        user, address = request.user, request.META.get("REMOTE_ADDR")
        request.chat_admitted = not user.is_authenticated or may_be_here(user, address)
    return bool(request.chat_admitted)


def client_details(scope: dict[str, Any]) -> tuple[str | None, str]:
    client = scope.get("client")
    agents = [value for name, value in scope["headers"] if name == b"user-agent"]
    agent = agents[0].decode("latin-1").replace("\0", "")[:200] if agents else ""
    return client[0] if client else None, agent


def session_key_of(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    cookies = "; ".join(value.decode("latin-1") for name, value in headers if name == b"cookie")
    found = parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME)
    return valid_key(found) if found else None


def valid_key(key: str) -> str | None:
    # A cookie can hold anything, and PostgreSQL refuses NUL.
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
    """Same rules as `django.contrib.auth.get_user`, but two queries for any number of sessions."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    stored = {key: store.decode(data) for key, data in _sessions(list(set(session_keys)))}
    claims = {key: data for key, data in stored.items() if _is_signed_in(data)}
    of_people = {
        pk: (password, ProfileFields(*profile))
        for pk, password, *profile in _people(_person_ids(claims.values()))
    }
    found = {}
    for key, data in claims.items():
        person = _pk(data)
        password, profile = of_people.get(person, ("", None))
        if profile is not None and _matches_password(password, data.get(HASH_SESSION_KEY, "")):
            is_guest = profile.kind == Profile.Kind.GUEST
            found[key] = SessionOwner(
                LoginSession(key, person, password, profile.version or 0, is_guest), profile
            )
    return found


def _is_signed_in(data: dict[str, Any]) -> bool:
    return data.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS


def _pk(data: dict[str, Any]) -> PersonId:
    person: PersonId = get_user_model()._meta.pk.to_python(data[SESSION_KEY])
    return person


def _person_ids(claims: Iterable[dict[str, Any]]) -> list[PersonId]:
    return list({_pk(data) for data in claims})


def login_sessions_of(session_keys: list[str]) -> list[LoginSession | Close]:
    """The login session for each key, or the code to close the connection with."""
    found = session_owners(session_keys)
    return [_login_or_close(found.get(key)) for key in session_keys]


def from_banned_address(scope: dict[str, Any]) -> bool:
    """For guests only: people with an account at a banned address may still connect."""
    return BannedAddress.is_banned(client_details(scope)[0])


def _login_or_close(owner: SessionOwner | None) -> LoginSession | Close:
    if owner is None:
        return Close.LOGIN_ENDED
    return owner.login if owner.profile.banned_at is None else Close.BANNED


def _matches_password(password: str, signed: str) -> bool:
    """A new password ends older sessions; a new SECRET_KEY does not while the old is a fallback."""
    user = get_user_model()(password=password)
    right = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return any(constant_time_compare(signed, one) for one in right)


def session_statuses(logins: list[LoginSession]) -> list[SessionStatus]:
    """Three queries for any number of logins, plus one if there are guests."""
    people = {login.person for login in logins}
    keys = StoredSession.objects.filter(session_key__in={login.session_key for login in logins})
    stored = set(keys.filter(expire_date__gt=timezone.now()).values_list("session_key", flat=True))
    users = get_user_model()._default_manager.filter(pk__in=people, is_active=True)
    passwords = dict(users.values_list("pk", "password"))
    profiles = {
        pk: (banned_at, version)
        for pk, banned_at, version in Profile.objects.filter(pk__in=people).values_list(
            "pk", "banned_at", "version"
        )
    }
    addresses = BannedAddress.banned_among({login.address for login in logins if login.is_guest})
    found = []
    for login in logins:
        banned_at, version = profiles.get(login.person, (None, 0))
        is_valid = login.session_key in stored and passwords.get(login.person) == login.password
        banned = banned_at is not None or (login.is_guest and login.address in addresses)
        close = (Close.BANNED if banned else None) if is_valid else Close.LOGIN_ENDED
        found.append(SessionStatus(close, version))
    return found
