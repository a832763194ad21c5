"""Runs functions in a separate Python process with Django set up for a running site.

It stands for an operator's shell, a command or a bot that writes beside the server. As a program it reads one
JSON object per line, {"call": name, "args": [...], "kwargs": {...}}, and answers with one.
"""

import json
import os
import subprocess
import sys
from importlib import import_module
from typing import Any

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Backstage:
    """The handle on such a process. `env` is the site's."""

    def __init__(self, env: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.live.backstage"],
            cwd=ROOT, env=os.environ | env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def call(self, name: str, /, *args: Any, **kwargs: Any) -> Any:
        """Call `module.function` of the chat, or a function below. Returns plain data; errors are raised."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"call": name, "args": args, "kwargs": kwargs}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, f"the process backstage died at {name}"
        answer = json.loads(line)
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["result"]

    def end(self) -> None:
        self.process.communicate()


# -- in the process itself ------------------------------------------------------------------------


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
    import django

    django.setup()
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            result = _call(asked["call"], *asked["args"], **asked["kwargs"])
            answer = {"result": _plain(result)}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


def _call(name: str, /, *args: Any, **kwargs: Any) -> Any:
    """As a command would: actions in a transaction of their own."""
    if name in HERE:
        return HERE[name](*args, **kwargs)
    from chat.writer import writer

    module, _, function = name.rpartition(".")
    return writer.perform(getattr(import_module(f"chat.{module}"), function), *args, **kwargs)


def _plain(result: Any) -> Any:
    if hasattr(result, "key"):
        return {"key": result.key, "pk": result.pk}
    if hasattr(result, "pk"):
        return result.pk
    return result if isinstance(result, str | int | float | list | dict | tuple | None) else str(result)


def prepare() -> None:
    """Sites of one test run share a Redis, whose groups are named by ids of rooms and people: this site's
    begin somewhere of their own."""
    from secrets import randbelow

    from django.db import connection

    if connection.vendor == "postgresql":
        start = 1000 + randbelow(1_000_000_000)
        with connection.cursor() as cursor:
            for sequence in ("chat_room_id_seq", "auth_user_id_seq"):
                cursor.execute(f"ALTER SEQUENCE {sequence} RESTART WITH {start}")


def make_person(name: str) -> dict[str, Any]:
    """Somebody with a login session; `cookie` is the value of a Cookie header."""
    from django.contrib.auth import get_user_model

    from chat.models import Profile

    user = get_user_model().objects.create_user(username=name)  # hashing a password takes a while
    Profile.objects.create(user=user, name=name[:40])
    return {"id": user.pk, "name": name, "cookie": log_in(user.pk)}


def log_in(person: Any) -> str:
    """One more login session."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
    from django.contrib.sessions.backends.db import SessionStore

    user = get_user_model().objects.get(pk=person)
    store = SessionStore()
    store[SESSION_KEY], store[BACKEND_SESSION_KEY] = (
        str(user.pk),
        "django.contrib.auth.backends.ModelBackend",
    )
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    return f"sessionid={store.session_key}"


def make_staff(person: Any) -> None:
    from django.contrib.auth import get_user_model

    get_user_model().objects.filter(pk=person).update(is_staff=True, is_superuser=True)


def make_guest(person: Any) -> None:
    """Of a member, who keeps their rooms."""
    from chat.models import Profile

    Profile.objects.filter(pk=person).update(kind=Profile.Kind.GUEST)


def say_much(person: Any, room: str, count: int, body: str = "number {n}") -> None:
    from chat import actions, protocol

    posts = [protocol.Post(room=room, nonce=f"seeded-{n:09}", body=body.format(n=n)) for n in range(count)]
    for at in range(0, count, 50):
        _perform(actions.post_messages, [actions.Draft(person, post, None) for post in posts[at : at + 50]])


def deleted(room: str) -> int:
    from chat.models import Message

    return Message.objects.filter(room__key=room).exclude(deleted_at=None).count()


def delete_login(cookie: str) -> None:
    """The row of a login session, and nobody is told."""
    from django.contrib.sessions.models import Session

    Session.objects.filter(session_key=cookie.partition("=")[2]).delete()


def change_password(person: Any) -> None:
    """To one that nobody knows: that needs no hashing, which would be most of what is timed."""
    from django.contrib.auth import get_user_model

    user = get_user_model().objects.get(pk=person)
    user.set_unusable_password()
    user.save()


def deactivate(person: Any) -> None:
    from django.contrib.auth import get_user_model

    user = get_user_model().objects.get(pk=person)
    user.is_active = False
    user.save()


def ban_address(network: str, person: Any) -> None:
    """Because of this person, for an hour, and nobody is told."""
    from datetime import timedelta

    from django.utils import timezone

    from chat.models import BannedAddress

    until = timezone.now() + timedelta(hours=1)
    BannedAddress.objects.create(network=network, person_id=person, until=until)


def remove_quietly(room: str, person: Any) -> None:
    """Change a membership as a removal does, in a transaction, and tell nobody."""
    from chat import actions, broadcast

    send, broadcast._send = broadcast._send, lambda hints: None
    try:
        _perform(actions.remove_member, None, room, person, as_staff=True)
    finally:
        broadcast._send = send


def _perform(*what: Any, **how: Any) -> Any:
    from chat.writer import writer

    return writer.perform(*what, **how)


def messages(room: str) -> list[list[Any]]:
    """[id, seq, author, nonce, body], as they are stored."""
    from chat.models import Message

    rows = Message.objects.filter(room__key=room).order_by("pk")
    return [list(row) for row in rows.values_list("pk", "seq", "author_id", "nonce", "body")]


def head(room: str) -> int:
    from chat.models import Room

    return Room.objects.get(key=room).seq


def open_sessions(person: Any) -> int:
    from chat.models import Session

    return Session.objects.filter(user_id=person, closed_at=None).count()


HERE = {
    function.__name__: function
    for function in (
        prepare, make_person, make_staff, make_guest, say_much, deleted, log_in, delete_login,
        change_password, deactivate, ban_address, remove_quietly, messages, head, open_sessions,
    )
}  # fmt: skip

if __name__ == "__main__":
    main()
