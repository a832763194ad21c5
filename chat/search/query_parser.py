"""Parses a search: words, "quoted phrases", -without, OR, and operators like `from:` in English and Chinese.

What looks like an operator and is none is a word. An operator without a proper value is a `Problem`.
"""

import datetime
import re
import unicodedata
from dataclasses import dataclass, field
from typing import NamedTuple

from chat import limits
from chat.folding import search_form

from .days import read_days
from .terms import Term, without_signs_at_ends

_OPERATORS = {
    "from": "from", "来自": "from", "來自": "from", "作者": "from",
    "in": "in", "房间": "in", "房間": "in",
    "before": "before", "之前": "before",
    "after": "after", "之后": "after", "之後": "after",
    "has": "has", "有": "has",
}  # fmt: skip
_FILES = {"file", "files", "文件", "附件", "档案"}
# With spaces around the numbers, as many people write them.
_DAY_IN_WORDS = r"(?:\d+ ?[年月日号號] ?)*\d+ ?[年月日号號](?!\S)"
# In NFKC, so that the full-width colon of input methods works too. Groups: minus, operator, quoted, plain.
# The quote of an operator's value may still be open, while somebody types it.
_PART = re.compile(
    rf"(-(?=[^\s-]))?(?:({'|'.join(_OPERATORS)}):\s*)?"
    rf'(?:"([^"]*)(?:"|(?(2)\Z|(?!)))|({_DAY_IN_WORDS}|[^\s"]\S*))',
    re.IGNORECASE,
)
# Between words or operators; at the beginning they are words.
_JOINING = ("OR", "AND")
_QUOTES = str.maketrans("“”„«»「」『』", '"' * 9)
# Every term is checked in every candidate.
MAX_TERMS = 20
# Every name is compared with that of every person or room.
MAX_NAMES = 10
_DAY = datetime.timedelta(days=1)


class Problem(NamedTuple):
    """An operator, in English, whose value names nobody, no room, no day or nothing that a message has."""

    operator: str
    value: str


@dataclass
class SearchQuery:
    """All conditions must hold; of several people or rooms, one. Days are in the searcher's time zone."""

    # One term of each list has to match, and none of `without`.
    terms: list[list[Term]] = field(default_factory=list)
    without: list[Term] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    not_people: list[str] = field(default_factory=list)
    rooms: list[str] = field(default_factory=list)
    not_rooms: list[str] = field(default_factory=list)
    first: datetime.date | None = None
    last: datetime.date | None = None
    with_file: bool | None = None
    problems: list[Problem] = field(default_factory=list)
    # The days lie outside the calendar, so that nothing can be found.
    impossible: bool = False

    def __bool__(self) -> bool:
        return self != SearchQuery()


def read(text: str, today: datetime.date) -> SearchQuery:
    query, either = SearchQuery(), False
    prepared = unicodedata.normalize("NFKC", text.translate(_QUOTES))[: limits.SEARCH_CHARACTERS]
    for minus, name, quoted, plain in _PART.findall(prepared):
        if not name and plain.endswith(":") and plain[:-1].lower() in _OPERATORS:
            name, plain = plain[:-1], ""
        operator, value = _OPERATORS.get(name.lower()), quoted or without_signs_at_ends(plain)
        if operator:
            _add_operator(query, operator, value, bool(minus), today)
        elif plain in _JOINING and not minus and query:
            either = plain == "OR" and bool(query.terms)
            continue
        else:
            _add_term(query, Term.phrase(quoted) if quoted else Term.word(plain), bool(minus), either)
        either = False
    _leave_out_signs(query)
    return query


def _add_term(query: SearchQuery, term: Term, minus: bool, either: bool) -> None:
    known = [*query.without, *(known for group in query.terms for known in group)]
    if not term.text or term in known or len(known) >= MAX_TERMS:
        return
    if minus:
        query.without.append(term)
    elif either:
        query.terms[-1].append(term)
    else:
        query.terms.append([term])


def _leave_out_signs(query: SearchQuery) -> None:
    """Signs on their own count only if nothing else is searched for."""
    worded = [group for group in query.terms if any(term.has_words for term in group)]
    query.terms = worded or query.terms


def _add_operator(query: SearchQuery, operator: str, value: str, minus: bool, today: datetime.date) -> None:
    form = search_form(value)
    if len(query.people) + len(query.not_people) + len(query.rooms) + len(query.not_rooms) >= MAX_NAMES:
        query.problems.append(Problem(operator, value))
    elif operator == "from" and form.strip("@"):
        (query.not_people if minus else query.people).append(form.removeprefix("@"))
    elif operator == "in" and form.strip("#"):
        (query.not_rooms if minus else query.rooms).append(form.removeprefix("#"))
    elif operator == "has" and form in _FILES:
        query.with_file = not minus
    elif operator not in ("before", "after") or minus or not _add_days(query, operator, form, today):
        query.problems.append(Problem(operator, value))


def _add_days(query: SearchQuery, operator: str, value: str, today: datetime.date) -> bool:
    """Narrow the range of days. Returns False if `value` is no day."""
    days = read_days(value, today)
    if days is None:
        return False
    edge = days.first if operator == "before" else days.last
    if edge == (datetime.date.min if operator == "before" else datetime.date.max):
        query.impossible = True
    elif operator == "before":
        query.last = min(query.last or datetime.date.max, edge - _DAY)
    else:
        query.first = max(query.first or datetime.date.min, edge + _DAY)
    return True
