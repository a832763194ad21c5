"""Renders a subset of Markdown to safe HTML in bounded time.

Expensive things are counted: lines, markup characters, links, highlighted characters. A message with more
of one than anybody writes is shown without it.
"""

import re
from collections.abc import Callable, MutableMapping, Sequence
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import StateInline, autolink, link
from markdown_it.rules_inline.state_inline import Scanned
from markdown_it.token import Token

from chat import limits, text

from . import links
from .code import Colours

# What stands before the text of a line, and the list and quote marks in it.
_PREFIX = re.compile(r"^[ \t>*+\-.)\d]+", re.MULTILINE)
_BLOCK_MARK = re.compile(r"[>*+-]|\d[.)]")
_CJK = re.compile("[\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc\U00020000-\U0003ffff]")
_SIGNS = re.compile(r"[\n*_`~\[\]\\<]")
# The parser stops reading plain text at these.
_STOPS = re.compile(_SIGNS.pattern + "|" + links.START, re.IGNORECASE)

_TAGS = {"p", "br", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a", "span"}
_ATTRIBUTES = {"*": set[str](), "a": {"href"}, "span": {"class"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto"}

Env = MutableMapping[str, Any]


def render(body: str) -> str | None:
    """The body as safe HTML, or None if it is plain text or shown as such."""
    if text.is_plain(body) or body.count("\n") > limits.MARKDOWN_LINES or _nests_too_much(body):
        return None
    left = {
        "signs": limits.MARKDOWN_SIGNS, "links": limits.MARKDOWN_LINKS, "tries": 2 * limits.MARKDOWN_LINKS,
        "colours": Colours(),
    }  # fmt: skip
    html = nh3.clean(
        _markdown.render(body, left), tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES,
        url_relative="deny", link_rel="nofollow noopener noreferrer",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )  # fmt: skip
    return html.strip()


def _nests_too_much(body: str) -> bool:
    """Whether there are more list and quote marks than a message may have. For each mark of a line the parser
    reads the rest of that line again."""
    prefixes = "".join(_PREFIX.findall(body))
    return len(_BLOCK_MARK.findall(prefixes)) > limits.MARKDOWN_BLOCK_MARKS


class _State(StateInline):
    """CommonMark wants a space between a letter and emphasis that begins or ends with punctuation. Chinese,
    Japanese and Korean have no spaces: beside their characters emphasis opens and closes anyway."""

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:
        opens, closes, count = super().scanDelims(start, canSplitWord)
        before, after = self.src[:start][-1:], self.src[start + count : self.posMax][:1]
        if canSplitWord:
            opens = opens or bool(_CJK.match(before) and after.strip())
            closes = closes or bool(_CJK.match(after) and before.strip())
        return Scanned(opens, closes, count)


class _Inline(ParserInline):
    def __init__(self) -> None:
        super().__init__()
        self.terminator_re = _STOPS

    def parse(self, src: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> list[Token]:
        env["signs"] -= len(_SIGNS.findall(src))
        if env["signs"] < 0:
            return _as_it_is(src, tokens)
        state = _State(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


def _as_it_is(src: str, tokens: list[Token]) -> list[Token]:
    for number, line in enumerate(src.split("\n")):
        if number:
            tokens.append(Token("hardbreak", "br", 0))
        tokens.append(Token("text", "", 0, content=line))
    return tokens


def _counted(rule: Callable[[StateInline, bool], bool]) -> Callable[[StateInline, bool], bool]:
    """The rule for links, until the message has too many."""

    def counted(state: StateInline, silent: bool) -> bool:
        if state.src[state.pos] in "[<":
            state.env["tries"] -= 1  # one that is no link is read to its end, too
        if state.env["tries"] < 0 or state.env["links"] <= 0 or not rule(state, silent):
            return False
        state.env["links"] -= 1
        return True

    return counted


def _link_address(state: StateInline, silent: bool) -> bool:
    """Replaces markdown-it's rule for bare links."""
    if state.linkLevel or state.env["links"] <= 0:
        return False
    address = links.address_at(state.src, state.pos, state.posMax)
    if address is None:
        return False
    state.env["links"] -= 1  # also for one that is none: to look costs as much
    if not address:
        return False
    href = state.md.normalizeLink(address if ":" in address[:7] else f"http://{address}")
    if not state.md.validateLink(href):
        return False
    if not silent:
        state.push("link_open", "a", 1).attrs = {"href": href}
        state.push("text", "", 0).content = state.md.normalizeLinkText(address)
        state.push("link_close", "a", -1)
    state.pos += len(address)
    return True


def _fence(_renderer: Any, tokens: Sequence[Token], at: int, _options: Any, env: Env) -> str:
    language = (tokens[at].info.split() or [""])[0]
    return f"<pre><code>{env['colours'].of(tokens[at].content, language)}</code></pre>\n"


def _parser() -> MarkdownIt:
    rules = ["newline", "escape", "backticks", "strikethrough", "emphasis", "link", "autolink"]
    blocks = ["fence", "blockquote", "list", "paragraph"]
    parser = MarkdownIt()
    parser.inline = _Inline()
    parser.configure("zero", {"html": False, "breaks": True, "maxNesting": 10}).enable([*rules, *blocks])
    parser.inline.ruler.at("linkify", _link_address)
    parser.inline.ruler.at("link", _counted(link))
    parser.inline.ruler.at("autolink", _counted(autolink))
    parser.inline.ruler.enable("linkify")
    parser.add_render_rule("fence", _fence)
    return parser


_markdown = _parser()
