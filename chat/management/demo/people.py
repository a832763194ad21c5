"""Creates demo people in bulk, with login sessions, memberships and messages.

Bypasses actions for speed but keeps their invariants: the room is locked, every membership and message has
its own seq, and the room's seq is written last. Nothing is published: head checks find it.
"""

import datetime
import random
import secrets
import uuid
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, NamedTuple, TypeVar

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import AbstractUser
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session as StoredSession
from django.utils import timezone

from chat import text
from chat.models import Membership, Message, Profile, Room
from chat.rendering.markdown import render
from chat.writer import pieces

from . import words

T = TypeVar("T")

# The mail domain that marks demo people.
DEMO_DOMAIN = "demo.invalid"
# Rows per write, and the pause after it as a multiple of its duration, for other writers.
CHUNK, REST = 10, 2.0
KEY_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"

# Not security; unseeded, so that conversations differ.
rng = random.Random()  # noqa: S311


class Deck:
    """Deals every item once, in random order, before any repeats."""

    def __init__(self, cards: Iterable[str]) -> None:
        self.cards, self.left = list(cards), list[str]()

    def deal(self) -> str:
        if not self.left:
            self.left = rng.sample(self.cards, len(self.cards))
        return self.left.pop()


SENTENCES = {language: Deck(sentences) for language, sentences in words.SENTENCES.items()}
NAMES = {language: Deck(words.names(language)) for language in words.GIVEN}


class DemoPerson(NamedTuple):
    user: Any
    language: str


def make_people(count: int) -> list[DemoPerson]:
    languages = [words.SHARES[i % len(words.SHARES)] for i in range(count)]
    model = get_user_model()
    people = [DemoPerson(_user(model), language) for language in languages]
    _in_chunks(_save_people, people)
    return people


def _save_people(people: list[DemoPerson]) -> None:
    get_user_model()._default_manager.bulk_create([one.user for one in people])
    Profile.objects.bulk_create([
        Profile(
            user=one.user, name=NAMES[one.language].deal(),
            language={"zh": "zh-hans"}.get(one.language, "en"),
        )
        for one in people
    ])  # fmt: skip


def _in_chunks(write: Callable[[list[T]], object], rows: list[T]) -> None:
    chunks = [rows[at : at + CHUNK] for at in range(0, len(rows), CHUNK)]
    for _ in pieces.in_pieces(write, chunks, rest=REST):
        pass


def _user(model: type[AbstractUser]) -> AbstractUser:
    token = secrets.token_hex(8)
    return model(username=f"demo-{token}", email=f"{token}@{DEMO_DOMAIN}", password=make_password(None))


def make_login_cookies(people: list[DemoPerson]) -> list[str]:
    """Creates a login session for each. Returns `Cookie` header values."""
    sessions = login_sessions(one.user for one in people)
    _in_chunks(StoredSession.objects.bulk_create, sessions)
    return [f"{settings.SESSION_COOKIE_NAME}={session.session_key}" for session in sessions]


def login_sessions(users: Iterable[AbstractUser]) -> list[StoredSession]:
    store, until = SessionStore(), timezone.now() + datetime.timedelta(seconds=settings.SESSION_COOKIE_AGE)
    return [
        StoredSession(session_key=_session_key(), session_data=store.encode(_login(user)), expire_date=until)
        for user in users
    ]


def _session_key() -> str:
    return "".join(secrets.choice(KEY_LETTERS) for _ in range(32))


def _login(user: AbstractUser) -> dict[str, str]:
    return {
        SESSION_KEY: str(user.pk),
        BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
        HASH_SESSION_KEY: user.get_session_auth_hash(),
    }


def add_members(key: str, people: list[DemoPerson], messages: int) -> None:
    _in_chunks(partial(_write_members, key), people)
    if people and messages:
        room = Room.objects.get(key=key)
        moments = _moments(room, messages)
        rows = [_message(author, moment) for moment, author in zip(moments, _turns(people), strict=False)]
        _in_chunks(partial(_write_messages, key, people), rows)
        _in_chunks(partial(_mark_read, room.pk, rows[-1].pk), people)


def _write_members(key: str, people: list[DemoPerson]) -> None:
    room, now, members = Room.objects.select_for_update().get(key=key), timezone.now(), []
    for one in people:
        room.seq += 1
        members.append(Membership(room=room, user=one.user, seq=room.seq, joined_at=now))
    Membership.objects.bulk_create(members)
    room.save(update_fields=["seq"])


def _write_messages(key: str, people: list[DemoPerson], rows: list[Message]) -> None:
    room = Room.objects.select_for_update().get(key=key)
    for row in rows:
        room.seq += 1
        row.room, row.seq = room, room.seq
    _answer_and_react(Message.objects.bulk_create(rows), people)
    room.active_at = max(rows[-1].created_at, room.active_at or rows[-1].created_at)
    room.save(update_fields=["seq", "active_at"])


def _mark_read(room: int, last: int, people: list[DemoPerson]) -> None:
    memberships = Membership.objects.filter(room=room, user__in=[one.user.pk for one in people])
    memberships.update(read_up_to=last)


def _moments(room: Room, count: int) -> list[datetime.datetime]:
    """Ascending times over the last three days, in bursts: most answers come quickly."""
    now = timezone.now()
    start = now - datetime.timedelta(days=3)
    if room.active_at is not None:
        start = max(start, room.active_at)
    gaps = [rng.expovariate(1.0) * (40 if rng.random() < 0.08 else 1) for _ in range(count)]
    scale, at, moments = (now - start) / (sum(gaps) + 0.01), start, []
    for gap in gaps:
        at += scale * gap
        moments.append(at)
    return moments


def _turns(people: list[DemoPerson]) -> Iterator[DemoPerson]:
    """Authors in turn: a few write most, often twice in a row."""
    talkers = rng.sample(people, min(len(people), 12))
    while True:
        speaker = rng.choice(talkers)
        for _ in range(1 + (rng.random() < 0.35)):
            yield speaker


def _message(author: DemoPerson, moment: datetime.datetime) -> Message:
    body = text.clean(SENTENCES[author.language].deal())
    markup = render(body)
    return Message(
        author=author.user, nonce=f"demo-{uuid.uuid4().hex}", body=body, html=markup and markup.html,
        created_at=moment,
    )  # fmt: skip


def _answer_and_react(rows: list[Message], people: list[DemoPerson]) -> None:
    # They keep their seq, because nobody has seen them yet.
    for number, row in enumerate(rows):
        if number and rng.random() < 0.12:
            row.reply_to = rows[number - rng.randint(1, min(number, 6))]
        if rng.random() < 0.15:
            fans = rng.sample(people, min(len(people), rng.randint(1, 5)))
            row.reactions = {rng.choice(words.EMOJI): [fan.user.pk for fan in fans]}
    Message.objects.bulk_update(rows, ["reply_to", "reactions"], batch_size=200)
