"""Creates people with login sessions, and rooms with members, for a run.

A program of its own (`python -m tests.chaos.seed '{"people": 20, "rooms": [[0, 1], …]}'`, in the environment
of the site), so that the harness itself needs no Django and can judge several databases. Prints JSON.
"""

import json
import sys

import django

django.setup()

from django.db import transaction  # noqa: E402

from chat.actions import make_room  # noqa: E402
from chat.models import Workspace  # noqa: E402
from tests.support import scene  # noqa: E402


def main() -> None:
    asked = json.loads(sys.argv[1])
    with transaction.atomic():
        print(json.dumps(seed(asked["people"], asked["rooms"])))


def seed(count: int, rooms: list[list[int]]) -> dict:
    """`rooms` lists the members of each room; the first one owns it."""
    people = scene.make_people(count)
    Workspace.current()
    Workspace.objects.update(founder=people[0])
    cookies, keys = scene.log_in(people), []
    for members in rooms:
        room = make_room(people[members[0]].pk, f"Room {len(keys)}")
        scene.add_members(room, [people[number] for number in members[1:]])
        keys.append(room.key)
    of = [[key for key, members in zip(keys, rooms, strict=True) if n in members] for n in range(count)]
    return {"people": [[user.pk, cookie, own] for user, cookie, own in zip(people, cookies, of, strict=True)]}


if __name__ == "__main__":
    main()
