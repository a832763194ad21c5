"""Times functions that read people's text on runs of each sign and of each pair of signs.

A backtracking regular expression takes time with the square of a run's length: `~` 3,970 times, a space and
`@x` once took 35 ms of the writer.
"""

import string
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from chat import limits
from chat.folding import search_form
from chat.text import BadBody, clean, clean_name, is_plain, mentions

MUST_MS = 20.0
_SIGNS = string.punctuation + " \n"
_PEOPLE = {"x": [1], "bob": [2], "a" * limits.NAME_CHARACTERS: [3]}

READERS: dict[str, Callable[[str], Any]] = {
    "clean": clean,
    "clean_name": clean_name,
    "mentions": lambda text: mentions([text], _PEOPLE),
    "is_plain": is_plain,
    "search_form": search_form,
}


def bodies() -> Iterator[str]:
    for unit in [*_SIGNS, *(first + second for first in _SIGNS for second in _SIGNS if first != second)]:
        run = (unit * limits.BODY_CHARACTERS)[: limits.BODY_CHARACTERS - 4]
        yield run + " @x"
        yield run + "\n@x"


def milliseconds(read: Callable[[str], Any], text: str, tries: int = 3) -> float:
    """CPU time; the minimum of a few tries, because other programs use this machine."""
    took = []
    for _ in range(tries):
        began = time.process_time()
        with suppress(BadBody):
            read(text)
        took.append(1000 * (time.process_time() - began))
    return min(took)


def worst(read: Callable[[str], Any]) -> tuple[float, str]:
    """Returns the slowest body and its milliseconds; the slowest five are measured twice."""
    once = sorted(((milliseconds(read, text, 1), text) for text in bodies()), reverse=True)
    return max((milliseconds(read, text), text) for _, text in once[:5])
