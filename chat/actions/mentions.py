"""Finds whom texts mention among a room's members. Stored with the message, because names change."""

from collections.abc import Hashable, Iterable
from typing import TypeVar

from chat import text
from chat.ids import PersonId, RoomId
from chat.models import Membership
from chat.protocol import MentionRow

Key = TypeVar("Key", bound=Hashable)


def mentions_in(messages: Iterable[tuple[Key, RoomId, list[str]]]) -> dict[Key, list[MentionRow]]:
    """For each (key, room, texts) that mentions somebody, by key. Messages without texts (`text.mentionable`)
    cost nothing."""
    with_at = [one for one in messages if one[2]]
    people = _people({room for _, room, _ in with_at}) if with_at else {}
    found = {key: text.mentions(texts, people[room]) for key, room, texts in with_at}
    return {
        key: [MentionRow(*mention) for mention in mentions] for key, mentions in found.items() if mentions
    }


def _people(rooms: set[RoomId]) -> dict[RoomId, dict[str, list[PersonId]]]:
    people: dict[RoomId, dict[str, list[PersonId]]] = {room: {} for room in rooms}
    members = Membership.objects.active().filter(room__in=rooms).order_by("pk")
    for room, person, name in members.values_list("room", "user", "user__chat_profile__name"):
        if name:  # without a profile they have no name that anybody has seen
            people[room].setdefault(name.casefold(), []).append(person)
    return people
