"""Cleans what people type, recognises plain text, and finds mentions. `rendering` makes HTML."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, islice
from typing import NamedTuple

from chat.ids import PersonId

from . import limits

# C0 and C1 except tab and line feed; line and paragraph separators; non-characters; lone surrogates.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]")
_INVISIBLE = re.compile(
    "[\\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\U0001d159\U0001d173-\U0001d17a\U000e0000-\U000e0fff]*"
)
# More marks on one letter than any script needs cover the neighbouring lines.
_PILED_MARKS = re.compile(
    "([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]{8})[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]+"
)
_MARKS_IN_A_ROW = 30
# The only runs that can hold more marks than that: \w contains no marks.
_LONG_RUN = re.compile(r"[^\w\s\x00-\u02ff]{16,}")
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")

# After @ these name everybody in the room.
EVERYBODY = ("room", "所有人")
# Scripts without spaces between words: Thai, Lao, Burmese, Khmer, Chinese and Japanese. Korean has spaces,
# but a particle follows the name directly.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc"
    "\U00020000-\U0003ffff"
)
# A letter or digit of any other script.
SPACED = f"[^\\W{UNSPACED}]"
# Not inside a word: that is an e-mail or web address.
_AT = re.compile(f"(?<!{SPACED})(?<![/.+-])[@＠]")
# Nor does a name end there, or where `@room/core` and `@room.example` go on. As in shared/mentions.js.
_CUT_SHORT = re.compile(f"{SPACED}(?={SPACED})|.(?=[/.-]{SPACED})", re.DOTALL)

# Everything that can begin markup inside a line, besides addresses; then what of it does. The second alone
# takes ten times as long to find nothing.
_SIGNS = re.compile(r"[*_`~\[\\|]")
_MARKUP = re.compile(
    rf"`|~~|\]\(|\\[*_~`\[#>|.)+-]|\*(?=[^\s*])(?!(?<={SPACED}\*){SPACED})|(?<!\w)_(?=[^\s_])"
    r"|\n[ \t>]*+\|?[ \t]*+:?-[ \t:|-]*+(?:\n|\Z)"
)
_BLOCK = re.compile(r"(?:^|\n)[ \t]*+(?:>|(?:[-+*]|\d{1,9}[.)]|#{1,6})[ \t]++\S)")


# Characters of a name that are read: more than a composed name may have.
NAME_LOOKED_AT = 2_000


class BadBody(ValueError):
    """Nothing visible is left, or the text has characters that no text needs."""


def clean(body: str) -> str:
    """Returns NFC with line feeds only and no blank ends. Raises BadBody."""
    body = body.replace("\r\n", "\n").replace("\r", "\n")
    if len(body) > 3 * limits.BODY_CHARACTERS:  # also when it is composed
        raise BadBody("too long")
    if not body.isascii():
        body = _PILED_MARKS.sub(r"\1", _normal(body))
    body = body.strip()
    if _INVISIBLE.fullmatch(body):
        raise BadBody("empty")
    if _FORBIDDEN.search(body):
        raise BadBody("control character")
    if len(body) > limits.BODY_CHARACTERS:
        raise BadBody("too long")
    return body


def clean_name(name: str) -> str:
    """One line, no marks that reverse text. Raises BadBody if nothing is left."""
    name = _FORBIDDEN.sub(" ", _TURNING.sub("", name[:NAME_LOOKED_AT]))
    name = _PILED_MARKS.sub(r"\1", " ".join(_normal(name).split()))
    if _INVISIBLE.fullmatch(name):
        raise BadBody("empty")
    return name


def _normal(text: str) -> str:
    # 30 marks in a row, as in UAX #15's stream-safe format: sorting marks takes time with the square of their
    # number.
    return unicodedata.normalize("NFC", _LONG_RUN.sub(_with_few_marks, text))


def _with_few_marks(run: re.Match[str]) -> str:
    result, marks = [], 0
    for character in run[0]:
        parts = unicodedata.normalize("NFD", character)
        marks = marks + len(parts) if unicodedata.combining(parts[0]) else 0
        if marks <= _MARKS_IN_A_ROW:
            result.append(character)
    return "".join(result)


def is_plain(body: str) -> bool:
    """Most messages are plain and skip the parser."""
    if _SIGNS.search(body) and _MARKUP.search(body):
        return False
    if "://" in body or "www." in (lower := body.lower()) or "mailto:" in lower:
        return False
    return not (_BLOCK.search(body) if "\n" in body else _BLOCK.match(body))


class Markup(NamedTuple):
    """A rendered body. `texts` are its parts with an @ that are neither code nor a link: people are mentioned
    only there, and a client highlights them only there."""

    html: str
    texts: list[str]


def mentionable(body: str, markup: Markup | None) -> list[str]:
    """The texts in which people can be mentioned: plain text is one, Markdown may have several."""
    texts = [body] if markup is None else markup.texts
    return [text for text in texts if "@" in text or "＠" in text]


class Mention(NamedTuple):
    """None means everybody."""

    name: str
    person: PersonId | None


def mentions(texts: Iterable[str], people: Mapping[str, Sequence[PersonId]]) -> list[Mention]:
    """At most MENTIONS of `people`, given by casefolded name. The longest matching name counts."""
    found: dict[Mention, None] = {}
    after = (
        text[at.end() : at.end() + limits.NAME_CHARACTERS + 2] for text in texts for at in _AT.finditer(text)
    )
    for words in islice(after, limits.MENTIONS_LOOKED_AT):
        name = _longest(words, people)
        found |= dict.fromkeys(Mention(name, person) for person in people.get(name.casefold(), ()))
        if name.casefold() in EVERYBODY:
            found[Mention(name, None)] = None
    return list(found)[: limits.MENTIONS]


def _longest(text: str, people: Mapping[str, Sequence[PersonId]]) -> str:
    """The longest name that the text begins with, as a whole word: not “Ann” in “Anna”."""
    folded = text.casefold()
    ends: Sequence[int] = range(len(text) + 1)
    if len(folded) != len(text):  # ß is two
        ends = list(accumulate((len(letter.casefold()) for letter in text), initial=0))
    for end in range(min(len(text), limits.NAME_CHARACTERS), 0, -1):
        name = folded[: ends[end]]
        if (name in people or name in EVERYBODY) and not _CUT_SHORT.match(text, end - 1):
            return text[:end]
    return ""
