"""What people type, made safe: `clean` for the body that is kept, `render` for the HTML that is shown. And
whom it names: `mentions`.

Knows no models. Rendering happens once, where the message comes in; plain text, which most messages are, has
no HTML at all and never meets the parser.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import nh3
from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline.state_inline import Scanned, StateInline
from markdown_it.token import Token
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

from . import limits

# C0 and C1 but for tab and line feed; line and paragraph separators; non-characters; lone surrogates.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]")
_INVISIBLE = re.compile(
    "[\\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\U0001d159\U0001d173-\U0001d17a\U000e0000-\U000e0fff]*"
)
# A run of marks on one letter that no script needs climbs over its neighbours' lines.
_PILED_MARKS = re.compile(
    "([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]{8})[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]+"
)
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# What can begin markup, besides some words. Asked one after the other: one expression for all of it takes ten
# times as long to say no.
_SIGNS = re.compile(r"[*_`~\[\]\\]")
_BLOCK = re.compile(r"(?:^|\n)\s{0,3}(?:>|[-+] |\d{1,9}[.)] )")

_TAGS = {"p", "br", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a", "span"}
_ATTRIBUTES = {"*": set[str](), "a": {"href"}, "span": {"class"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto"}

# Other lexers take seconds for four thousand made-up characters, and whoever writes chooses the lexer. These
# stay below a seventh of one for the longest block that is highlighted; their time grows with its square.
_HIGHLIGHTED = 1_500
_LANGUAGES = {
    "bash", "c", "c++", "console", "cpp", "css", "dart", "diff", "docker", "dockerfile", "elixir",
    "erlang", "go", "haskell", "html", "ini", "java", "javascript", "js", "json", "jsx", "kotlin",
    "lua", "nginx", "ocaml", "perl", "php", "powershell", "py", "python", "r", "rb", "rs", "ruby",
    "rust", "scala", "sh", "shell", "sql", "swift", "toml", "ts", "typescript", "xml", "yaml", "yml",
    "zig",
}  # fmt: skip


# After @ these name everybody in the room.
EVERYBODY = ("room", "所有人")
# A letter of a script that puts spaces between words. Chinese, Japanese and Thai do not, and a Korean
# particle follows the name it belongs to.
_SPACED = (
    "[^\\W\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ua4cf"
    "\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc\U00020000-\U0003ffff]"
)
# Not inside a word: that is an address, of mail or of a page.
_AT = re.compile(f"(?<!{_SPACED})(?<![/.+-])[@＠]")
_CJK = re.compile("[\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc\U00020000-\U0003ffff]")
_CUT_SHORT = re.compile(f"{_SPACED}(?={_SPACED})")
_CODE = re.compile(
    r"^ {0,3}(?P<fence>`{3,}|~{3,})[^`\n]*\n(?:.*?^ {0,3}(?P=fence)[`~]*[ \t]*$|.*\Z)"
    r"|(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`)",
    re.MULTILINE | re.DOTALL,
)


class BadBody(ValueError):
    """The text says nothing, or says it with characters that no text needs."""


def clean(body: str) -> str:
    """The body as it is kept: NFC, line feeds only, no blank ends. Raises BadBody."""
    body = body.replace("\r\n", "\n").replace("\r", "\n")
    if not body.isascii():
        body = _PILED_MARKS.sub(r"\1", unicodedata.normalize("NFC", body))
    body = body.strip()
    if _INVISIBLE.fullmatch(body):
        raise BadBody("empty")
    if _FORBIDDEN.search(body):
        raise BadBody("control character")
    if len(body) > limits.BODY_CHARACTERS:
        raise BadBody("too long")
    return body


def clean_name(name: str) -> str:
    """A person's or room's name: one line, no marks that turn the text around it. Raises BadBody when nothing
    is left."""
    name = _FORBIDDEN.sub(" ", _TURNING.sub("", name))
    name = _PILED_MARKS.sub(r"\1", " ".join(unicodedata.normalize("NFC", name).split()))
    if _INVISIBLE.fullmatch(name):
        raise BadBody("empty")
    return name


def render(body: str) -> str | None:
    """The body as safe HTML, or None where it is plain text."""
    if _is_plain(body):
        return None
    html = nh3.clean(
        _markdown.render(body), tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES,
        url_relative="deny", link_rel="nofollow noopener noreferrer",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )  # fmt: skip
    return html.strip()


def _is_plain(body: str) -> bool:
    if _SIGNS.search(body) or "://" in body or "www." in body or "mailto:" in body:
        return False
    return not (_BLOCK.search(body) if "\n" in body else _BLOCK.match(body))


class Mention(NamedTuple):
    """A name as it was written after @, and who that is; None is everybody."""

    name: str
    person: Any


def mentions(body: str, people: Mapping[str, Sequence[Any]]) -> list[Mention]:
    """Whom this names, each once, at most MENTIONS. `people` are those who can be named, by casefolded name:
    of several names that fit the longest is meant, of several people with one name all."""
    found: dict[Mention, None] = {}
    shown = _CODE.sub(lambda code: " " * len(code[0]), body) if "`" in body or "~~~" in body else body
    for at in _AT.finditer(shown):
        name = _longest(shown[at.end() : at.end() + limits.NAME_CHARACTERS + 1], people)
        found |= dict.fromkeys(Mention(name, person) for person in people.get(name.casefold(), ()))
        if name.casefold() in EVERYBODY:
            found[Mention(name, None)] = None
    return list(found)[: limits.MENTIONS]


def _longest(text: str, people: Mapping[str, Sequence[Any]]) -> str:
    """The longest name that the text begins with; "Ann" does not name Anna, nor "Anna" Ann."""
    for end in range(min(len(text), limits.NAME_CHARACTERS), 0, -1):
        name = text[:end]
        known = name.casefold() in people or name.casefold() in EVERYBODY
        if known and not _CUT_SHORT.match(text, end - 1):
            return name
    return ""


def _highlight(code: str, language: str, _attributes: str) -> str:
    """Fenced code with its language named; the empty answer means: not highlighted, escape it."""
    if language.lower() not in _LANGUAGES or len(code) > _HIGHLIGHTED:
        return ""
    return highlight(code, get_lexer_by_name(language, stripnl=False), HtmlFormatter(nowrap=True))


class _State(StateInline):
    """CommonMark asks for a space between a letter and emphasis that begins or ends with punctuation.
    Chinese, Japanese and Korean write none: beside one of their characters it opens and closes all the
    same."""

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:
        opens, closes, count = super().scanDelims(start, canSplitWord)
        before, after = self.src[:start][-1:], self.src[start + count : self.posMax][:1]
        if canSplitWord:
            opens = opens or bool(_CJK.match(before) and after.strip())
            closes = closes or bool(_CJK.match(after) and before.strip())
        return Scanned(opens, closes, count)


class _Inline(ParserInline):
    def parse(self, src: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> list[Token]:
        state = _State(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


def _parser() -> MarkdownIt:
    rules = ["newline", "escape", "backticks", "strikethrough", "emphasis", "link", "autolink", "linkify"]
    blocks = ["fence", "blockquote", "list", "paragraph"]
    options = {"html": False, "linkify": True, "breaks": True, "highlight": _highlight, "maxNesting": 10}
    parser = MarkdownIt()
    parser.inline = _Inline()
    return parser.configure("zero", options).enable([*rules, *blocks])


_markdown = _parser()
