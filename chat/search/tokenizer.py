"""Splits texts into the same tokens on every database.

Scripts without spaces (Chinese, Japanese, Thai …), and Korean, whose words take suffixes, are found by any
part: each character is a token, and each pair of neighbours. Everything else is found by the beginning of a
run of letters or of digits. Tokens only choose candidates; the pattern of a `Term` decides.
"""

import datetime
import re

from chat.folding import search_form

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3031-\u3035\u303b"
    "\u3041-\u30ff\u3130-\u318f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff"
    "\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
_SIGNS = "\u2190-\u2bff\U0001f000-\U0001faff"
LETTER = f"[^\\W\\d_{_UNSPACED}]"
# Groups: a run without spaces, a word, a number, a sign.
RUNS = re.compile(f"([{_UNSPACED}]+)|({LETTER}+)|(\\d+)|([{_SIGNS}])")
# A phone number or date in groups (138 0013 8000) is also found as one number. Looked for where a number
# begins: from each digit on, the time would grow with the square of the digits.
GROUPS = "[ -]"
_GROUPED = re.compile(rf"(?<!\d)\d+(?:{GROUPS}\d+)+")
# Longer words are found by this many characters; a tsvector takes at most 2,046 bytes.
MAX_TOKEN = 40


def tokens(text: str) -> set[str]:
    """The tokens of a text."""
    form = search_form(text)
    found = {token for run in RUNS.finditer(form) for token in _all(run)}
    return found.union(*(_joined(number[0]) for number in _GROUPED.finditer(form)))


def _joined(number: str) -> set[str]:
    """From each group on, as a search may leave out those before it."""
    groups = re.split(GROUPS, number)
    return {"".join(groups[at : at + MAX_TOKEN])[:MAX_TOKEN] for at in range(len(groups) - 1)}


def _all(run: re.Match[str]) -> list[str]:
    return [*run[1], *_pairs(run[1])] if run[1] else [run[0][:MAX_TOKEN]]


def needed(run: re.Match[str]) -> list[str]:
    """Tokens that every text with this run has."""
    return (_pairs(run[1]) or [run[1]]) if run[1] else [run[0][:MAX_TOKEN]]


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)]


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
