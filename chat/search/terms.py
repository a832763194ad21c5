"""Words and phrases of a search, as tokens for the index and as a pattern for the text."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from chat.folding import search_form

from .tokenizer import GROUPS, LETTER, MAX_TOKEN, RUNS, needed

# A shorter beginning would match most of a dictionary: such a word must match whole.
MIN_PREFIX = 3
# Shorter numbers are not written in groups, but stand beside others.
_MIN_GROUPED = 7
# C++, C# and the like are words of their own.
_SIGNED = re.compile(f"(?<={LETTER})[+#]+\\Z")
# What must not continue a run, by its group in RUNS.
_KIND = {1: "(?!)", 2: LETTER, 3: "\\d", 4: "(?!)"}
# What may stand between the parts of a word instead of one another, and between letters and digits.
_JOINTS, _BETWEEN = " _-.", "[ _.-] ?"
# A voiced kana is another letter than the one it is written with.
_UNVOICED = "(?![\u3099\u309a])"


class Token(NamedTuple):
    """A token of the index or, with `beginning`, any that begins like this."""

    text: str
    beginning: bool = False


@dataclass(frozen=True)
class Term:
    """A word of a search, or an exact phrase, in its search form."""

    text: str
    exact: bool = False

    @classmethod
    def word(cls, text: str) -> "Term":
        """It may be a beginning, and signs at its ends do not count."""
        return cls(without_signs_at_ends(search_form(text).strip()))

    @classmethod
    def phrase(cls, text: str) -> "Term":
        return cls(search_form(text).strip(), exact=True)

    @cached_property
    def _runs(self) -> list[re.Match[str]]:
        return list(RUNS.finditer(self.text))

    @property
    def has_words(self) -> bool:
        return bool(self._runs)

    @property
    def may_continue(self) -> bool:
        """It may continue after its end."""
        last = self._runs[-1] if self._runs else None
        if self.exact or last is None or last.end() < len(self.text) or not (last[2] or last[3]):
            return False
        return len(last[0]) >= MIN_PREFIX

    @property
    def tokens(self) -> list[Token]:
        """Tokens that every text with this term has."""
        whole = self._runs[:-1] if self.may_continue else self._runs
        found = dict.fromkeys(token for run in whole for token in needed(run))
        last = [Token(self._runs[-1][0][:MAX_TOKEN], True)] if self.may_continue else []
        return [*map(Token, found), *last]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Matches texts in their search form."""
        if not self._runs:
            return re.compile(re.escape(self.text))
        first, last = self._runs[0], self._runs[-1]
        start = f"(?<!{_KIND[first.lastindex or 1]})" if first.start() == 0 else ""
        end = (
            f"(?!{_KIND[last.lastindex or 1]})"
            if last.end() == len(self.text) and not self.may_continue
            else ""
        )
        return re.compile(start + self._body() + end + _UNVOICED)

    def _body(self) -> str:
        if self.exact:
            return re.escape(self.text)
        found, at = "", 0
        for before, run in zip([None, *self._runs], self._runs, strict=False):
            found += self._between(before, self.text[at : run.start()], run) + self._written(run)
            at = run.end()
        return found + re.escape(self.text[at:])

    def _written(self, run: re.Match[str]) -> str:
        """A long number on its own may be written in groups."""
        if run[3] and len(self._runs) == 1 and len(run[3]) >= _MIN_GROUPED:
            return f"{GROUPS}?".join(run[3])
        return re.escape(run[0])

    def _between(self, before: re.Match[str] | None, joint: str, after: re.Match[str]) -> str:
        """snake-case finds snake_case, z.B. finds z. B., iPhone15 finds iPhone 15, 138-0013 finds 138 0013;
        2.5 does not find 2-5."""
        if before is None or len(joint) > 1 or not all(run[2] or run[3] for run in (before, after)):
            return re.escape(joint)
        if joint and joint not in _JOINTS:
            return f" ?{re.escape(joint)} ?"
        if before[3] and after[3]:
            return "\\." if joint == "." else "[ _-]"
        return _BETWEEN if before[2] and after[2] else f"(?:{_BETWEEN})?"


def without_signs_at_ends(form: str) -> str:
    """Unless there is nothing else."""
    runs = list(RUNS.finditer(form))
    if not runs:
        return form
    end = runs[-1].end()
    signed = _SIGNED.search(form) if runs[-1][2] else None
    return form[runs[0].start() : len(form) if signed and signed.start() == end else end]
