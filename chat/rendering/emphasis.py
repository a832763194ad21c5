"""Decides where emphasis opens and closes: CommonMark's rule, changed for Chinese, code and paths.

docs/protocol.md states the rule.
"""

import re
from unicodedata import category

from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter, Scanned

from chat.text import SPACED

# Chinese, Japanese and Korean letters and punctuation, and the quotes, dashes and dots of several scripts.
_WIDE = re.compile(
    "[\u1100-\u11ff\u2018-\u201d\u2014\u2026\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe6f"
    "\uff01-\uffee\U00020000-\U0003ffff]"
)
_SPACED = re.compile(SPACED)


class State(StateInline):
    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:
        sign, end = self.src[start], start
        while end < self.posMax and self.src[end] == sign:
            end += 1
        before, after = self.src[max(start - 2, 0) : start][::-1], self.src[end : min(end + 2, self.posMax)]
        if sign == "_":
            opens, closes, _ = super().scanDelims(start, canSplitWord)
            takes_part = end - start == 1 and not (_is_punctuation(before) and _is_punctuation(after))
            opens, closes = opens and takes_part, closes and takes_part  # __init__ is a name, -_- a face
        else:
            opens, closes = _scan_star(before, after, end - start)
        return Scanned(
            opens and not _is_lone(after, sign), closes and not _is_lone(before, sign), end - start
        )


def _scan_star(before: str, after: str, count: int) -> tuple[bool, bool]:
    """Whether * or ~~ opens and closes here."""
    opens, closes = _may_open(before, after), _may_open(after, before)
    if _SPACED.match(before) and _SPACED.match(after):  # inside a word: 2*3*4, 2**3**2
        return False, closes and count > 1 and not (before[0].isdigit() and after[0].isdigit())
    is_code = before[:1] in (*"/\\)]",) or (count == 1 and after[:1] == ".")  # /*, f(x)*y, *.py
    return opens and not is_code, closes and after[:1] != "/"


def _is_lone(inside: str, sign: str) -> bool:
    """*_* and *.* are faces and patterns: one punctuation mark is not emphasised."""
    return _is_punctuation(inside) and inside[1:] == sign


def _may_open(outside: str, inside: str) -> bool:
    """Whether emphasis may begin between these; or end, with the sides exchanged. Both are read away from the
    sign."""
    if not inside[:1].strip():
        return False
    # Punctuation beside a Chinese letter is of its sentence.
    if not _is_punctuation(inside) or any(_WIDE.match(one) for one in inside):
        return True
    return not outside[:1].strip() or _is_punctuation(outside) or bool(_WIDE.match(outside))


def _is_punctuation(text: str) -> bool:
    """Whether it begins with punctuation."""
    return text != "" and category(text[0])[0] in "PS"


def _is_drawn_out(src: str, start: int) -> bool:
    """Whether this is a sound (好呀~~) and begins no struck text: it follows a letter, and the next is not
    before one, or the line ends with one."""
    if not src[start - 1 : start].isalnum():
        return False
    end = src.find("\n", start)
    end = len(src) if end < 0 else end
    close = src.find("~~", start + 2, end)
    return close < 0 or not src[close + 2 : close + 3].isalnum() or src.endswith("~~", start, end)


def strike(state: StateInline, silent: bool) -> bool:
    """Replaces markdown-it's rule for ~~struck~~ text, which also takes two of three signs."""
    start = end = state.pos
    if silent or state.src[start] != "~":
        return False
    while end < state.posMax and state.src[end] == "~":
        end += 1
    state.push("text", "", 0).content = state.src[start:end]
    state.pos = end
    if end - start == 2:
        opens, closes, _ = state.scanDelims(start, True)
        opens = opens and not _is_drawn_out(state.src, start)
        state.delimiters.append(Delimiter(ord("~"), 0, len(state.tokens) - 1, -1, opens, closes))
    return True
