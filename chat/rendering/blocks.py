"""Rules for quotes, lists, headings, tables and paragraphs that lose no text and bound their cost."""

import re
from collections.abc import Iterator

from markdown_it.rules_block import StateBlock, blockquote, heading, list_block, paragraph, table

from chat import limits

# A face (>_<, >:( ) or a comparison (>= 3), not a quote.
_FACE = re.compile(r">(?:[^\s<>]{1,3}<|[._]>|[:;=]|\d(?!\d{0,8}[.)]))")
_LONE_MARK = re.compile(r"(?:(?:[-+*]|\d{1,9}[.)])(?:[ \t]+|$))+$")
_LONE_QUOTE = re.compile(r"[>\s]*$")
_LONE_HASHES = re.compile(r"[#\s]*$")
_CELL_END = re.compile(r"(?<!\\)\|")


class TooDeep(Exception):
    """The message nests deeper than anybody writes."""


def bound_depth(state: StateBlock, startLine: int, endLine: int, silent: bool) -> bool:
    """markdown-it leaves out what is nested too deep."""
    if state.level >= limits.MARKDOWN_DEPTH:
        raise TooDeep
    return False


def quote(state: StateBlock, startLine: int, endLine: int, silent: bool) -> bool:
    line, more = _line(state, startLine), startLine + 1 < endLine
    if _FACE.match(line) or (
        _LONE_QUOTE.match(line) and not (more and _line(state, startLine + 1)[:1] == ">")
    ):
        return False
    return blockquote(state, startLine, endLine, silent)


def list_with_text(state: StateBlock, startLine: int, endLine: int, silent: bool) -> bool:
    """Marks alone ("+", "5.", "* * *") are no list."""
    return not _LONE_MARK.match(_line(state, startLine)) and list_block(state, startLine, endLine, silent)


def heading_with_text(state: StateBlock, startLine: int, endLine: int, silent: bool) -> bool:
    return not _LONE_HASHES.match(_line(state, startLine)) and heading(state, startLine, endLine, silent)


def whole_table(state: StateBlock, startLine: int, endLine: int, silent: bool) -> bool:
    """A table, unless a row has more cells than its head: markdown-it leaves those out."""
    if startLine + 2 > endLine or "-" not in _line(state, startLine + 1) or not state.env["tables"]:
        return False
    if not table(state, startLine, endLine, True):
        return False
    state.env["tables"] -= 1  # one that is none is read to its end, too
    columns, rows = _cells(_line(state, startLine)), list(_rows(state, startLine, endLine))
    if max(rows) > columns or columns * len(rows) > state.env["cells"]:
        return False
    if not silent:
        state.env["cells"] -= columns * len(rows)
    return silent or table(state, startLine, endLine, False)


def _rows(state: StateBlock, line: int, end: int) -> Iterator[int]:
    """The number of cells in each line of a table."""
    while line < end and not state.isEmpty(line):
        yield _cells(_line(state, line))
        line += 1


def _cells(line: str) -> int:
    line = line.strip()
    edges = line.startswith("|") + (line.endswith("|") and not line.endswith("\\|"))
    return len(_CELL_END.findall(line)) + 1 - edges


def indented_paragraph(state: StateBlock, startLine: int, endLine: int, silent: bool) -> bool:
    """Keeps the spaces before its first line."""
    paragraph(state, startLine, endLine, silent)
    state.tokens[-2].content = state.getLines(startLine, state.line, state.blkIndent, False).rstrip()
    return True


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]
