"""Fills the chat with demo people and conversations, for screenshots and load tests."""

import json
import os
import secrets
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import AbstractUser
from django.core.management.base import BaseCommand, CommandError

from chat import actions
from chat.management.demo import people as demo_people
from chat.management.demo import showcase, talk, words
from chat.models import Profile, Room, Workspace
from chat.writer import writer


class Command(BaseCommand):
    help = "Creates demo people, rooms and conversations. The last line printed is the room's id."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add = parser.add_argument
        add("--people", type=int, default=12, help="number of people to create (12)")
        add("--room", help="the room they all join; created if it does not exist")
        add("--rooms", type=int, default=1, help="number of rooms (1)")
        add("--messages", type=int, default=60, help="messages in each room (60)")
        add("--cookies", type=Path, help="write one Cookie header value per person to this file")
        add("--talk", type=float, default=0, help="then let them post for this many seconds")
        add(
            "--showcase",
            type=Path,
            help="create one room for every state of a page, and describe them in this JSON file",
        )
        add("--yes", action="store_true", help="do not ask, even if the chat is in use")

    def handle(self, *args: object, **options: Any) -> None:
        if options["people"] < 1 or options["rooms"] < 1:
            raise CommandError("--people and --rooms must be at least 1.")
        if not options["yes"]:
            self._ask()
        if options["showcase"]:
            return self._show(options["showcase"])
        rooms, cookies = self._make(options)
        if options["cookies"]:
            write_private(options["cookies"], cookies)
        if options["talk"]:
            self.stdout.write(f"{talk.talk(rooms, options['talk'])} messages posted")
        self.stdout.write(next(iter(rooms)))

    def _show(self, file: Path) -> None:
        made = writer.perform(self._showcase, *_password())
        write_private(file, [json.dumps(made)])
        self.stdout.write(made["rooms"]["busy"])

    def _showcase(self, *password: str) -> dict[str, Any]:
        self._founder(*password)
        return showcase.make()

    def _ask(self) -> None:
        real = (
            get_user_model()._default_manager.exclude(email__endswith=f"@{demo_people.DEMO_DOMAIN}").count()
        )
        if not real:
            return
        question = f"This chat is in use ({real} real accounts). Add demo people anyway? [y/N] "
        try:
            answer = input(question)
        except EOFError:
            raise CommandError("This chat is in use. To add demo people anyway, use --yes.") from None
        if answer.strip().lower() not in ("y", "yes"):
            raise CommandError("Nothing was changed.")

    def _make(self, options: dict[str, Any]) -> tuple[dict[str, list[demo_people.DemoPerson]], list[str]]:
        """Returns members by room, and cookies. In many transactions, so that an interruption keeps most."""
        founder = writer.perform(self._founder, *_password())
        people = demo_people.make_people(options["people"])
        names = [options["room"], *_further(options["rooms"] - 1, options["room"])]
        keys = [writer.perform(self._room, founder, name) for name in names]
        rooms = {keys[0]: people}
        for number, key in enumerate(keys[1:]):
            rooms[key] = people[number % len(people) :: len(keys) - 1]
        for key, members in rooms.items():
            demo_people.add_members(key, members, options["messages"])
        return rooms, demo_people.make_login_cookies(people) if options["cookies"] else []

    def _founder(self, password: str, hashed: str) -> AbstractUser:
        workspace = Workspace.current()
        if workspace.founder is not None:
            return workspace.founder
        users: Any = get_user_model()._default_manager
        name = "admin" if not users.filter(username="admin").exists() else f"admin-{secrets.token_hex(2)}"
        rights = {"is_staff": True, "is_superuser": True}
        user: AbstractUser = users.create(
            username=name, email=f"{name}@{demo_people.DEMO_DOMAIN}", password=hashed, **rights
        )
        Profile.objects.create(user_id=user.pk, name="Demo admin")
        actions.create_workspace(user.pk, "Lamplight")
        self.stdout.write(f"Administrator: {name}, password: {password}")
        return user

    def _room(self, founder: AbstractUser, name: str | None) -> str:
        """The room of this name, made if needed; without a name, the first public room."""
        public = Room.objects.filter(kind=Room.Kind.PUBLIC, archived_at=None).order_by("pk")
        found = (public.filter(name=name) if name else public).first()
        if found is None:
            found = actions.make_room(
                founder.pk, name or "Lobby", topic=dict(words.ROOMS).get(name or "", "")
            )
            actions.make_join_link(founder.pk, found.key)
        self.stdout.write(f"{found.key}  {found.name}")
        return found.key


def _further(count: int, taken: str | None) -> list[str]:
    """Names for more rooms: the demo's own, then numbered."""
    names = [name for name, _topic in words.ROOMS[1:] if name != taken]
    return (names + [f"Room {number}" for number in range(len(names) + 2, count + 3)])[:count]


def _password() -> tuple[str, str]:
    """A password and its hash, which takes too long for a transaction."""
    password = secrets.token_urlsafe(12)
    return password, make_password(password)


def write_private(path: Path, lines: list[str]) -> None:
    # Its cookies sign in as these people: only the owner may read it, even if it existed before.
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        os.fchmod(file.fileno(), 0o600)
        file.writelines(f"{line}\n" for line in lines)
