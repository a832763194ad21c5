"""Tests that the people who are told are those whose names are shown as mentions."""

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import worst_text
from chat import limits
from chat.rendering.markdown import render
from chat.text import Mention, mentionable, mentions

MOST = limits.BODY_CHARACTERS
PEOPLE = {
    "bob": [7], "ann": [1], "anna": [2], "anna lee": [3], "林夏": [4], "陈": [5, 6], "민수": [8],
    "o'neil": [9], "room 5": [10],
}  # fmt: skip
# tests/js/mentions.test.js has the same texts highlighted.
TABLE = json.loads((Path(__file__).parent.parent / "mentions.json").read_text())


def named(body: str) -> list[str]:
    return [name for name, _ in mentions(mentionable(body, render(body)), PEOPLE)]


@pytest.mark.parametrize(("body", "names"), TABLE["texts"])
def test_a_text_mentions_whom_a_browser_highlights(body: str, names: list[str]) -> None:
    assert list(dict.fromkeys(named(body))) == names
    assert list(dict.fromkeys(named(f"`x` {body}"))) == names, "the same among markup"


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("**@Bob** ~~@Ann~~ *@Anna*", ["Bob", "Ann", "Anna"]),
        ("# @Bob\n\n> - @Ann\n\n|@Anna|\n|-|\n|@O'Neil|", ["Bob", "Ann", "Anna", "O'Neil"]),
        ("`@Bob` and ``a ` @Ann`` but @Anna", ["Anna"]),
        ("a lone ` here\n\n@Bob\n\nand one ` there", ["Bob"]),
        ("a pair ` here\n@Bob\nand ` there", []),
        ("```\n@Bob\n```\n@Ann", ["Ann"]),
        ("~~~ py\n@Bob\n~~~\n@Ann", ["Ann"]),
        ("> ```\n> @Bob\n@Ann", ["Ann"]),
        ("```\n@Bob is in code without an end", []),
        ("``` @Bob ``` `` @Bob ` @Ann ```` ``", []),
        ("\\`@Bob\\`", ["Bob"]),
        ("https://x.example/@Bob https://x.example/?q=(@Ann) www.x.example/@Anna", []),
        ("[@Bob](https://x.example) [@Ann](nowhere)", ["Ann"]),
        ("<https://x.example/@Bob>", []),
        ("mailto:陈@room.example", []),
    ],
)
def test_mentions_come_from_the_parsed_text(body: str, names: list[str]) -> None:
    assert named(body) == names


def test_a_name_of_several_people_means_all_and_room_means_everybody() -> None:
    assert mentions(["@陈"], PEOPLE) == [Mention("陈", 5), Mention("陈", 6)]
    assert mentions(["@room @Room"], PEOPLE) == [Mention("room", None), Mention("Room", None)]
    assert mentions(["@ANN", "@ann"], PEOPLE) == [Mention("ANN", 1), Mention("ann", 1)]


def test_a_name_with_a_longer_folded_form_is_found() -> None:
    people = {"strasse": [1], "strasse 7": [2]}
    found = mentions(["@Straße 7! @STRASSE @Straßen"], people)
    assert found == [Mention("Straße 7", 2), Mention("STRASSE", 1)]


def test_only_the_first_at_signs_are_looked_at() -> None:
    texts = ["@Bob", "@ " * (limits.MENTIONS_LOOKED_AT - 2), "@Ann @Anna"]
    assert mentions(texts, PEOPLE) == [Mention("Bob", 7), Mention("Ann", 1)]


@given(
    st.text("@ab`~*_[]() \n林/", max_size=60),
    st.dictionaries(st.text("ab 林", min_size=1, max_size=4), st.just([1])),
)
def test_every_mention_follows_an_at_sign(body: str, people: dict[str, list[int]]) -> None:
    for name, person in mentions(mentionable(body, render(body)), people):
        assert f"@{name}" in body
        assert person == 1
        assert name.casefold() in people


WORST = [
    "@" * MOST, "＠" * MOST, "@字" * (MOST // 2), "@bob " * (MOST // 5), "`" * (MOST - 1) + "@",
    "ß~@" * (MOST // 3), " @`" * (MOST // 3), "@bob-" * (MOST // 5),
]  # fmt: skip


@pytest.mark.parametrize("body", WORST, ids=lambda body: body[:6])
def test_the_worst_text_is_searched_quickly(body: str) -> None:
    """The one writer waits for it."""
    took = []
    for _ in range(5):
        began = time.process_time()
        assert len(mentions([body], PEOPLE)) <= limits.MENTIONS
        took.append(time.process_time() - began)
    assert min(took) < 0.005


def test_many_texts_cost_no_more_than_one() -> None:
    texts = ["@x"] * (MOST // 2)
    assert worst_text.milliseconds(lambda _: mentions(texts, PEOPLE), "") < 5.0
