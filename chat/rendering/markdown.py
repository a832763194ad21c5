"""Renders a subset of Markdown to safe HTML in bounded time.

Expensive things are counted: lines, markup characters, links, highlighted characters. A message with more
of one than anybody writes is shown without it.
"""

import re
from collections.abc import Iterator, MutableMapping
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_block.fence import make_fence_rule
from markdown_it.token import Token

from chat import limits, text

from . import blocks, html, inline, links, literal
from .code import Colours
from .emphasis import State, strike

# What stands before the text of a line, and the list and quote marks in it.
_PREFIX = re.compile(r"^[ \t>*+\-.)\d]+", re.MULTILINE)
_BLOCK_MARK = re.compile(r"[>*+-]|\d[.)]")
_SIGNS = re.compile(r"[\n*_`~\[\]\\<]")
# The parser stops reading plain text at these.
_STOPS = re.compile(_SIGNS.pattern + "|" + links.START, re.IGNORECASE)

_TAGS = {
    "p", "br", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a", "span", "h4", "div",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_ATTRIBUTES = {
    "*": set[str](), "a": {"href"}, "span": {"class"}, "ol": {"start"}, "div": {"class"}, "th": {"align"},
    "td": {"align"},
}  # fmt: skip
_SCHEMES = {"http", "https", "mailto", "tel"}

Env = MutableMapping[str, Any]


def render(body: str) -> text.Markup | None:
    """The body as safe HTML, or None if it is plain text or shown as such."""
    return None if text.is_plain(body) else _parsed(body)


def _parsed(body: str) -> text.Markup | None:
    if body.count("\n") > limits.MARKDOWN_LINES or _nests_too_much(body):
        return None
    left = {
        "signs": limits.MARKDOWN_SIGNS, "links": limits.MARKDOWN_LINKS, "tries": 2 * limits.MARKDOWN_LINKS,
        "tables": limits.MARKDOWN_TABLES, "cells": limits.MARKDOWN_CELLS, "colours": Colours(),
    }  # fmt: skip
    try:
        tokens = _markdown.parse(body, left)
    except blocks.TooDeep:
        return None
    if _is_as_typed(tokens, body):
        return None
    shown = nh3.clean(
        _markdown.renderer.render(tokens, _markdown.options, left), tags=_TAGS, attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES, url_relative="deny", link_rel="nofollow noopener noreferrer",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )  # fmt: skip
    return text.Markup(shown.strip(), list(_with_at(tokens)))


def _nests_too_much(body: str) -> bool:
    """Whether there are more list and quote marks than a message may have. For each mark of a line the parser
    reads the rest of that line again."""
    prefixes = "".join(_PREFIX.findall(body))
    return len(_BLOCK_MARK.findall(prefixes)) > limits.MARKDOWN_BLOCK_MARKS


def _is_as_typed(tokens: list[Token], body: str) -> bool:
    """Whether the tokens are nothing but paragraphs of the same text, or nothing that can be seen."""
    if not any(token.content.strip() for token in tokens):
        return True
    parts = []
    for token in tokens:
        if token.type not in ("paragraph_open", "inline", "paragraph_close"):
            return False
        for child in token.children or ():
            if child.type not in ("text", "softbreak"):
                return False
            parts.append(child.content)
    return "".join("".join(parts).split()) == "".join(body.split())


def _with_at(tokens: list[Token]) -> Iterator[str]:
    """The texts with an @ that are neither code nor in a link, as a browser has them: one for each node."""
    for token in tokens:
        links_open = 0
        for child in token.children or ():
            if child.tag == "a":
                links_open += child.nesting
            elif child.type == "text" and not links_open and ("@" in child.content or "＠" in child.content):
                yield child.content


class _Inline(ParserInline):
    def __init__(self) -> None:
        super().__init__()
        self.terminator_re = _STOPS

    def parse(self, src: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> list[Token]:
        env["signs"] -= len(_SIGNS.findall(src))
        if env["signs"] < 0:
            return _as_it_is(src, tokens)
        state = State(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


def _as_it_is(src: str, tokens: list[Token]) -> list[Token]:
    for number, line in enumerate(src.split("\n")):
        if number:
            tokens.append(Token("softbreak", "br", 0))
        tokens.append(Token("text", "", 0, content=line))
    return tokens


def _parser() -> MarkdownIt:
    # Room for the two levels that a list adds at once: `bound_depth` acts before markdown-it does.
    options = {"html": False, "breaks": True, "maxNesting": limits.MARKDOWN_DEPTH + 3}
    parser = MarkdownIt()
    parser.inline = _Inline()
    parser.configure("zero", options)
    parser.enable([
        "newline", "escape", "backticks", "strikethrough", "emphasis", "link", "autolink", "linkify",
        "fence", "blockquote", "list", "heading", "table", "paragraph",
    ])  # fmt: skip
    for name, rule in {
        "linkify": inline.address, "link": inline.link, "autolink": inline.address_in_brackets,
        "newline": literal.newline, "escape": literal.backslash, "strikethrough": strike,
    }.items():  # fmt: skip
        parser.inline.ruler.at(name, rule)
    quotes = ["paragraph", "reference", "blockquote", "list"]
    parser.block.ruler.at("fence", make_fence_rule(disallow_marker_in_info=("`", "~")), {"alt": quotes})
    parser.block.ruler.at("blockquote", blocks.quote, {"alt": quotes})
    parser.block.ruler.at("list", blocks.list_with_text, {"alt": quotes[:3]})
    parser.block.ruler.at("heading", blocks.heading_with_text, {"alt": quotes[:3]})
    parser.block.ruler.at("table", blocks.whole_table, {"alt": quotes[:2]})
    parser.block.ruler.at("paragraph", blocks.indented_paragraph)
    parser.block.ruler.before("table", "depth", blocks.bound_depth)
    html.use(parser)
    return parser


_markdown = _parser()
