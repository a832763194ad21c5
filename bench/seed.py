"""Fills a measured server's database in bulk; the benchmark runs it with the server's environment.

Person i is in room i // members, has a login session, and is line i of cookies.txt; room r is line r of
keys.txt; some people are in every room. Every room has two pages of history; the last has as many messages
as asked for, or all share the messages that are searched. Commands to send are in asks.txt.
"""

import argparse
import datetime
import os
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.db.models import F  # noqa: E402
from django.utils import timezone  # noqa: E402

from chat.models import Membership, Message, Room, SearchIndexState, new_key  # noqa: E402
from chat.search import index_changes  # noqa: E402
from tests.support import scene  # noqa: E402

from . import talk  # noqa: E402

HISTORY = 100
# Searched messages are generated once and copied this many times.
TIMES = 10


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rooms", type=int, required=True)
    parser.add_argument("--members", type=int, required=True)
    parser.add_argument("--everywhere", type=int, default=0, help="so many people are in every room")
    parser.add_argument("--last-room", type=int, default=HISTORY, help="messages in the last room")
    parser.add_argument(
        "--messages", type=int, default=0, help="messages in all rooms together, and their index"
    )
    parser.add_argument("--asks", choices=talk.ASKS, help="what will be asked")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    with transaction.atomic():
        people = scene.make_people(given.rooms * given.members)
        rooms = make_rooms(members_of_rooms(people, given.members, given.everywhere))
        if given.last_room > HISTORY:
            repeat_messages(rooms[-1], given.last_room)
        if given.messages:
            add_messages(rooms, people, given.messages // TIMES)
            copy_messages(TIMES - 1)
        cookies = [scene.cookie_header(key) for key in scene.log_in(people)]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    asks = talk.ASKS[given.asks]() if given.asks else []
    for name, lines in ("keys", [room.key for room in rooms]), ("cookies", cookies), ("asks", asks):
        (given.out / f"{name}.txt").write_text("\n".join(lines) + "\n")


def members_of_rooms(people: list[User], members: int, everywhere: int) -> list[list[User]]:
    """The members of each room."""
    own = [people[i : i + members] for i in range(0, len(people), members)]
    return [list(dict.fromkeys([*there, *people[:everywhere]])) for there in own]


def make_rooms(members: list[list[User]]) -> list[Room]:
    now = timezone.now()
    rooms = [
        Room(name=f"Room {number}", seq=len(there) + HISTORY, active_at=now, info_seq=0)
        for number, there in enumerate(members)
    ]
    rooms = Room.objects.bulk_create(rooms, 500)
    taken = [
        Membership(room=room, user=user, seq=seq)
        for room, there in zip(rooms, members, strict=True)
        for seq, user in enumerate(there, 1)
    ]
    Membership.objects.bulk_create(taken, 500)
    Message.objects.bulk_create(
        [
            _message(room, there[0], len(there) + n + 1)
            for room, there in zip(rooms, members, strict=True)
            for n in range(HISTORY)
        ],
        500,
    )
    return rooms


def _message(room: Room, author: User, seq: int) -> Message:
    body = "What was said before anybody measured anything, in a line of a common length."
    return Message(room=room, author=author, seq=seq, nonce=new_key(), body=body, created_at=timezone.now())


def add_messages(rooms: list[Room], people: list[User], messages: int) -> None:
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
    while index_changes(5_000).changes:
        pass


def copy_messages(times: int) -> None:
    """Copies all messages and their index entries inside the database, ten times as fast as
    `add_messages`."""
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


def repeat_messages(room: Room, messages: int) -> None:
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


if __name__ == "__main__":
    main()
