"""Parses a search: words, "quoted phrases", `from:`, `in:`, `before:`, `after:` and `has:file`.

Anything that is not an operator is a word, so no search is an error.
"""

import datetime
import re
from typing import NamedTuple

from chat import limits
from chat.text import search_form

from .tokenizer import Term

# In normal form, so that the full-width colon of input methods works too.
_PART = re.compile(r'(?:(from|in|before|after|has):)?(?:"([^"]+)"|([^\s"]\S*))')
# Every term is checked in every candidate; one character can become four words in its normal form.
MAX_TERMS = 20
_QUOTES = str.maketrans("“”„«»「」『』", '"' * 9)


class SearchQuery(NamedTuple):
    """All conditions must hold; of several people or rooms, one. Days are in the searcher's time zone."""

    terms: list[Term]
    people: list[str]
    rooms: list[str]
    before: datetime.date | None
    after: datetime.date | None
    with_file: bool

    def __bool__(self) -> bool:
        return any(self)


def read(text: str) -> SearchQuery:
    terms: list[str] = []
    people, rooms, days, with_file = [], [], {}, False
    for operator, quoted, plain in _PART.findall(_normal(text)):
        value = quoted or plain
        if operator == "from":
            people.append(value.removeprefix("@"))
        elif operator == "in":
            rooms.append(value.removeprefix("#"))
        elif operator == "has" and value in ("file", "files"):
            with_file = True
        elif operator in ("before", "after") and (day := _day(value)):
            days[operator] = day
        else:
            terms.append(f"{operator}:{value}" if operator else value)
    terms = list(dict.fromkeys(terms))[:MAX_TERMS]
    ending = len(terms) - 1
    found = [Term(term, number == ending) for number, term in enumerate(terms)]
    return SearchQuery(found, people, rooms, days.get("before"), days.get("after"), with_file)


def _normal(text: str) -> str:
    """Shortened to the longest search: some characters become several in their normal form."""
    return search_form(text.translate(_QUOTES))[: limits.SEARCH_CHARACTERS]


def _day(value: str) -> datetime.date | None:
    try:
        year, month, day = map(int, value.split("-"))
        return datetime.date(year, month, day)
    except ValueError:
        return None
