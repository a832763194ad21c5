"""Times what reads people's text before or while it is written, on runs of each sign and of each two of them.

A regular expression that goes back over a run takes time with the square of its length: `~` 3,970 times, then
a space and `@x`, took 35 ms of the writer once.
"""

import string
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from chat import limits
from chat.text import BadBody, clean, clean_name, is_plain, mentions, search_form

MUST_MS = 20.0
_SIGNS = string.punctuation + " \n"
_PEOPLE = {"x": [1], "bob": [2], "a" * limits.NAME_CHARACTERS: [3]}

READERS: dict[str, Callable[[str], Any]] = {
    "clean": clean,
    "clean_name": clean_name,
    "mentions": lambda text: mentions(text, _PEOPLE),
    "is_plain": is_plain,
    "search_form": search_form,
}


def bodies() -> Iterator[str]:
    for unit in [*_SIGNS, *(first + second for first in _SIGNS for second in _SIGNS if first != second)]:
        run = (unit * limits.BODY_CHARACTERS)[: limits.BODY_CHARACTERS - 4]
        yield run + " @x"
        yield run + "\n@x"


def milliseconds(read: Callable[[str], Any], text: str, tries: int = 3) -> float:
    """Of a processor; the least of a few, for others use this machine too."""
    took = []
    for _ in range(tries):
        began = time.process_time()
        with suppress(BadBody):
            read(text)
        took.append(1000 * (time.process_time() - began))
    return min(took)


def worst(read: Callable[[str], Any]) -> tuple[float, str]:
    """The body that takes longest, with its milliseconds: the dearest five are measured again."""
    once = sorted(((milliseconds(read, text, 1), text) for text in bodies()), reverse=True)
    return max((milliseconds(read, text), text) for _, text in once[:5])
