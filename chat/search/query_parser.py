"""Parses a search: words, "quoted phrases", `from:`, `in:`, `before:`, `after:` and `has:file`.

Anything that is no operator is a word, so no search is an error.
"""

import datetime
import re
from typing import NamedTuple

from chat import limits
from chat.text import search_form

from .tokenizer import Term

# In their normal form already: a full-width colon, as input methods write it, is one too.
_PART = re.compile(r'(?:(from|in|before|after|has):)?(?:"([^"]+)"|([^\s"]\S*))')
# Each is looked for in each candidate; one character in its normal form can be four words.
MAX_TERMS = 20
_QUOTES = str.maketrans("“”„«»「」『』", '"' * 9)


class SearchQuery(NamedTuple):
    """All of it must hold; of several people or rooms one. Days are those of whoever asks."""

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
    """Not longer than a question may be: some characters are many in their normal form."""
    return search_form(text.translate(_QUOTES))[: limits.SEARCH_CHARACTERS]


def _day(value: str) -> datetime.date | None:
    try:
        year, month, day = map(int, value.split("-"))
        return datetime.date(year, month, day)
    except ValueError:
        return None
