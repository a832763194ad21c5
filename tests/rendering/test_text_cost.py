"""Tests that functions that read people's text take linear time, whatever sign is repeated."""

from datetime import date
from functools import partial

import pytest

from bench import worst_text
from chat import limits
from chat.search import query_parser, tokenizer
from chat.text import clean_name

QUERY = partial(query_parser.read, today=date(2026, 3, 1))
# Those of the search need Django, which the bench does not set up.
READERS = worst_text.READERS | {"tokens": tokenizer.tokens, "query": QUERY}


@pytest.mark.parametrize("name", READERS)
def test_no_run_of_signs_takes_long_to_read(name: str) -> None:
    took, body = worst_text.worst(READERS[name])
    assert took < worst_text.MUST_MS, body[:20]


def test_only_the_beginning_of_an_overlong_name_is_read() -> None:
    assert worst_text.milliseconds(clean_name, "é\u0301" * limits.FRAME_BYTES) < 5.0
    assert len(clean_name("字" * limits.FRAME_BYTES)) > limits.ROOM_NAME_CHARACTERS
