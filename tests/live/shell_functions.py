"""The program behind DjangoShell: functions that live tests call in a process of their own.

Reads one JSON object per line, {"call": name, "args": [...], "kwargs": {...}}, and answers with one.
"""

import datetime
import json
import os
import sys
from importlib import import_module
from secrets import randbelow
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.contrib.sessions.models import Session as StoredSession  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from chat import actions, protocol  # noqa: E402
from chat.actions.guards import rooms_changed  # noqa: E402
from chat.models import BannedAddress, Message, Profile, Room, Session  # noqa: E402
from chat.writer import writer  # noqa: E402
from tests.support import scene  # noqa: E402


def main() -> None:
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            answer = {"result": _plain(_call(asked["call"], *asked["args"], **asked["kwargs"]))}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


def _call(name: str, /, *args: Any, **kwargs: Any) -> Any:
    """As a command would: actions in a transaction of their own."""
    if name in FUNCTIONS:
        return FUNCTIONS[name](*args, **kwargs)
    module, _, function = name.rpartition(".")
    return writer.perform(getattr(import_module(f"chat.{module}"), function), *args, **kwargs)


def _plain(result: Any) -> Any:
    if hasattr(result, "key"):
        return {"key": result.key, "pk": result.pk}
    if hasattr(result, "pk"):
        return result.pk
    return result if isinstance(result, str | int | float | list | dict | tuple | None) else str(result)


def start_ids_apart() -> None:
    """Sites of one test run share a Redis, whose groups are named by ids of rooms and people: this site's ids
    start at a random number."""
    if connection.vendor == "postgresql":
        start = 1000 + randbelow(1_000_000_000)
        with connection.cursor() as cursor:
            for sequence in ("chat_room_id_seq", "auth_user_id_seq"):
                cursor.execute(f"ALTER SEQUENCE {sequence} RESTART WITH {start}")


# -- people ------------------------------------------------------------------------------------------


def make_person(username: str, **profile: Any) -> dict[str, Any]:
    """A person with a login session; `cookie` is the value of a Cookie header."""
    user = scene.make_user(username, password=None, profile={"name": username[:40]} | profile)
    return {"id": user.pk, "name": username, "cookie": log_in(user.pk)}


def log_in(person: Any) -> str:
    """One more login session."""
    [key] = scene.log_in([_user(person)])
    return scene.cookie_header(key)


def make_staff(person: Any) -> None:
    get_user_model().objects.filter(pk=person).update(is_staff=True, is_superuser=True)


def make_guest(person: Any) -> None:
    """A member becomes a guest and keeps their rooms."""
    Profile.objects.filter(pk=person).update(kind=Profile.Kind.GUEST)


def delete_login(cookie: str) -> None:
    """Deletes the row of a login session and notifies nobody."""
    StoredSession.objects.filter(session_key=cookie.partition("=")[2]).delete()


def change_password(person: Any) -> None:
    """To an unusable one: hashing would be most of the measured time."""
    user = _user(person)
    user.set_unusable_password()
    user.save()


def deactivate(person: Any) -> None:
    user = _user(person)
    user.is_active = False
    user.save()


def ban_address(network: str, person: Any) -> None:
    """Because of this person, for an hour. Notifies nobody."""
    until = timezone.now() + datetime.timedelta(hours=1)
    BannedAddress.objects.create(network=network, person_id=person, until=until)


def open_sessions(person: Any) -> int:
    return Session.objects.filter(user_id=person, closed_at=None).count()


def _user(person: Any) -> Any:
    return get_user_model().objects.get(pk=person)


# -- rooms -------------------------------------------------------------------------------------------


def post_many(person: Any, room: str, count: int, body: str = "number {n}") -> None:
    posts = [protocol.Post(room=room, nonce=f"seeded-{n:09}", body=body.format(n=n)) for n in range(count)]
    for at in range(0, count, 50):
        drafts = [actions.Draft(person, post, None) for post in posts[at : at + 50]]
        writer.perform(actions.post_messages, drafts)


def count_deleted(room: str) -> int:
    return Message.objects.filter(room__key=room).exclude(deleted_at=None).count()


def add_member(room: str, person: Any) -> None:
    """In silence: joining would leave a notice among the messages of a test."""
    scene.add_members(Room.objects.get(key=room), [get_user_model().objects.get(pk=person)])
    rooms_changed(person)


def messages(room: str) -> list[list[Any]]:
    """[id, seq, author, nonce, body], as they are stored."""
    rows = Message.objects.filter(room__key=room).order_by("pk")
    return [list(row) for row in rows.values_list("pk", "seq", "author_id", "nonce", "body")]


FUNCTIONS = {
    function.__name__: function
    for function in (
        start_ids_apart, make_person, log_in, make_staff, make_guest, delete_login, change_password,
        deactivate, ban_address, open_sessions, post_many, count_deleted, messages, add_member,
    )
}  # fmt: skip

if __name__ == "__main__":
    main()
