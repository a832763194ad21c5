"""Tests that whatever is written is shown: only signs that became markup are missing."""

import re
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chat import limits
from chat.rendering import markdown
from chat.text import BadBody, clean, is_plain
from tests.support.markup import html_of, read

SIGNS = "*_~`[]\\#>+-.|<0123456789"
PLAIN = "wé字Я，。：“”！？@:/?=&;'\"(){}%^$€😀"
UNITS = [
    *SIGNS, *PLAIN, " ", "\n", "\n\n", "    ", "**", "~~", "```", "~~~", "](", "\n- ", "\n> ", "\n1. ",
    "\n# ", "|-|\n", "\n|w|é|\n|-|-|\n", "C:\\w", "\\\\w\\é", "¯\\_(ツ)_/¯", "ftp://w.é/字", "[w](é)",
    "<w@é.字>", "&amp;",
]  # fmt: skip
TARGETS = ["https://x.example/é(w)", "http://字.example", "tel:+49", "mailto:w@x.example", "www.w.example/?é"]


def letters(text: str) -> str:
    return "".join(text.translate(dict.fromkeys(map(ord, SIGNS))).split())


@given(st.lists(st.sampled_from(UNITS), max_size=60).map("".join))
@example("- " * 30 + "w")
@example("> " * 30 + "w")
@example("\n".join("  " * level + "- w" for level in range(30)))
@example("```w é\n字\n```")
@example("```w\n字")
@example("~~~w~~~\n字")
@example("|w|é|\n|-|-|\n|w|é|字|")
@example("|w|é|\n|-|-|\n|w|é\\|字|")
@example("|`w|é`|\n|-|-|\n|w|é|字|")
@example("# w #\n\n#\n\n# #")
@example("+\n\n5.")
@example(">_< w\n>:( é\n>=字")
@example("w\\\né")
@example("[](w) [w]() [w](<>) [w][é]\n\n[é]: 字")
def test_every_letter_that_was_written_is_shown(body: str) -> None:
    with suppress(BadBody):
        body = clean(f"*w* {body}")
        assert letters(read(body).text) == letters(body)


@given(
    st.lists(st.sampled_from(["w", "字，", *TARGETS, *(f"[字 *w*]({one})" for one in TARGETS)]), max_size=30)
)
def test_only_the_target_of_a_link_is_not_shown(parts: list[str]) -> None:
    shown = ["字 w" if part.startswith("[") else part for part in parts]
    assert read(" ".join(["*w*", *parts])).text == " ".join(["w", *shown])


@given(
    st.lists(
        st.sampled_from(["w", "字，", " ", "  ", "\n", "\n\n\n", "\t", "    x", "*b*"]), max_size=30
    ).map("".join)
)
@example("*b*\n    x\n\n\n        x\n  y")
@example("  x\n\n    *b*")
def test_indentation_and_blank_lines_stay_as_typed(body: str) -> None:
    with suppress(BadBody):
        body = clean(f"*b* {body}")
        shown = read(body).text.strip("\n")
        typed, shown = (re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE) for text in (body, shown))
        assert shown.replace("*", "") == typed.replace("*", "")


@given(
    st.lists(st.sampled_from([*UNITS, *TARGETS, "WWW.w.example", "-", "_w_", "=" * 9]), max_size=12).map(
        "".join
    )
)
@example("WWW.w.example")
@example("x\n\n    - a")
@example("<https://x.example>")
@example("a*字*")
def test_a_body_without_markup_has_no_html_and_needs_no_parser(body: str) -> None:
    with suppress(BadBody):
        if is_plain(body := clean(body)):
            assert markdown._parsed(body) is None


@pytest.mark.parametrize(
    "body",
    [
        "好的~", "好呀~~明天见~~", "嗯~~~好~~~", "v1_2_3", "5 * 3", "2*3*4=24", "[x] done", "a|b", "a\\b",
        "+", "-", "5.", ">", "> >", "* * *", "- - -", "1. 2.", "***", "#", "```", "~~~\n\n~~~",
    ],
)  # fmt: skip
def test_what_becomes_nothing_but_a_paragraph_has_no_html(body: str) -> None:
    assert html_of(body) is None
    assert html_of(f"{body}\n\nx") is None or body[:3] in ("```", "~~~")


def test_what_is_nested_deeper_than_anybody_writes_is_plain_text() -> None:
    quotes, lists = limits.MARKDOWN_DEPTH, limits.MARKDOWN_DEPTH // 2
    assert (html_of("> " * (quotes - 1) + "w") or "").count("<blockquote>") == quotes - 1
    assert html_of("> " * quotes + "w") is None
    assert (html_of("- " * (lists - 1) + "w") or "").count("<ul>") == lists - 1
    assert html_of("- " * lists + "w") is None


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("```python\nx\n```", "x\n"), ("``` C++ \nx\n```", "x\n"), ("```mermaid\nx\n```", "x\n"),
        ("```hello world\nx\n```", "hello world\nx\n"), ("```这是说明\nx\n```", "这是说明\nx\n"),
        ("```main.py\nx\n```", "main.py\nx\n"), ("```hello\nworld```", "hello\nworld```"),
    ],
)  # fmt: skip
def test_only_the_name_of_a_language_is_not_shown_with_the_code(body: str, code: str) -> None:
    assert read(body).text.strip() == code.strip()


@pytest.mark.parametrize(
    "body",
    [
        "|a|b|\n|-|-|\n|1|2|3|", "|a|b|\n|-|", "a b\n|-|-|", "|a|\n-", "a|b\n-|-x",
        "|" + "a|" * 30 + "\n|" + "-|" * 30 + "\n" + "|x|\n" * 10,
    ],
)  # fmt: skip
def test_a_table_that_would_lose_cells_or_has_too_many_is_text(body: str) -> None:
    assert "<table>" not in (html_of(f"*w*\n\n{body}") or "")
    assert "<table>" in (html_of("*w*\n\n|a|b|\n|-|-|\n|1|2|") or "")
