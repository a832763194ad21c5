"""Keeps text that only looks like markup: Windows paths, the shrug, and most backslashes."""

import re

from markdown_it.rules_inline import StateInline

# From its first backslash on: a folder of a drive, a share, files of a folder (Documents\*.txt), the shrug.
# Paths end at what no name contains.
_PATH = re.compile(
    r"(?:(?<=[A-Za-z]:)(?<![A-Za-z0-9][A-Za-z]:)\\|(?<![\w\\])\\\\(?=\w))"
    r"[^\s*?\"<>|`\u3000-\u303f\uff01-\uff0f\uff1a-\uff1f]*"
    r"|(?<=\w)\\\*(?=\.)"
    r"|(?<=¯)\\{1,3}_\(.{1,3}\)_/¯"
)
# Signs that would be markup otherwise; in front of any other, also another one, the backslash is shown.
_ESCAPE = re.compile(r"\\(?:[*_~`]|\[(?=[^\[\]\n]{0,200}\]\())")
_ESCAPE_AT_START = re.compile(r"\\(?:[#>|+-]|(?<=\d\\)[.)])")


def backslash(state: StateInline, silent: bool) -> bool:
    """Replaces markdown-it's rule for escapes."""
    src, pos = state.src, state.pos
    if src[pos] != "\\":
        return False
    if path := _PATH.match(src, pos, state.posMax):
        if not silent:
            state.append_pending(path[0])
        state.pos = path.end()
        return True
    escape = _ESCAPE.match(src, pos, state.posMax) or _ESCAPE_AT_START.match(src, pos, state.posMax)
    if not escape or (escape.re is _ESCAPE_AT_START and not _is_at_start(src, pos)):
        return False
    if not silent:
        state.push("text_special", "", 0).content = src[pos + 1]
    state.pos = pos + 2
    return True


def _is_at_start(src: str, pos: int) -> bool:
    """Whether nothing but the number of a list stands before this in its line."""
    before = src[src.rfind("\n", 0, pos) + 1 : pos].strip()
    return not before or before.isdigit()


def newline(state: StateInline, silent: bool) -> bool:
    """Replaces markdown-it's rule, which removes indentation."""
    if state.src[state.pos] != "\n":
        return False
    if not silent:
        state.push("softbreak", "br", 0)
    state.pos += 1
    return True
