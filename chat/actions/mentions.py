"""Finds the people whom texts mention, among the members of the locked rooms and by their present names.
The result is stored with the message, because names change."""

from collections.abc import Hashable, Iterable
from typing import TypeVar

from chat import text
from chat.ids import PersonId, RoomId
from chat.models import Membership
from chat.protocol import MentionRow

Key = TypeVar("Key", bound=Hashable)


def mentions_in(texts: Iterable[tuple[Key, RoomId, str]]) -> dict[Key, list[MentionRow]]:
    """By key, for each (key, room, text) that mentions somebody. Texts without @ cost nothing, all others
    together one statement."""
    with_at = [one for one in texts if "@" in one[2] or "＠" in one[2]]
    people = _people({room for _, room, _ in with_at}) if with_at else {}
    found = {key: text.mentions(body, people[room]) for key, room, body in with_at}
    return {
        key: [MentionRow(*mention) for mention in mentions] for key, mentions in found.items() if mentions
    }


def _people(rooms: set[RoomId]) -> dict[RoomId, dict[str, list[PersonId]]]:
    """By room and casefolded name, the members with that name."""
    people: dict[RoomId, dict[str, list[PersonId]]] = {room: {} for room in rooms}
    members = Membership.objects.present().filter(room__in=rooms).order_by("pk")
    for room, person, name in members.values_list("room", "user", "user__chat_profile__name"):
        if name:  # without a profile they have no name that anybody has seen
            people[room].setdefault(name.casefold(), []).append(person)
    return people
