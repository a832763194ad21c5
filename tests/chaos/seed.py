"""Who and what is there when a run begins? People with login sessions, rooms with members.

A program of its own (`python -m tests.chaos.seed '{"people": 20, "rooms": [[0, 1], …]}'`, in the environment
of the site), so that the harness itself needs no Django and can judge several databases. Prints JSON.
"""

import json
import sys

import django


def main() -> None:
    django.setup()
    from django.db import transaction

    asked = json.loads(sys.argv[1])
    with transaction.atomic():
        print(json.dumps(seeded(asked["people"], asked["rooms"])))


def seeded(people: int, rooms: list[list[int]]) -> dict:
    """`rooms` lists for each room who is in it; the first one owns it."""
    from django.contrib.auth import get_user_model

    from chat.actions import make_room
    from chat.models import Workspace

    User = get_user_model()
    made = User.objects.bulk_create(
        User(username=f"p{number}", password=f"!{number}") for number in range(people)
    )
    Workspace.current()
    Workspace.objects.update(founder=made[0])
    cookies, keys = logged_in(made), []
    for members in rooms:
        room = make_room(made[members[0]].pk, f"Room {len(keys)}")
        enter(room, [made[number] for number in members[1:]])
        keys.append(room.key)
    of = [[key for key, members in zip(keys, rooms, strict=True) if n in members] for n in range(people)]
    return {"people": [[user.pk, cookie, own] for user, cookie, own in zip(made, cookies, of, strict=True)]}


def enter(room, users) -> None:
    """As join_room would, but for thousands at once."""
    from chat.models import Membership, Profile, Room

    Profile.objects.bulk_create((Profile(user=u, name=u.username) for u in users), ignore_conflicts=True)
    room.refresh_from_db()
    Membership.objects.bulk_create(
        Membership(room=room, user=user, seq=room.seq + 1 + number) for number, user in enumerate(users)
    )
    Room.objects.filter(pk=room.pk).update(seq=room.seq + len(users))


def logged_in(users) -> list[str]:
    """A login session's key for each of them."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session
    from django.utils import timezone

    stores = []
    for user in users:
        store = SessionStore()
        store[SESSION_KEY], store[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
        store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        stores.append(store)
    day = timezone.now() + timezone.timedelta(days=14)  # as long as those of the site
    rows = [Session(session_key=s._get_new_session_key(), session_data=s.encode(s._session), expire_date=day)
            for s in stores]  # fmt: skip
    Session.objects.bulk_create(rows)
    return [row.session_key for row in rows]


if __name__ == "__main__":
    main()
