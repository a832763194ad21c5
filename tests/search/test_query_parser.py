"""Tests that searches are parsed as people write them, in English and Chinese."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat import limits
from chat.search import query_parser
from chat.search.query_parser import Problem, SearchQuery
from chat.search.terms import Term

TODAY = datetime.date(2026, 3, 2)


def read(text: str) -> SearchQuery:
    return query_parser.read(text, TODAY)


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def test_a_query_is_parsed() -> None:
    asked = read('tide from:@Bob in:"The Lobby" before:2026-3-1 has:file -"low water" -from:me')
    assert asked == SearchQuery(
        terms=[[Term("tide")]], without=[Term("low water", exact=True)], people=["bob"], not_people=["me"],
        rooms=["the lobby"], last=day("2026-02-28"), with_file=True,
    )  # fmt: skip
    assert read("“several words” last").terms == [[Term("several words", exact=True)], [Term("last")]]
    assert read("a OR b c").terms == [[Term("a"), Term("b")], [Term("c")]]
    assert read("a OR").terms == read("a AND").terms == [[Term("a")]]
    assert read("a AND b").terms == [[Term("a")], [Term("b")]]
    assert read("from:bob OR from:alice") == SearchQuery(people=["bob", "alice"])
    assert read("from:bob OR tide OR").terms == [[Term("tide")]]


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("来自：陈默 潮位", "from:陈默 潮位"), ("來自:陳默", "from:陈默"),
        ("from: bob tide", "from:bob tide"),
        ("房间：码头", "in:码头"), ("之前：2024/5/2", "before:2024-05-02"), ("之后:昨天", "after:2026-03-01"),
        ("之後:昨天", "after:2026-03-01"), ("有：文件", "has:file"), ("-有:文件", "-has:files"),
        ("FROM：Bob", "from:bob"), ("来自：陈默。", "from:陈默"), ("from:bob, tide", "from:bob tide"),
        ("有：文件！", "has:file"), ("before:2024-05-02,", "before:2024-05-02"),
        ('tide from:"Bob S', 'tide from:"Bob S"'),
        ("之前：2024 年 5 月 潮位", "before:2024-05 潮位"), ("之后：2024年 5月 2 號", "after:2024-05-02"),
    ],
)  # fmt: skip
def test_operators_are_known_in_chinese_and_with_a_full_width_colon(written: str, same: str) -> None:
    asked = read(written)
    assert asked == read(same)
    assert not asked.problems


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2024-5-2", "2024-05-02", "2024-05-02"), ("2024/5/2", "2024-05-02", "2024-05-02"),
        ("2024.05.02", "2024-05-02", "2024-05-02"), ("2.5.2024", "2024-05-02", "2024-05-02"),
        ("20240502", "2024-05-02", "2024-05-02"),
        ("2024年5月2日", "2024-05-02", "2024-05-02"), ("1月2号", "2026-01-02", "2026-01-02"),
        ("5月2日", "2025-05-02", "2025-05-02"), ("2月29日", "2024-02-29", "2024-02-29"),
        ("昨天", "2026-03-01", "2026-03-01"), ("前天", "2026-02-28", "2026-02-28"),
        ("today", "2026-03-02", "2026-03-02"),
        ("２０２４／５／２", "2024-05-02", "2024-05-02"), ("2024-02", "2024-02-01", "2024-02-29"),
        ("2024", "2024-01-01", "2024-12-31"), ("2024年", "2024-01-01", "2024-12-31"),
        ("12月", "2025-12-01", "2025-12-31"),
    ],
)  # fmt: skip
def test_days_are_read_as_people_write_them(written: str, first: str, last: str) -> None:
    one = datetime.timedelta(days=1)
    asked = read(f"before:{written}"), read(f"after:{written}")
    assert [query.problems for query in asked] == [[], []]
    assert (asked[0].last, asked[1].first) == (day(first) - one, day(last) + one)


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ("before:soon", Problem("before", "soon")), ("after:2026-02-30", Problem("after", "2026-02-30")),
        ("之后：不久", Problem("after", "不久")), ("has:cheese", Problem("has", "cheese")),
        ("before:日", Problem("before", "日")), ("after:20240500", Problem("after", "20240500")),
        ("after:2024-00-10", Problem("after", "2024-00-10")), ("before:0月1日", Problem("before", "0月1日")),
        ('in:""', Problem("in", "")),
        ("tide from:", Problem("from", "")), ("来自：", Problem("from", "")),
        ("after:2024-5/2", Problem("after", "2024-5/2")),
        ("before:13月1日", Problem("before", "13月1日")),
        ("before:10000-01-01", Problem("before", "10000-01-01")),
    ],
)  # fmt: skip
def test_an_operator_without_a_proper_value_is_no_word(asked: str, problem: Problem) -> None:
    query = read(asked)
    assert query.problems == [problem]
    assert query.terms == ([[Term("tide")]] if asked.startswith("tide") else [])


def test_a_query_is_limited_in_names() -> None:
    """Each is compared with the name of every person or room. One that is left out is said."""
    asked = read(" ".join(f"from:{letter} -in:{letter}" for letter in "abcdefgh"))
    names = [*asked.people, *asked.not_people, *asked.rooms, *asked.not_rooms]
    assert (len(names), len(asked.problems)) == (query_parser.MAX_NAMES, 16 - query_parser.MAX_NAMES)


@pytest.mark.parametrize("text", ["http://a.b", "note:tide", "我来自:上海", "12:30", "OR", "to:bob"])
def test_what_is_no_operator_is_a_word(text: str) -> None:
    asked = read(text)
    assert asked == SearchQuery(terms=[[Term.word(text)]])


@given(
    st.text(max_size=80)
    | st.lists(st.sampled_from(["from:", "OR", "-", '"', "a", "之后：", "5月", " "])).map("".join)
)
def test_no_query_is_an_error_and_its_tokens_are_bounded(text: str) -> None:
    asked = read(text)
    terms = [*asked.without, *(term for group in asked.terms for term in group)]
    assert len(terms) <= query_parser.MAX_TERMS
    for term in terms:
        assert term.pattern
        assert all(token.text for token in term.tokens)


@pytest.mark.parametrize(
    "text", ["ﷺ" * 190, "1a" * 100, "潮" * 200, " ".join("abc-" + chr(97 + i) for i in range(26)) * 2]
)
def test_a_query_is_limited_in_characters_and_tokens(text: str) -> None:
    for asked in (read(text[:200]), read(f'"{text[:198]}"')):
        terms = [term for group in asked.terms for term in group]
        assert len(terms) <= query_parser.MAX_TERMS
        assert sum(len(term.text) for term in terms) <= limits.SEARCH_CHARACTERS
        assert sum(len(term.tokens) for term in terms) <= limits.SEARCH_CHARACTERS
