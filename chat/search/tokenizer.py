"""Splits texts and searches into the same tokens on every database.

Scripts without spaces (Chinese, Japanese, Thai …), and Korean, whose words take suffixes, are found by any
part: each character is a token, and each pair of neighbours. Everything else is found by whole words, the
last one by its beginning. Tokens only choose candidates; `Term.pattern` decides.
"""

import datetime
import re
from collections.abc import Iterator
from typing import NamedTuple

from chat.text import search_form

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3031-\u3035\u303b"
    "\u3041-\u30ff\u3130-\u318f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff"
    "\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
_SIGNS = "\u2190-\u2bff\U0001f000-\U0001faff"
_LETTER = f"[^\\W{_UNSPACED}]"
_RUNS = re.compile(f"([{_UNSPACED}]+)|({_LETTER}+)|([{_SIGNS}])")
# Longer words are found by this many characters; a tsvector takes at most 2,046 bytes.
MAX_TOKEN = 40
# A shorter beginning would match most of a dictionary: such a word must match whole.
MIN_PREFIX = 3


def tokens(text: str) -> set[str]:
    """The tokens of a text."""
    return {token for unspaced, other in _runs(search_form(text)) for token in _parts(unspaced) or [other]}


def _runs(text: str) -> Iterator[tuple[str, str]]:
    """Splits into runs: (unspaced, "") or ("", word or sign)."""
    for unspaced, word, sign in _RUNS.findall(text):
        yield unspaced, word[:MAX_TOKEN] or sign


def _parts(run: str) -> list[str]:
    return [*run, *_pairs(run)]


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)]


class Term(NamedTuple):
    """A search term in its normal form. An open one may continue after its end."""

    text: str
    open: bool

    @property
    def tokens(self) -> list[str]:
        """Tokens that every text with this term has; the last of an open term is left to `beginning`."""
        found = [
            token for unspaced, other in _runs(self.text) for token in _pairs(unspaced) or [unspaced or other]
        ]
        return found[:-1] if self.beginning else found

    @property
    def beginning(self) -> str:
        """The beginning of one of the text's words, or ""."""
        last = re.search(f"{_LETTER}+\\Z", self.text) if self.open else None
        return last[0][:MAX_TOKEN] if last and len(last[0]) >= MIN_PREFIX else ""

    @property
    def pattern(self) -> re.Pattern[str]:
        start = f"(?<!{_LETTER})" if re.match(_LETTER, self.text) else ""
        end = f"(?!{_LETTER})" if re.search(f"{_LETTER}\\Z", self.text) and not self.beginning else ""
        return re.compile(start + re.escape(self.text) + end)


# -- tokens for room, author, month and file: they contain a colon, so nobody can type them ----------


def in_room(room: int) -> str:
    return f"room:{room}"


def by_author(person: object) -> str:
    return f"from:{person}"


WITH_FILE = "has:file"


def written_on(day: datetime.date) -> list[str]:
    """The year and month tokens of a time, in UTC."""
    return [f"on:{day:%Y}", f"on:{day:%Y%m}"]


def written_between(first: datetime.date, last: datetime.date) -> list[str]:
    """Whole years, and months for partial years, so that long periods need few tokens."""
    found: list[str] = []
    for year in range(first.year, last.year + 1):
        start = first.month if year == first.year else 1
        end = last.month if year == last.year else 12
        whole = (start, end) == (1, 12)
        found += [f"on:{year}"] if whole else [f"on:{year}{month:02}" for month in range(start, end + 1)]
    return found
