"""A crowd in bulk: people with login sessions, their places in rooms, and what they have said so far.

Thousands in seconds, so it does not go through actions one by one; but it keeps what they keep: the room
is locked, every membership and message has its own seq, and the room's seq is written last. Nothing is
announced: the head checks of running processes find it. Imports actions, models and text.
"""

import datetime
import random
import secrets
import uuid
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session as LoginSession
from django.utils import timezone

from chat import text
from chat.models import Membership, Message, Profile, Room
from chat.rendering.markdown import render

from . import words

# Who has this address is nobody real.
NOWHERE = "demo.invalid"
BATCH = 1_000
KEY_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"

# A conversation is dice, not keys; but the same one each time would not look like one.
dice = random.Random()  # noqa: S311


class Deck:
    """Deals everything once, in any order, before anything comes again."""

    def __init__(self, cards: Iterable[str]) -> None:
        self.cards, self.left = list(cards), list[str]()

    def deal(self) -> str:
        if not self.left:
            self.left = dice.sample(self.cards, len(self.cards))
        return self.left.pop()


SAYS = {language: Deck(sentences) for language, sentences in words.SAYS.items()}
NAMES = {language: Deck(words.names(language)) for language in words.GIVEN}


class Somebody(NamedTuple):
    user: Any
    language: str


def make_people(count: int) -> list[Somebody]:
    """Users without a password, each with a name and a language."""
    languages = [words.SHARES[i % len(words.SHARES)] for i in range(count)]
    model = get_user_model()
    users = model._default_manager.bulk_create([_user(model) for _ in languages], batch_size=BATCH)
    profiles = [
        Profile(user=user, name=NAMES[language].deal(), language={"zh": "zh-hans"}.get(language, "en"))
        for user, language in zip(users, languages, strict=True)
    ]
    Profile.objects.bulk_create(profiles, batch_size=BATCH)
    return [Somebody(user, language) for user, language in zip(users, languages, strict=True)]


def _user(model: Any) -> Any:
    token = secrets.token_hex(8)
    return model(username=f"demo-{token}", email=f"{token}@{NOWHERE}", password=make_password(None))


def make_logins(people: list[Somebody]) -> list[str]:
    """A login session for each, as signing in would have made it. Returns `Cookie` header values."""
    store, until = SessionStore(), timezone.now() + datetime.timedelta(seconds=settings.SESSION_COOKIE_AGE)
    sessions = [
        LoginSession(
            session_key=_session_key(), session_data=store.encode(_login(one.user)), expire_date=until
        )
        for one in people
    ]
    LoginSession.objects.bulk_create(sessions, batch_size=BATCH)
    return [f"{settings.SESSION_COOKIE_NAME}={session.session_key}" for session in sessions]


def _session_key() -> str:
    return "".join(secrets.choice(KEY_LETTERS) for _ in range(32))


def _login(user: Any) -> dict[str, str]:
    return {
        SESSION_KEY: str(user.pk),
        BACKEND_SESSION_KEY: "django.contrib.auth.backends.ModelBackend",
        HASH_SESSION_KEY: user.get_session_auth_hash(),
    }


def fill(key: str, people: list[Somebody], messages: int) -> None:
    """Let these people into the room, and let them have talked."""
    room = Room.objects.select_for_update().get(key=key)
    _let_in(room, people)
    if people and messages:
        _let_talk(room, people, messages)
    room.save(update_fields=["seq", "active_at"])


def _let_in(room: Room, people: list[Somebody]) -> None:
    now, members = timezone.now(), []
    for one in people:
        room.seq += 1
        members.append(Membership(room=room, user=one.user, seq=room.seq, joined_at=now))
    Membership.objects.bulk_create(members, batch_size=BATCH)


def _let_talk(room: Room, people: list[Somebody], count: int) -> None:
    rows = []
    for moment, author in zip(_moments(room, count), _turns(people), strict=False):
        room.seq += 1
        rows.append(_message(room, author, moment))
    rows = Message.objects.bulk_create(rows, batch_size=BATCH)
    _answer_and_react(rows, people)
    room.active_at = rows[-1].created_at
    Membership.objects.filter(room=room, user__in=[one.user.pk for one in people]).update(
        read_up_to=rows[-1].pk
    )


def _moments(room: Room, count: int) -> list[datetime.datetime]:
    """Rising, over the last three days, after whatever is there, in bursts: most answers come quickly."""
    now = timezone.now()
    start = now - datetime.timedelta(days=3)
    if room.active_at is not None:
        start = max(start, room.active_at)
    gaps = [dice.expovariate(1.0) * (40 if dice.random() < 0.08 else 1) for _ in range(count)]
    scale, at, moments = (now - start) / (sum(gaps) + 0.01), start, []
    for gap in gaps:
        at += scale * gap
        moments.append(at)
    return moments


def _turns(people: list[Somebody]) -> Any:
    """Who speaks: a few do most of it, and often twice in a row."""
    talkers = dice.sample(people, min(len(people), 12))
    while True:
        speaker = dice.choice(talkers)
        for _ in range(1 + (dice.random() < 0.35)):
            yield speaker


def _message(room: Room, author: Somebody, moment: datetime.datetime) -> Message:
    body = text.clean(SAYS[author.language].deal())
    return Message(
        room=room, seq=room.seq, author=author.user, nonce=f"demo-{uuid.uuid4().hex}", body=body,
        html=render(body), created_at=moment,
    )  # fmt: skip


def _answer_and_react(rows: list[Message], people: list[Somebody]) -> None:
    """Nobody has seen these yet, so they keep their seq."""
    for place, row in enumerate(rows):
        if place and dice.random() < 0.12:
            row.reply_to = rows[place - dice.randint(1, min(place, 6))]
        if dice.random() < 0.15:
            fans = dice.sample(people, min(len(people), dice.randint(1, 5)))
            row.reactions = {dice.choice(words.EMOJI): [fan.user.pk for fan in fans]}
    Message.objects.bulk_update(rows, ["reply_to", "reactions"], batch_size=200)
