"""Who is in the rooms that are measured? Run by the bench with a server's environment; writes rows in bulk.

Person i is in room i // members and nowhere else, has a login session, and is line i of cookies.txt; room r
is line r of keys.txt. Every room has two pages of history; the last one as many messages as asked for.
"""

import argparse
import datetime
import os
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.auth.hashers import make_password  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.contrib.sessions.models import Session as LoginSession  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402
from django.utils.crypto import get_random_string  # noqa: E402

from chat.models import Membership, Message, Profile, Room, new_key  # noqa: E402

HISTORY = 100


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--rooms", type=int, required=True)
    asked.add_argument("--members", type=int, required=True)
    asked.add_argument("--last-room", type=int, default=HISTORY, help="messages in the last room")
    asked.add_argument("--out", type=Path, required=True)
    given = asked.parse_args()
    with transaction.atomic():
        people = make_people(given.rooms * given.members)
        rooms = make_rooms(given.rooms, people, given.members)
        if given.last_room > HISTORY:
            lengthen(rooms[-1], given.last_room)
        cookies = make_logins(people)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    (given.out / "keys.txt").write_text("\n".join(room.key for room in rooms) + "\n")
    (given.out / "cookies.txt").write_text("\n".join(cookies) + "\n")


def make_people(count: int) -> list[User]:
    password = make_password(None)
    people = [User(username=f"bench{number}", password=password) for number in range(count)]
    people = User.objects.bulk_create(people, 1000)
    Profile.objects.bulk_create([Profile(user=user, name=f"Person {user.pk}") for user in people], 1000)
    return people


def make_rooms(count: int, people: list[User], members: int) -> list[Room]:
    now = timezone.now()
    rooms = [
        Room(name=f"Room {number}", seq=members + HISTORY, active_at=now, info_seq=0)
        for number in range(count)
    ]
    rooms = Room.objects.bulk_create(rooms, 500)
    places = [(rooms[i // members], user, i % members + 1) for i, user in enumerate(people)]
    Membership.objects.bulk_create([Membership(room=r, user=user, seq=seq) for r, user, seq in places], 500)
    Message.objects.bulk_create(
        [
            _message(room, people[r * members], members + n + 1)
            for r, room in enumerate(rooms)
            for n in range(HISTORY)
        ],
        500,
    )
    return rooms


def _message(room: Room, author: User, seq: int) -> Message:
    body = "What was said before anybody measured anything, in a line of a common length."
    return Message(room=room, author=author, seq=seq, nonce=new_key(), body=body, created_at=timezone.now())


def lengthen(room: Room, messages: int) -> None:
    """The same message again and again, inside the database: all columns but id, seq and nonce are copied."""
    first = room.messages.order_by("pk")[:1].get()
    columns = [field.column for field in Message._meta.concrete_fields if not field.primary_key]
    values = {"seq": f"{room.seq} + i", "nonce": "'again-' || CAST(i AS text)"}
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %s)
            INSERT INTO chat_message ({", ".join(columns)})
            SELECT {", ".join(values.get(column, column) for column in columns)}
            FROM chat_message, n WHERE id = %s""",  # noqa: S608  names of columns
            [messages - HISTORY, first.pk],
        )
    Room.objects.filter(pk=room.pk).update(seq=room.seq + messages - HISTORY)


def make_logins(people: list[User]) -> list[str]:
    """A login session each, as Django's own sign-in would leave it."""
    store, until = SessionStore(), timezone.now() + datetime.timedelta(days=1)
    backend = settings.AUTHENTICATION_BACKENDS[0]
    sessions = [
        LoginSession(
            session_key=get_random_string(32),
            session_data=store.encode(
                {
                    SESSION_KEY: str(user.pk),
                    BACKEND_SESSION_KEY: backend,
                    HASH_SESSION_KEY: user.get_session_auth_hash(),
                }
            ),
            expire_date=until,
        )
        for user in people
    ]
    LoginSession.objects.bulk_create(sessions, 500)
    return [f"{settings.SESSION_COOKIE_NAME}={session.session_key}" for session in sessions]


if __name__ == "__main__":
    main()
