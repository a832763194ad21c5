"""Tests that rendering costs are bounded and never block the event loop."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator

import pytest

from chat import limits
from chat.rendering import code, pool
from chat.rendering.pool import Renderer, Worker
from tests.support.markup import html_of

MOST = limits.BODY_CHARACTERS


def fence(language: str, text: str) -> str:
    return f"```{language}\n{text}\n```\n"


# The worst found by `python -m bench.worst_render`, each kind once, and those that were worst once.
HOSTILE = {
    "java blank lines": fence("java", "\n" * 1_300) * 3,
    "cpp blank lines": fence("cpp", "\n" * 1_300) * 3,
    "java names": fence("java", "_ " * 740) + "*a_" * 190 + "\n- a" * 280,
    "console": fence("console", "0::" * 495),
    "ts": fence("ts", "a._" * 495),
    "ocaml digits": fence("ocaml", "0_" * 745),
    "http://[": "http://[" * (MOST // 8),
    "://": "://" * (MOST // 3),
    "a://": "a://" * (MOST // 4),
    "http://": "http://" + "é." * 1_900,
    "addresses": "http://a " * (MOST // 9),
    "autolinks": "<http://a>" * 400,
    "brackets": "[" * MOST,
    "links": "[a](b" * (MOST // 5),
    "emphasis": "**a" * (MOST // 3),
    "pictures": "![a](b" * 299,
    "strikes": "~~a" * (MOST // 3),
    "ticks": "`a``" * (MOST // 4),
    "lists": "- a\n" * (MOST // 4),
    "quotes": "> - " * (MOST // 4),
    "tables": "|-|\n" * 240 + "|a|b|",
    "cells": ("\n\n" + "|a" * 30 + "\n" + "|-" * 30 + "\n|" * 8) * 20,
    "hosts": "http://ё.é字. " * 300,
    "deep quotes": ("\n" + "> " * 38 + "a") * 7,
    "all at once": fence("java", "_ " * 700) + "*a_" * 150 + "\n- a" * 280 + "http://a " * 100,
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_no_body_takes_many_steps(body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Function calls, which are the same on every machine. 20,000 take a millisecond or two."""
    monkeypatch.setattr(code, "CHARACTERS", 0)  # lexers are bounded by time, below
    html_of(body)
    assert calls(body[:MOST]) < 300_000


def calls(body: str) -> int:
    count = 0

    def counted(*_: object) -> None:
        nonlocal count
        count += 1

    sys.setprofile(counted)
    try:
        html_of(body)
    finally:
        sys.setprofile(None)
    return count


# -- what is too much is shown without it --------------------------------------------------------


def test_a_message_has_one_budget_of_coloured_code() -> None:
    one = fence("python", "answer = 41 + 1\n" * 40)
    html = html_of(one * 3) or ""
    first, second, third = html.split("<pre>")[1:]
    assert "<span" in first and "<span" in second  # noqa: PT018
    assert "<span" not in third
    assert third.count("answer = 41 + 1") == 40


def test_all_code_of_a_message_shares_one_budget_of_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signal, "getsignal", lambda _: code._out_of_time)
    monkeypatch.setattr(signal, "setitimer", lambda *_: None)
    used = iter([0.0, code.SECONDS * 0.75] * 3)
    monkeypatch.setattr(code.time, "process_time", used.__next__)
    colours = code.Colours()
    assert ["<span" in colours.of("answer = 41", "python") for _ in range(3)] == [True, True, False]


def test_beyond_the_markup_limit_text_is_shown_as_typed() -> None:
    html = html_of("*a* " * (limits.MARKDOWN_SIGNS // 2) + "\n\n*b* <c>\n*d*") or ""
    assert html.count("<em>") == limits.MARKDOWN_SIGNS // 2
    assert html.endswith("<br>\n*b* &lt;c&gt;<br>\n*d*</p>")


def test_beyond_the_link_limit_addresses_are_text() -> None:
    html = html_of("http://a.example " * (limits.MARKDOWN_LINKS + 5)) or ""
    assert html.count("<a ") == limits.MARKDOWN_LINKS
    assert html.count("http://a.example") == 2 * limits.MARKDOWN_LINKS + 5


def test_brackets_that_are_no_links_count_as_well() -> None:
    tries, link = 2 * limits.MARKDOWN_LINKS, "[a](http://b.example)"
    assert ">a</a>" in (html_of("[a](b " * (tries // 4) + link) or "")
    assert ">a</a>" not in (html_of("[a](b " * tries + link) or "")


def test_beyond_the_line_limit_a_message_is_plain_text() -> None:
    assert html_of("*a*" + "\n" * limits.MARKDOWN_LINES) is not None
    assert html_of("*a*" + "\n" * (limits.MARKDOWN_LINES + 1)) is None


def test_beyond_the_limit_of_list_and_quote_marks_a_message_is_plain_text() -> None:
    deep, flat = "- > - > a\n", "- a\n"
    assert html_of("x *a*\n" + deep * (limits.MARKDOWN_BLOCK_MARKS // 4)) is not None
    assert html_of("x *a*\n" + deep * (limits.MARKDOWN_BLOCK_MARKS // 4 + 1)) is None
    assert html_of("x *a*\n" + flat * (limits.MARKDOWN_LINES - 1)) is not None


# -- elsewhere -----------------------------------------------------------------------------------


@pytest.fixture
async def renderer() -> AsyncIterator[Renderer]:
    renderer = Renderer()
    yield renderer
    renderer.stop()


async def test_a_lexer_that_takes_long_is_stopped_and_the_code_is_shown(renderer: Renderer) -> None:
    body = fence("java", "_ " * 740)
    await renderer.render(1, fence("java", "int x;"))  # a process starts, and reads this lexer
    markup, seconds = await renderer.render(1, body)
    assert markup
    assert markup.html.count("_") == 740
    assert seconds < 0.05
    markup, _ = await renderer.render(1, fence("java", "int x;"))
    assert markup
    assert "<span" in markup.html


async def test_slow_bodies_are_not_rendered_in_this_process(
    renderer: Renderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    here: list[str] = []
    monkeypatch.setattr(pool, "render", lambda body: here.append(body))
    for body in ("*a* " * 100, fence("", "x"), "~~~\nx"):
        assert (await renderer.render(1, body)).markup
    assert here == []
    await renderer.render(1, "*short*")
    assert here == ["*short*"]


async def test_a_person_has_one_body_at_a_time_with_the_processes(
    renderer: Renderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    working, most = 0, 0
    elsewhere = renderer._render_elsewhere

    def watched(body: str) -> pool.Rendered:
        nonlocal working, most
        working += 1
        most = max(most, working)
        rendered = elsewhere(body)
        working -= 1
        return rendered

    monkeypatch.setattr(renderer, "_render_elsewhere", watched)
    await asyncio.gather(*(renderer.render("guest", "*a* " * 100) for _ in range(10)))
    assert most == 1


def test_a_process_that_answers_too_late_is_replaced() -> None:
    worker = Worker()
    try:
        with pytest.raises(TimeoutError):
            worker.render("*a*", deadline=0.0)
    finally:
        worker.end()


async def test_a_body_whose_process_dies_is_plain_text_and_the_next_is_rendered(renderer: Renderer) -> None:
    await renderer.render(1, "*a* " * 100)
    worker = renderer._idle.get()
    worker._process.kill()
    worker._process.wait()
    renderer._idle.put(worker)
    assert await renderer.render(1, "*a* " * 100) == pool.PLAIN
    assert (await renderer.render(1, "*a* " * 100)).markup
