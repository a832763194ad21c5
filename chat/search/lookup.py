"""Finds messages in a person's rooms, newest first, the same on every database.

The index gives candidates; their text decides.
"""

import datetime
import time
from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Sum

from chat import limits, protocol
from chat.ids import PersonId
from chat.models import Membership, Profile, Room
from chat.queries import message_row, people
from chat.text import search_form

from . import query_parser, tokenizer
from .index import OneOf, candidates
from .query_parser import SearchQuery

_END = 2**62
_MOMENT = datetime.timedelta(microseconds=1)
_FIRST, _LAST = datetime.date(2000, 1, 1), datetime.date(2100, 1, 1)

# With a smaller share of all messages, the index is asked for these rooms only: otherwise it would mostly
# return what others may see. With a larger share that would cost more than it saves.
_SMALL_PART = 0.25


class _Scope(NamedTuple):
    """The names of a search resolved for this person: primary keys of rooms and people, and a period of
    time."""

    rooms: dict[int, str]
    is_small_part: bool
    authors: list[PersonId] | None
    first: datetime.datetime
    end: datetime.datetime


def find_messages(person: PersonId, ask: protocol.Search) -> bytes:
    """A page of results, encoded. `next` continues after it; a page may be shorter than requested."""
    asked = query_parser.read(ask.text)
    scope = _scope(person, asked, ask)
    possible = asked and scope.rooms and scope.first < scope.end
    found, rest = _page(person, asked, scope, ask) if possible else ([], None)
    event = protocol.Found(
        results=found, people=people({one.message.author for one in found if one.message.author}),
        words=[term.text for term in asked.terms], next=rest, ref=ask.ref,
    )  # fmt: skip
    return protocol.encode(event)


def _page(
    person: PersonId, asked: SearchQuery, scope: _Scope, ask: protocol.Search
) -> tuple[list[protocol.Result], int | None]:
    """Up to `limit` matching messages, and the last one examined if there may be more: a search is bounded in
    messages, characters, time, and bytes sent."""
    patterns = [term.pattern for term in asked.terms]
    found, size = list[protocol.Result](), 0
    left, until = limits.SEARCHED_CHARACTERS, time.thread_time() + limits.SEARCHED_SECONDS
    rows = candidates(person, scope.rooms, _wanted(asked, scope), ask.next or _END)
    for examined, message in enumerate(rows, 1):
        text = search_form(message.searchable_text)
        left -= len(text)
        if scope.first <= message.created_at < scope.end and all(p.search(text) for p in patterns):
            found.append(protocol.Result(room=scope.rooms[message.room_id], message=message_row(message)))
            size += protocol.size(found[-1].message)
        over = examined == limits.MAX_SEARCHED or left <= 0 or time.thread_time() > until
        if over or len(found) == ask.limit or size > limits.PAGE_BYTES:
            return found, message.pk
    return found, None


def _wanted(asked: SearchQuery, scope: _Scope) -> list[OneOf]:
    found = [OneOf([token]) for term in asked.terms for token in term.tokens]
    found += [OneOf([term.beginning], True) for term in asked.terms if term.beginning]
    if scope.authors is not None:
        found.append(OneOf([tokenizer.by_author(author) for author in scope.authors or [0]]))
    if asked.with_file:
        found.append(OneOf([tokenizer.WITH_FILE]))
    if asked.before or asked.after:
        found.append(OneOf(tokenizer.written_between(scope.first, scope.end - _MOMENT)))
    if scope.is_small_part or not found:
        found.append(OneOf(map(tokenizer.in_room, scope.rooms)))
    return found


# -- what names and days mean --------------------------------------------------------------------


def _scope(person: PersonId, asked: SearchQuery, ask: protocol.Search) -> _Scope:
    east = datetime.timezone(datetime.timedelta(minutes=ask.utc_offset))
    columns = "room", "room__key", "room__name", "room__seq"
    memberships = Membership.objects.present().of(person).values_list(*columns)
    if ask.room:
        memberships = memberships.filter(room__key=ask.room)
    named = [
        membership
        for membership in memberships
        if not asked.rooms or search_form(membership[2]) in asked.rooms
    ]
    total = Room.objects.aggregate(all=Sum("seq"))["all"] or 0
    return _Scope(
        rooms={pk: key for pk, key, _, _ in named},
        is_small_part=sum(seq for *_, seq in named) < _SMALL_PART * total,
        authors=_authors(person, [pk for pk, *_ in named], asked.people) if asked.people else None,
        first=_midnight(_clamp(asked.after) + datetime.timedelta(days=1) if asked.after else _FIRST, east),
        end=_midnight(_clamp(asked.before or _LAST), east),
    )


def _authors(person: PersonId, rooms: Iterable[int], names: list[str]) -> list[PersonId]:
    """Current and former members of these rooms with one of the names; `me` is the person who searches."""
    there = Membership.objects.filter(room__in=list(rooms)).values("user")
    known = Profile.objects.filter(pk__in=there).values_list("pk", "name")
    return [pk for pk, name in known if search_form(name) in names or ("me" in names and pk == person)]


def _clamp(day: datetime.date) -> datetime.date:
    """Each year is a token to look for, and the calendar ends with the year 9999."""
    return min(max(day, _FIRST), _LAST)


def _midnight(day: datetime.date, east: datetime.tzinfo) -> datetime.datetime:
    return datetime.datetime(day.year, day.month, day.day, tzinfo=east).astimezone(datetime.UTC)
