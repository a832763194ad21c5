"""Seeds a measured server's database in bulk; the bench runs it with the server's environment.

Person i is in room i

members, has a login session, and is line i of cookies.txt; room r is line r of keys.txt; some people are in
every room. Every room has two pages of history; the last has as many messages as asked for, or all share the
messages that are searched. Requests to send are in asks.txt.
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
from django.contrib.sessions.models import Session as StoredSession  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.db.models import F  # noqa: E402
from django.utils import timezone  # noqa: E402
from django.utils.crypto import get_random_string  # noqa: E402

from chat.models import Membership, Message, Profile, Room, SearchIndexState, new_key  # noqa: E402
from chat.search import index_changes  # noqa: E402

from . import talk  # noqa: E402

HISTORY = 100
# Searched messages are generated once and copied this many times.
TIMES = 10


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--rooms", type=int, required=True)
    asked.add_argument("--members", type=int, required=True)
    asked.add_argument("--everywhere", type=int, default=0, help="so many people are in every room")
    asked.add_argument("--last-room", type=int, default=HISTORY, help="messages in the last room")
    asked.add_argument("--said", type=int, default=0, help="messages in all rooms together, and their index")
    asked.add_argument("--asks", choices=talk.ASKS, help="what will be asked")
    asked.add_argument("--out", type=Path, required=True)
    given = asked.parse_args()
    with transaction.atomic():
        people = make_people(given.rooms * given.members)
        rooms = make_rooms(places(people, given.members, given.everywhere))
        if given.last_room > HISTORY:
            lengthen(rooms[-1], given.last_room)
        if given.said:
            say(rooms, people, given.said // TIMES)
            say_again(TIMES - 1)
        cookies = make_logins(people)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    asks = talk.ASKS[given.asks]() if given.asks else []
    for name, lines in ("keys", [room.key for room in rooms]), ("cookies", cookies), ("asks", asks):
        (given.out / f"{name}.txt").write_text("\n".join(lines) + "\n")


def make_people(count: int) -> list[User]:
    password = make_password(None)
    people = [User(username=f"bench{number}", password=password) for number in range(count)]
    people = User.objects.bulk_create(people, 1000)
    Profile.objects.bulk_create([Profile(user=user, name=f"Person {user.pk}") for user in people], 1000)
    return people


def places(people: list[User], members: int, everywhere: int) -> list[list[User]]:
    """The members of each room."""
    own = [people[i : i + members] for i in range(0, len(people), members)]
    return [list(dict.fromkeys([*there, *people[:everywhere]])) for there in own]


def make_rooms(places: list[list[User]]) -> list[Room]:
    now = timezone.now()
    rooms = [
        Room(name=f"Room {number}", seq=len(there) + HISTORY, active_at=now, info_seq=0)
        for number, there in enumerate(places)
    ]
    rooms = Room.objects.bulk_create(rooms, 500)
    taken = [
        Membership(room=room, user=user, seq=seq)
        for room, there in zip(rooms, places, strict=True)
        for seq, user in enumerate(there, 1)
    ]
    Membership.objects.bulk_create(taken, 500)
    Message.objects.bulk_create(
        [
            _message(room, there[0], len(there) + n + 1)
            for room, there in zip(rooms, places, strict=True)
            for n in range(HISTORY)
        ],
        500,
    )
    return rooms


def _message(room: Room, author: User, seq: int) -> Message:
    body = "What was said before anybody measured anything, in a line of a common length."
    return Message(room=room, author=author, seq=seq, nonce=new_key(), body=body, created_at=timezone.now())


def say(rooms: list[Room], people: list[User], messages: int) -> None:
    """Adds indexed messages across the rooms, a minute apart until now; one in forty has a file."""
    began, sentences = timezone.now() - datetime.timedelta(minutes=messages), talk.sentences()
    made = []
    for number in range(messages):
        room = rooms[number % len(rooms)]
        room.seq += 1
        message = _message(room, people[number * 7 % len(people)], room.seq)
        message.body, message.created_at = next(sentences), began + datetime.timedelta(minutes=number)
        message.attachments = talk.FILE if number % 40 == 0 else None
        made.append(message)
    Message.objects.bulk_create(made, 500)
    Room.objects.bulk_update(rooms, ["seq"])
    while index_changes(5_000):
        pass


def say_again(times: int) -> None:
    """Copies all messages and their index entries inside the database, ten times as fast as `say`."""
    last = Message.objects.latest("pk").pk
    columns = [field.column for field in Message._meta.concrete_fields]
    values = {
        "id": f"id + i * {last}",
        "seq": f"seq + i * {last}",
        "nonce": "nonce || '-' || CAST(i AS text)",
    }
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {times})"  # noqa: S608
    key = "rowid" if connection.vendor == "sqlite" else "message_id"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""{numbers} INSERT INTO chat_message ({", ".join(columns)})
            SELECT {", ".join(values.get(column, column) for column in columns)}
            FROM chat_message, n ORDER BY i, id"""  # noqa: S608  names of columns
        )
        cursor.execute(
            f"""{numbers} INSERT INTO chat_search ({key}, words)
            SELECT {key} + i * {last}, words FROM chat_search, n ORDER BY i, {key}"""  # noqa: S608
        )
        if connection.vendor == "postgresql":
            cursor.execute("SELECT setval('chat_message_id_seq', (SELECT max(id) FROM chat_message))")
    for changed in Room, SearchIndexState:
        changed.objects.update(seq=F("seq") + times * last)


def lengthen(room: Room, messages: int) -> None:
    """Repeats one message inside the database: all columns but id, seq and nonce are copied."""
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
    """Creates a login session per person, as Django's sign-in would."""
    store, until = SessionStore(), timezone.now() + datetime.timedelta(days=1)
    backend = settings.AUTHENTICATION_BACKENDS[0]
    sessions = [
        StoredSession(
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
    StoredSession.objects.bulk_create(sessions, 500)
    return [f"{settings.SESSION_COOKIE_NAME}={session.session_key}" for session in sessions]


if __name__ == "__main__":
    main()
