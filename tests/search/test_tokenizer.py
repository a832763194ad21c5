"""Tests that tokens hide nothing a term would find, and that a text is found by each of its words."""

import datetime
import time
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat import folding, limits
from chat.folding import original, search_form
from chat.search import tokenizer
from chat.search.terms import MIN_PREFIX, Term
from chat.search.tokenizer import RUNS, tokens

UNSPACED = "潮位計上海明天図書館々〇ひらがなカタカナー한국어를조수간만พรุ่งนี้𠮷"
unspaced = st.text(alphabet=UNSPACED, min_size=1, max_size=12)
WORDS = [
    "tide", "V2", "snake_case", "naïve", "C++", "🎉", "，", ":", " ", "e-mail", "3,500", "iPhone15", "don’t",
    "2.3.1", "138 0013 8000", "13800138000", "0013-8000",
]  # fmt: skip
mixed = st.lists(unspaced | st.sampled_from(WORDS), min_size=1, max_size=6).map("".join)


def finds(term: Term, text: str) -> bool:
    return bool(term.pattern.search(search_form(text)))


def is_candidate(term: Term, text: str) -> bool:
    there = tokens(text)
    return all(
        any(one.startswith(token.text) for one in there) if token.beginning else token.text in there
        for token in term.tokens
    )


@given(unspaced, st.data())
def test_text_without_spaces_is_found_by_any_part_of_it(text: str, data: st.DataObject) -> None:
    text = search_form(text)
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    for part in Term.word(text[start:end]), Term.phrase(text[start:end]):
        assert finds(part, text)
        assert is_candidate(part, text)


@given(mixed | st.text(max_size=30), mixed | st.text(max_size=8), st.booleans())
def test_tokens_hide_nothing_that_a_term_would_find(text: str, asked: str, exact: bool) -> None:
    for part in {asked, *asked.split(), *text.split(), text}:
        term = Term.phrase(part) if exact else Term.word(part)
        if term.text and finds(term, text):
            assert is_candidate(term, text)


def test_a_text_of_digits_is_split_in_an_instant() -> None:
    """Everybody who posts waits for the indexer."""
    began = time.process_time()
    tokens("1" * limits.SEARCH_FORM_CHARACTERS)
    assert time.process_time() - began < 0.15


@given(mixed | st.text(max_size=60))
def test_a_text_is_found_by_each_of_its_words_and_their_beginnings(text: str) -> None:
    for word in text.split():
        term = Term.word(word)
        assert finds(term, text)
        assert is_candidate(term, text)
    for run in RUNS.finditer(search_form(text)):
        for part in {run[0], run[0][:MIN_PREFIX] if len(run[0]) > MIN_PREFIX else run[0]}:
            assert finds(Term.word(part), text)


@given(st.text(max_size=60))
def test_the_search_form_is_the_same_again(text: str) -> None:
    form = search_form(text)
    assert search_form(form) == form


@given(st.text(max_size=60) | mixed)
def test_any_text_gives_tokens_that_the_index_accepts(text: str) -> None:
    for token in tokens(text):
        assert 0 < len(token) <= tokenizer.MAX_TOKEN
        assert not set(token) & set(" \"':\\\0"), "would mean something to the database"


@pytest.mark.parametrize(
    ("asked", "text", "written"),
    [
        ("软件", "新的軟 件。", "軟 件"), ("cafe", "The Café", "Café"), ("3500", "costs 3,500", "3,500"),
        ("らーめん", "あのﾗｰﾒﾝ", "ﾗｰﾒﾝ"), ("がす", "ｶﾞｽ", "ｶﾞｽ"), ("iphone15", "iPhone 15", "iPhone 15"),
    ],
)  # fmt: skip
def test_what_was_found_is_known_as_it_is_written(asked: str, text: str, written: str) -> None:
    match = Term.word(asked).pattern.search(search_form(text))
    assert match
    assert original(text, *match.span()) == written


@given(mixed | st.text(max_size=40))
def test_all_of_a_text_is_the_original_of_all_of_its_form(text: str) -> None:
    form = search_form(text)
    written = original(text, 0, len(form)) if form else ""
    assert search_form(written) in ("", form)


def test_another_table_of_chinese_characters_needs_another_version() -> None:
    """If this fails, raise VERSION with it, and the index is made anew."""
    forms = "".join(search_form(chr(code)) for code in range(0x3400, 0xA000))
    assert (folding.VERSION, zlib.crc32(forms.encode())) == (5, 2324703452)


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
