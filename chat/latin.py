"""Readings of Chinese names in Latin letters, so that `linxia`, `lx` and `linx` find 林夏."""

import os
import re
from functools import cache
from importlib import import_module
from itertools import islice
from typing import Any

from .folding import HAN, search_form, variants_of

_PARTS = re.compile(f"[{HAN}]|[^\\W_{HAN}]+")
_IS_HAN = re.compile(f"[{HAN}]")
# A name has few characters with several readings. Bounded, because each costs everybody's lists some bytes.
_MAX_SYLLABLES, _MAX_READINGS, _MAX_SPELLINGS = 40, 4, 12
# Longer than that nobody types; checking takes time with the product of both.
_MAX_COMPARED, _MAX_QUERY = 12, 24


def latin_of(name: str) -> str:
    """For each character its readings and other forms, as in `chen/陈/陳 yi/亿/億`; empty without Chinese."""
    form = search_form(name)
    if not _IS_HAN.search(form):
        return ""
    return " ".join("/".join(_forms(part)) for part in islice(_PARTS.findall(form), _MAX_SYLLABLES))


def _forms(part: str) -> list[str]:
    if not _IS_HAN.match(part):
        return [part]
    readings = _readings(part)
    # People type nü as nv, nu, or as it is written.
    ways = [way for reading in readings for way in (reading, reading.replace("v", "u"))]
    return list(dict.fromkeys([*ways, part, *variants_of(part)]))


def _readings(letter: str) -> list[str]:
    pinyin = _pinyin()
    [found] = pinyin.pinyin(letter, style=pinyin.Style.NORMAL, heteronym=True)
    return found[:_MAX_READINGS] if found != [letter] else []


@cache
def _pinyin() -> Any:
    """Loaded with the first Chinese name, without its phrases: an idle process must stay small."""
    os.environ |= {"PYPINYIN_NO_PHRASES": "true", "PYPINYIN_NO_DICT_COPY": "true"}
    return import_module("pypinyin")


def spellings(latin: str) -> list[str]:
    """Whole names and their initials, the most usual reading first and one other reading at a time."""
    syllables = [syllable.split("/") for syllable in latin.split()]
    usual = [readings[0] for readings in syllables]
    others = [
        [*usual[:at], reading, *usual[at + 1 :]]
        for at, readings in enumerate(syllables)
        for reading in readings[1:]
        if reading.isascii()
    ]
    chosen = [usual, *others][:_MAX_SPELLINGS] if usual else []
    return list(dict.fromkeys(word for way in chosen for word in ("".join(way), "".join(s[0] for s in way))))


def sounds_like(latin: str, query: str) -> bool:
    """The query consists of beginnings of syllables that follow each other in the name."""
    wanted = query.replace(" ", "").replace("'", "")
    if not wanted or wanted[0] not in latin or len(wanted) > _MAX_QUERY:
        return False
    syllables = [syllable.split("/") for syllable in latin.split(" ", _MAX_COMPARED)[:_MAX_COMPARED]]
    return any(_follow(syllables[start:], wanted) for start in range(len(syllables)))


def _follow(syllables: list[list[str]], wanted: str) -> bool:
    """`soundsLike` in shared/matching.js does the same."""
    ends = {0}
    for readings in syllables:
        ends = {end for at in ends for reading in readings for end in _ends(reading, wanted, at)}
        if len(wanted) in ends:
            return True
        if not ends:
            return False
    return False


def _ends(reading: str, wanted: str, at: int) -> list[int]:
    """The ends of all beginnings of `reading` that `wanted` has at `at`."""
    return [at + size for size in range(1, len(reading) + 1) if wanted.startswith(reading[:size], at)]
