"""Tests that typed text is kept as meant and shown safely."""

import sys
import time
import unicodedata
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chat import limits
from chat.text import BadBody, clean, clean_name
from tests.support.markup import html_of

MOST = limits.BODY_CHARACTERS
BIDI = "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
INVISIBLE = "\u00ad\u034f\u115f\u180e\u200b\u200d\u2060\u2800\u3164\ufe0f\ufeff\uffa0\U000e0041\U0001d173"


def is_bad(body: str) -> bool:
    try:
        clean(body)
    except BadBody:
        return True
    return False


# -- bodies --------------------------------------------------------------------------------------


@given(st.text(max_size=200) | st.text("e\u0301\u0316\u0591\u20dd ab\r\n\t", max_size=200))
@example("e" + "\u0316" * 9 + "\u0301")
@example("\u1100\u1161\u11a8")
@example("\u0f73" * 40 + "\u0301" * 40)
def test_clean_is_idempotent_and_normal(body: str) -> None:
    if not is_bad(body):
        once = clean(body)
        assert clean(once) == once
        assert unicodedata.is_normalized("NFC", once)
        assert once == once.strip()
        assert "\r" not in once


def test_both_databases_can_store_clean_text() -> None:
    for code in [*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029, 0xFDD0, 0xFFFE, 0xFFFF, 0xD800, 0xDFFF]:
        assert is_bad(f"a{chr(code)}b") is (chr(code) not in "\t\n\r"), hex(code)


def test_every_line_end_becomes_a_line_feed() -> None:
    assert clean(" a\r\nb\rc\nd\t") == "a\nb\nc\nd"


@pytest.mark.parametrize("body", ["", " ", "\n\t\r\n", *INVISIBLE, *BIDI, INVISIBLE + " \n" + BIDI, "\u3000"])
def test_an_invisible_body_is_refused(body: str) -> None:
    assert is_bad(body)


def test_the_limit_is_exact_in_characters_after_normalisation() -> None:
    for letter in ("x", "字", "😀"):
        assert clean(letter * MOST) == letter * MOST
        assert is_bad(letter * (MOST + 1))
    assert len(clean("e\u0301" * MOST)) == MOST
    assert is_bad("\u0958" * (MOST // 2 + 1)), "each becomes two"


def test_letters_may_carry_eight_marks_and_no_more() -> None:
    assert clean("Z" + "\u0335" * 500 + "a") == "Z" + "\u0335" * 8 + "a"
    assert clean("ตั้งใจ ạ̄ नि") == unicodedata.normalize("NFC", "ตั้งใจ ạ̄ नि")


@pytest.mark.parametrize("marks", ["\u0f73", "\u0316\u0301", "\u0344", "x\u0f73\u0f71\u0f72"])
def test_thousands_of_marks_are_normalised_quickly(marks: str) -> None:
    """The time of a normal form grows with the square of the marks in a row: a second for a frame of them."""
    long = (marks * limits.FRAME_BYTES)[: limits.FRAME_BYTES]
    for cleaned, text in ((is_bad, long), (clean, long[: 3 * MOST - 1] + "x"), (clean_name, long)):
        began = time.process_time()
        with suppress(BadBody):
            cleaned(text)
        assert time.process_time() - began < 0.15


@pytest.mark.parametrize(
    "body", ["漢字とかな", "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 1️⃣", "שלום, world", "مرحبا", "a < b & c > d", "5 > 3 \"q\" 'q'"]
)
def test_ordinary_text_is_unchanged_and_has_no_html(body: str) -> None:
    assert clean(body) == body
    assert html_of(body) is None


# -- names ---------------------------------------------------------------------------------------


@given(st.text(max_size=60) | st.text("e\u0301\x00\u202e\u0316\u2028 a", max_size=60))
@example("e\x00\u0301")
@example("e\u202e\u0301")
def test_a_clean_name_is_one_line_without_direction_marks_and_idempotent(name: str) -> None:
    try:
        once = clean_name(name)
    except BadBody:
        return
    assert clean_name(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert not set(once) & set(BIDI)
    assert once.split(" ") == once.split()
    assert not any(unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") for letter in once)


def test_a_name_cannot_reverse_the_line_around_it() -> None:
    assert clean_name("\u202eecilA\u2066") == "ecilA"
    assert clean_name(" Alice \n of\t Zalgo" + "\u0335" * 50) == "Alice of Zalgo" + "\u0335" * 8


@pytest.mark.parametrize("name", ["", " \n", BIDI, INVISIBLE, "\x00\x1f", "\u2028"])
def test_an_invisible_name_is_refused(name: str) -> None:
    with pytest.raises(BadBody):
        clean_name(name)


# -- time ----------------------------------------------------------------------------------------

PATHOLOGICAL = [
    "> ", "- ", "1. ", "* _ ", "*a **b ", "*", "**", "_a", "`a", "~~a", "\\", "[", "[a](", "![[]()", 
    "[a](b\"", "<a:", "<", "<http://", "http://", "a@", "www.", "://", "http://a.b.", "http://a.example/(",
    "```a\n```\n", "a\n",
    "> - 1. ", "]", "[]", "](", "&", "&#0;", "a*", "_*`~[", "\u0301", "😀*", "字_",
]  # fmt: skip


def calls(body: str) -> int:
    """The number of function calls to render this, which is the same on every machine."""
    count = 0

    def counted(*_: object) -> None:
        nonlocal count
        count += 1

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        html_of(body)
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("unit", PATHOLOGICAL)
def test_four_times_the_text_takes_about_four_times_the_work(unit: str) -> None:
    short, long = (calls("x* " + unit * (size // len(unit))) for size in (1_500, 6_000))
    assert long < 5 * short + 1_000
