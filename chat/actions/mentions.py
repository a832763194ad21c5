"""Finds the people whom texts mention, among the members of the locked rooms and by their present names.
The result is stored with the message, because names change."""

from collections.abc import Hashable, Iterable
from typing import Any, TypeVar

from chat import text
from chat.models import Membership

Key = TypeVar("Key", bound=Hashable)


def mentions_in(texts: Iterable[tuple[Key, int, str]]) -> dict[Key, list[dict[str, Any]]]:
    """Of each (key, room, text) that mentions anybody, whom. Texts without @ cost nothing, all others
    together one statement."""
    naming = [one for one in texts if "@" in one[2] or "＠" in one[2]]
    people = _people({room for _, room, _ in naming}) if naming else {}
    found = {key: text.mentions(body, people[room]) for key, room, body in naming}
    return {key: [mention._asdict() for mention in of_one] for key, of_one in found.items() if of_one}


def _people(rooms: set[int]) -> dict[int, dict[str, list[Any]]]:
    """Room to folded name to the people in it who bear that."""
    people: dict[int, dict[str, list[Any]]] = {room: {} for room in rooms}
    places = Membership.objects.present().filter(room__in=rooms).order_by("pk")
    for room, person, name in places.values_list("room", "user", "user__chat_profile__name"):
        if name:  # else they have no profile yet, and nobody has seen a name of theirs
            people[room].setdefault(name.casefold(), []).append(person)
    return people
