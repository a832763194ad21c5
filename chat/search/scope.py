"""Resolves the names and days of a search for the person who searches."""

import contextlib
import datetime
import zoneinfo
from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Sum
from django.utils import timezone

from chat import protocol
from chat.folding import search_form
from chat.ids import PersonId
from chat.latin import sounds_like
from chat.models import Membership, Profile, Room

from .query_parser import Problem, SearchQuery

# Nothing was written before or will be after; each year between is a token to look for.
_FIRST, _LAST = datetime.date(2000, 1, 1), datetime.date(2099, 12, 31)
_DAY = datetime.timedelta(days=1)

# With a smaller share of all messages, the index is asked for these rooms only: otherwise it would mostly
# return what others may see. With a larger share that would cost more than it saves.
_SMALL_PART = 0.25
_ME = ("me", "我")


class Scope(NamedTuple):
    """Primary keys of rooms, with their keys, and of people; a period of time; and what is none of these."""

    rooms: dict[int, str]
    is_small_part: bool
    authors: set[PersonId] | None
    not_authors: set[PersonId]
    first: datetime.datetime
    end: datetime.datetime
    problems: list[Problem]

    @property
    def is_empty(self) -> bool:
        return bool(self.problems) or not self.rooms or self.first >= self.end


class _Mine(NamedTuple):
    """A room of the person's."""

    pk: int
    key: str
    name: str
    seq: int
    latin: str


class _Name(NamedTuple):
    form: str
    latin: str


def zone_of(ask: protocol.Search) -> datetime.tzinfo:
    """By its name, because the offset changes with the seasons; by today's offset if the name is unknown."""
    with contextlib.suppress(KeyError, ValueError, OSError):
        if ask.zone:
            return zoneinfo.ZoneInfo(ask.zone)
    return datetime.timezone(datetime.timedelta(minutes=ask.utc_offset))


def resolve(person: PersonId, asked: SearchQuery, ask: protocol.Search) -> Scope:
    columns = "room", "room__key", "room__name", "room__seq", "room__latin"
    mine = [_Mine(*row) for row in Membership.objects.present().of(person).values_list(*columns)]
    problems = [*asked.problems]
    named, not_named = _rooms(mine, asked.rooms, problems), _rooms(mine, asked.not_rooms, problems)
    rooms = [
        room
        for room in mine
        if ask.room in (None, room.key) and (not asked.rooms or room in named) and room not in not_named
    ]
    total = Room.objects.aggregate(all=Sum("seq"))["all"] or 0
    known = _known(mine) if asked.people or asked.not_people else []
    zone = zone_of(ask)
    return Scope(
        rooms={room.pk: room.key for room in rooms},
        is_small_part=sum(room.seq for room in rooms) < _SMALL_PART * total,
        authors=_authors(person, known, asked.people, problems) if asked.people else None,
        not_authors=_authors(person, known, asked.not_people, problems),
        first=_midnight(max(asked.first or _FIRST, _FIRST), zone),
        end=_midnight(_FIRST if asked.impossible else min(asked.last or _LAST, _LAST) + _DAY, zone),
        problems=problems,
    )


def _midnight(day: datetime.date, zone: datetime.tzinfo) -> datetime.datetime:
    day = min(max(day, _FIRST), _LAST + _DAY)
    return datetime.datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(datetime.UTC)


def today_in(zone: datetime.tzinfo) -> datetime.date:
    return timezone.now().astimezone(zone).date()


def _rooms(mine: list[_Mine], names: list[str], problems: list[Problem]) -> list[_Mine]:
    forms = [_Name(search_form(room.name), room.latin) for room in mine] if names else []
    found: list[_Mine] = []
    for name in names:
        numbers = _best(name, forms)
        found += [mine[number] for number in numbers]
        problems += [] if numbers else [Problem("in", name)]
    return found


def _known(mine: list[_Mine]) -> list[tuple[PersonId, _Name]]:
    """Current and former members of these rooms."""
    there = Membership.objects.filter(room__in=[room.pk for room in mine]).values("user")
    rows = Profile.objects.filter(pk__in=there).values_list("pk", "name", "latin")
    return [(pk, _Name(search_form(name), latin)) for pk, name, latin in rows]


def _authors(
    person: PersonId, known: list[tuple[PersonId, _Name]], names: list[str], problems: list[Problem]
) -> set[PersonId]:
    found: set[PersonId] = set()
    for name in names:
        if name in _ME:
            people = {person}
        else:
            people = {known[number][0] for number in _best(name, [form for _, form in known])}
        found |= people
        problems += [] if people else [Problem("from", name)]
    return found


def _best(name: str, known: Iterable[_Name]) -> list[int]:
    """Numbers of those with this name, or else of those with it as a part, or else of those that sound so."""
    numbered = list(enumerate(known))
    return (
        [number for number, one in numbered if one.form == name]
        or [number for number, one in numbered if name in one.form]
        or [number for number, one in numbered if sounds_like(one.latin, name)]
    )
