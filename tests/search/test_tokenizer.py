"""Tests that tokens hide nothing a term would find, and that queries are parsed as meant."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.search import tokenizer
from chat.search.query_parser import SearchQuery, read
from chat.search.tokenizer import Term, tokens
from chat.text import search_form

UNSPACED = "潮位計上海明天図書館々〇ひらがなカタカナー한국어를조수간만พรุ่งนี้𠮷"
unspaced = st.text(alphabet=UNSPACED, min_size=1, max_size=12)
mixed = st.lists(
    unspaced | st.sampled_from(["tide", "V2", "snake_case", "naïve", "C++", "🎉", "，", ":", " ", "e-mail"]),
    min_size=1,
    max_size=6,
).map("".join)


def finds(term: Term, text: str) -> bool:
    return bool(term.pattern.search(search_form(text)))


def is_candidate(term: Term, text: str) -> bool:
    there = tokens(text)
    begins = not term.beginning or any(token.startswith(term.beginning) for token in there)
    return begins and set(term.tokens) <= there


@given(unspaced, st.data())
def test_text_without_spaces_is_found_by_any_part_of_it(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    for open_ended in (True, False):
        part = Term(search_form(text[start:end]), open_ended)
        assert finds(part, text)
        assert is_candidate(part, text)


@given(mixed, mixed, st.booleans())
def test_tokens_hide_nothing_that_a_term_would_find(text: str, asked: str, open_ended: bool) -> None:
    for part in {asked, *asked.split(), *text.split(), text}:
        term = Term(search_form(part.strip()), open_ended)
        if term.text and finds(term, text):
            assert is_candidate(term, text)


@given(st.text(max_size=60))
def test_any_text_gives_tokens_that_the_index_accepts(text: str) -> None:
    for token in tokens(text):
        assert 0 < len(token) <= tokenizer.MAX_TOKEN
        assert not set(token) & set(" \"':\\\0"), "would mean something to the database"


@pytest.mark.parametrize(
    ("asked", "text", "found"),
    [
        ("har", "the harbour", True),
        ("har", "a char", False),
        ("ha", "the harbour", False),
        ("ha", "ha ha", True),
        ("２０２６", "since 2026", True),
        ("ｶﾀｶﾅ", "カタカナ", True),
        ("STRASSE", "Straße", True),
        ("c++", "C++ and C", True),
        ("c++", "C and C#", False),
        ("❤️", "with ❤", True),
        ("v2版本", "新的V2版本", True),
        ("2版本", "新的V2版本", False),
    ],
)
def test_words_are_found_whole_or_by_their_beginning(asked: str, text: str, found: bool) -> None:
    term = Term(search_form(asked), True)
    assert finds(term, text) is found
    assert not found or is_candidate(term, text)


def test_a_word_that_is_not_the_last_must_be_whole() -> None:
    first, last = read("har bou").terms
    assert not finds(first, "harbour")
    assert finds(last, "boundary")


def test_a_query_is_parsed() -> None:
    day = datetime.date(2026, 3, 1)
    assert read('tide from:@Bob in:"The Lobby" before:2026-3-1 has:file') == SearchQuery(
        [Term("tide", True)], ["bob"], ["the lobby"], day, None, True
    )
    assert read("from：陈默 潮位").people == ["陈默"], "a colon as an input method writes it"
    assert read("“several words” last").terms == [Term("several words", False), Term("last", True)]


@pytest.mark.parametrize(
    "text", ["before:soon", "after:2026-02-30", "has:cheese", "from:", '"', "http://a.b"]
)
def test_anything_that_is_not_an_operator_is_a_word(text: str) -> None:
    asked = read(text)
    assert asked == SearchQuery(asked.terms, [], [], None, None, False)
    assert [term.text for term in asked.terms] == [text.strip('"')] * bool(text.strip('"'))


@given(st.text(max_size=80))
def test_no_query_is_an_error(text: str) -> None:
    for term in read(text).terms:
        assert term.pattern
        assert all(term.tokens)


@given(st.dates(datetime.date(2001, 1, 1), datetime.date(2030, 1, 1)), st.integers(0, 4000), st.integers())
def test_years_and_months_cover_every_day_between_and_few_others(
    first: datetime.date, days: int, number: int
) -> None:
    last = first + datetime.timedelta(days=days)
    cover = set(tokenizer.written_between(first, last))
    within = first + datetime.timedelta(days=number % (days + 1))
    assert cover & set(tokenizer.written_on(within))
    for outside in (first - datetime.timedelta(days=32), last + datetime.timedelta(days=32)):
        assert not cover & set(tokenizer.written_on(outside))
