"""Tests that everything that ends a login session ends its connections."""

import datetime
import time
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session as StoredSession
from django.db import connection
from django.http import parse_cookie as django_parse_cookie
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from chat import actions
from chat.accounts.cookies import parse_cookie
from chat.accounts.sessions import (
    LoginSession,
    SessionStatus,
    login_sessions_of,
    session_key_of,
    session_statuses,
)
from chat.models import BannedAddress, Profile
from chat.protocol import Close
from tests.support.scene import make_person

NAME = settings.SESSION_COOKIE_NAME


@pytest.fixture
def people(db: None) -> dict[str, Any]:
    return {name: make_person(name) for name in ("alice", "bob", "charlie")}


def sign_in(person: Any) -> str:
    """The key of a login session made by Django."""
    client = Client()
    client.force_login(get_user_model()._default_manager.get(pk=person), settings.AUTHENTICATION_BACKENDS[0])
    return client.cookies[NAME].value


def login(person: Any) -> LoginSession:
    [found] = login_sessions_of([sign_in(person)])
    assert isinstance(found, LoginSession)
    return found


def stands(one: LoginSession) -> Close | None:
    """The status for a new connection and for an open one, which must agree."""
    [standing], [again] = session_statuses([one]), login_sessions_of([one.session_key])
    assert standing.close == (again if isinstance(again, Close) else None)
    return standing.close


# -- a cookie to a key ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cookies", "key"),
    [
        ([f"{NAME}=abc"], "abc"),
        ([f"theme=dark; {NAME}=abc; language=en"], "abc"),
        (["theme=dark", f"{NAME}=abc"], "abc"),
        ([f'{NAME}="abc"'], "abc"),
        ([], None),
        (["theme=dark"], None),
        ([f"x{NAME}=abc"], None),
        ([f"{NAME}=abc; {NAME}=def"], "def"),
        (["a=b; é=1; $x; ;;;==", f"{NAME}=abc"], "abc"),
        ([f'{NAME}="a\\000b"'], None),
        ([f"{NAME}=../etc/passwd"], None),
    ],
)
def test_the_key_is_the_one_in_the_cookie(cookies: list[str], key: str | None) -> None:
    headers = [(b"host", b"localhost"), *((b"cookie", cookie.encode()) for cookie in cookies)]
    assert session_key_of(headers) == key


@given(
    st.lists(st.binary(max_size=60) | st.text(f'{NAME}=;, "\\\0é', max_size=60).map(str.encode), max_size=3)
)
def test_a_malformed_cookie_identifies_nobody_without_an_error(cookies: list[bytes]) -> None:
    key = session_key_of([(b"cookie", cookie) for cookie in cookies])
    assert key is None or key.isalnum()


@given(st.text(f'{NAME}=;, "\\013é', max_size=80))
def test_cookies_are_read_as_django_reads_them(header: str) -> None:
    assert parse_cookie(header) == django_parse_cookie(header)


@pytest.mark.parametrize("unit", ["\\1", '\\"', "\\377", "\\", "=;", '";'])
def test_no_cookie_is_read_slowly(unit: str) -> None:
    """On the event loop, before anybody is known: one of 16 KB took half a second there."""
    cookie = f'{NAME}="{unit * (16_000 // len(unit))}"'
    began = time.thread_time()
    session_key_of([(b"cookie", cookie.encode())])
    assert time.thread_time() - began < 0.05


@pytest.mark.parametrize("key", ["", "x", "x" * 40, "x" * 5_000, "ü" * 32, "../../etc/passwd", "' OR 1=1 --"])
def test_an_unknown_session_key_identifies_nobody(people: dict[str, Any], key: str) -> None:
    sign_in(people["bob"])
    assert login_sessions_of([key]) == [Close.LOGIN_ENDED]
    assert session_statuses([LoginSession(key, people["bob"], "!", 0)])[0].close == Close.LOGIN_ENDED


# -- what ends it --------------------------------------------------------------------------------


def test_a_login_session_belongs_to_its_person(people: dict[str, Any]) -> None:
    bob = login(people["bob"])
    assert (bob.person, bob.version) == (people["bob"], 0)
    assert stands(bob) is None


def test_a_login_session_needs_no_profile(people: dict[str, Any]) -> None:
    Profile.objects.filter(pk=people["bob"]).delete()
    assert stands(login(people["bob"])) is None


def _sign_out(bob: LoginSession) -> None:
    StoredSession.objects.filter(session_key=bob.session_key).delete()


def _expire(bob: LoginSession) -> None:
    past = timezone.now() - datetime.timedelta(seconds=1)
    StoredSession.objects.filter(session_key=bob.session_key).update(expire_date=past)


def _other_password(bob: LoginSession) -> None:
    user = get_user_model()._default_manager.get(pk=bob.person)
    user.set_password("another horse battery")
    user.save()


def _deactivate(bob: LoginSession) -> None:
    get_user_model()._default_manager.filter(pk=bob.person).update(is_active=False)


def _ban(bob: LoginSession) -> None:
    actions.ban_person(bob.person)


@pytest.mark.parametrize(
    ("ending", "code"),
    [(_sign_out, Close.LOGIN_ENDED), (_expire, Close.LOGIN_ENDED), (_other_password, Close.LOGIN_ENDED),
     (_deactivate, Close.LOGIN_ENDED), (_ban, Close.BANNED)],
)  # fmt: skip
def test_ending_a_login_session_ends_no_other_person_s(
    people: dict[str, Any], ending: Any, code: Close
) -> None:
    alice, bob = login(people["alice"]), login(people["bob"])
    elsewhere = login(people["bob"])
    ending(bob)
    assert stands(bob) == code
    assert stands(alice) is None
    # Signing out, or a cookie that expires, is one browser's; the rest is the person's.
    assert stands(elsewhere) == (None if ending in (_sign_out, _expire) else code)


def test_a_lifted_ban_leaves_the_login_session_valid(people: dict[str, Any]) -> None:
    bob = login(people["bob"])
    actions.ban_person(people["bob"])
    actions.unban_person(people["bob"])
    assert stands(bob) is None


def test_the_version_changes_with_the_set_of_rooms(people: dict[str, Any]) -> None:
    bob = login(people["bob"])
    room = actions.make_room(people["alice"], "Lamp")
    versions = [bob.version]
    for change in (
        lambda: actions.join_room(people["bob"], room.key),
        lambda: actions.join_room(people["bob"], room.key),
        lambda: actions.leave_room(people["bob"], room.key),
        lambda: actions.change_profile(people["bob"], name="Robert"),
    ):
        change()
        versions += [standing.version for standing in session_statuses([bob])]
    assert versions == [0, 1, 1, 2, 2]


def test_a_ban_of_an_address_ends_the_connections_of_its_guests_and_of_nobody_else(
    people: dict[str, Any],
) -> None:
    guest = make_person("guest", kind="guest")
    here, elsewhere = "192.0.2.7", "192.0.2.8"
    hers = login(people["alice"])._replace(address=here)
    first, second = (login(guest)._replace(address=address) for address in (here, elsewhere))
    until = timezone.now() + datetime.timedelta(days=1)
    BannedAddress.objects.create(network=here, person_id=people["bob"], until=until)
    closes = [status.close for status in session_statuses([hers, first, second])]
    assert closes == [None, Close.BANNED, None]
    BannedAddress.objects.update(until=timezone.now())
    assert session_statuses([first])[0].close is None


# -- what it costs -------------------------------------------------------------------------------


def test_all_connections_are_checked_with_three_statements(people: dict[str, Any]) -> None:
    logins = [login(person) for person in people.values() for _ in range(5)]
    actions.ban_person(people["charlie"])
    _sign_out(logins[0])
    with CaptureQueriesContext(connection) as captured:
        found = session_statuses(logins)
    assert len(captured) == 3
    ended = [SessionStatus(Close.LOGIN_ENDED, 0)]
    assert found == ended + [SessionStatus(None, 0)] * 9 + [SessionStatus(Close.BANNED, 0)] * 5
    assert session_statuses([]) == []
