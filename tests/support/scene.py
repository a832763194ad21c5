"""Builds what tests begin with: people, login sessions, members, messages and uploads.

Also used by programs of the fault tests and the benchmarks: they run in a site's environment, beside its
servers.
"""

import os
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session as StoredSession
from django.db import transaction
from django.test import Client

from chat.actions import Draft, Posted, add_upload, post_messages
from chat.files import Stored
from chat.management.demo.people import login_sessions
from chat.models import Membership, Message, Profile, Room
from chat.protocol import Post
from chat.rendering.markdown import render
from chat.text import clean

PASSWORD = "correct horse battery"


# -- people ------------------------------------------------------------------------------------------


def make_user(
    name: str, *, password: str | None = PASSWORD, profile: dict[str, Any] | None = None, **fields: Any
) -> Any:
    """A user with a profile. Quicker without a password: hashing one takes longer than most tests."""
    user = get_user_model()._default_manager.create(
        username=name, password=make_password(password) if password else "!", **fields
    )
    Profile.objects.create(user=user, **{"name": name.title()} | (profile or {}))
    return user


def make_person(name: str, **profile: Any) -> Any:
    """The primary key of a new person without a password."""
    return make_user(name, password=None, profile=profile).pk


def make_people(count: int) -> list[Any]:
    """Users with profiles, created in bulk."""
    model, password = get_user_model(), make_password(None)
    users = [model(username=f"person-{number}", password=password) for number in range(count)]
    users = model._default_manager.bulk_create(users, 1000)
    Profile.objects.bulk_create([Profile(user=user, name=f"Person {user.pk}") for user in users], 1000)
    return users


def log_in(users: Iterable[Any]) -> list[str]:
    """A new login session for each. Returns their keys."""
    sessions = login_sessions(users)
    StoredSession.objects.bulk_create(sessions, 500)
    return [session.session_key for session in sessions]


def cookie_header(session_key: str) -> str:
    return f"{settings.SESSION_COOKIE_NAME}={session_key}"


def signed_in_client(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


# -- rooms -------------------------------------------------------------------------------------------


def add_members(room: Room, users: Sequence[Any]) -> None:
    """As `join_room` would, but for thousands at once."""
    room.refresh_from_db()
    Membership.objects.bulk_create(
        Membership(room=room, user=user, seq=seq) for seq, user in enumerate(users, room.seq + 1)
    )
    Room.objects.filter(pk=room.pk).update(seq=room.seq + len(users))


def membership_of(user: Any, room: Room) -> Membership | None:
    return Membership.objects.present().filter(user=user, room=room).first()


def post_message(
    person: Any, room: Room, body: str = "hello", *, nonce: str = "", reply_to: int | None = None,
    attachments: Sequence[str] = (),
) -> Message:  # fmt: skip
    """Posts as the consumer does. Raises Refused."""
    body = clean(body) if body or not attachments else ""
    nonce = nonce or f"nonce-{os.urandom(8).hex()}"
    post = Post(room=room.key, nonce=nonce, body=body, reply_to=reply_to, attachments=list(attachments))
    with transaction.atomic():
        [outcome] = post_messages([Draft(person, post, render(body))])
    if not isinstance(outcome, Posted):
        raise outcome
    return Message.objects.get(pk=outcome.message)


def make_upload(
    person: Any, room: Room, key: str = "", bytes: int = 1000, quota: int = 0, **shown: Any
) -> str:
    """The row of an upload that waits for its message, without its bytes. Returns its key. Raises Refused."""
    shown = {"name": "photo.jpg", "kind": "image", "type": "image/jpeg", "width": 40, "height": 20} | shown
    stored = Stored(key=key or os.urandom(8).hex(), size=bytes, stored_bytes=bytes, **shown)
    return add_upload(person, room.key, stored, quota).id
