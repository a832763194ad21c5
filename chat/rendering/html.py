"""Writes parsed Markdown as HTML: what differs from markdown-it's own."""

from collections.abc import Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from pygments.lexers import get_all_lexers

# The words after ``` that name a language; anything else there is text.
_LANGUAGES = {alias for _, aliases, *_ in get_all_lexers(plugins=False) for alias in aliases} | {
    "csv", "log", "mermaid", "plain", "plaintext", "txt",
}  # fmt: skip


def fence(self: RendererHTML, tokens: Sequence[Token], at: int, _options: Any, env: Any) -> str:
    name, code = tokens[at].info.strip(), tokens[at].content
    if name and name.lower() not in _LANGUAGES:
        name, code = "", f"{tokens[at].info.strip()}\n{code}"
    return f"<pre><code>{env['colours'].of(code, name)}</code></pre>\n"


# Paragraphs in a row are one, with the blank lines between them as they were typed. Lists have paragraphs,
# too: a style sheet can then keep spaces and lines in paragraphs alone.


def paragraph_open(self: RendererHTML, tokens: Sequence[Token], at: int, *_: Any) -> str:
    return "" if at and tokens[at - 1].type == "paragraph_close" else "<p>"


def paragraph_close(self: RendererHTML, tokens: Sequence[Token], at: int, *_: Any) -> str:
    following = tokens[at + 1 : at + 2]
    if not following or following[0].type != "paragraph_open":
        return "</p>\n"
    before, after = tokens[at - 2].map or [0, 0], following[0].map or [0, 0]
    return "<br>\n" * (after[0] - before[1] + 1)


# Under the heading with the author's name.


def heading_open(*_: Any) -> str:
    return "<h4>"


def heading_close(*_: Any) -> str:
    return "</h4>\n"


# A table may be wider than a phone: it scrolls in a box of its own.


def table_open(*_: Any) -> str:
    return '<div class="table"><table>\n'


def table_close(*_: Any) -> str:
    return "</table></div>\n"


def cell_open(self: RendererHTML, tokens: Sequence[Token], at: int, *_: Any) -> str:
    align = str(tokens[at].attrs.get("style", "")).removeprefix("text-align:")
    return f'<{tokens[at].tag} align="{align}">' if align else f"<{tokens[at].tag}>"


def use(parser: MarkdownIt) -> None:
    for rule in (
        fence, paragraph_open, paragraph_close, heading_open, heading_close, table_open, table_close,
    ):  # fmt: skip
        parser.add_render_rule(rule.__name__, rule)
    for name in ("th_open", "td_open"):
        parser.add_render_rule(name, cell_open)
