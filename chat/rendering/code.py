"""Highlights fenced code whose language is named, in bounded time.

The author chooses the lexer, and some lexers take time with the square of their input. So each message has
a limit of highlighted characters and of CPU time; the rest of its code is shown without colours.
"""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from html import escape
from itertools import groupby
from typing import Any

from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES, Text, Whitespace

# Highlighted characters per message.
CHARACTERS = 1_500
# Seconds of CPU time per message, in a process that has called `use_alarm`. The kernel looks at its tick, so
# the alarm may come one or two ticks (4 ms) late.
SECONDS = 0.004
LANGUAGES = {
    "bash", "c", "c++", "console", "cpp", "css", "dart", "diff", "docker", "dockerfile", "elixir",
    "erlang", "go", "haskell", "html", "ini", "java", "javascript", "js", "json", "jsx", "kotlin",
    "lua", "nginx", "ocaml", "perl", "php", "powershell", "py", "python", "r", "rb", "rs", "ruby",
    "rust", "scala", "sh", "shell", "sql", "swift", "toml", "ts", "typescript", "xml", "yaml", "yml",
    "zig",
}  # fmt: skip

_PLAIN = {Text, Whitespace}


class OutOfTime(BaseException):
    """Not an Exception, which a lexer might catch."""


class Colours:
    """The rest of one message's limits for highlighting."""

    def __init__(self) -> None:
        self.characters, self.seconds = CHARACTERS, SECONDS

    def of(self, code: str, language: str) -> str:
        if language.lower() not in LANGUAGES or len(code) > self.characters or self.seconds <= 0:
            return escape(code)
        self.characters -= len(code)
        tokens: list[tuple[Any, str]] = []
        lexer = get_lexer_by_name(language, stripnl=False)
        try:
            with self._alarm():
                tokens.extend(lexer.get_tokens(code))
        except OutOfTime:
            tokens.append((Text, code[sum(len(text) for _, text in tokens) :]))
        return _html(tokens)

    @contextmanager
    def _alarm(self) -> Iterator[None]:
        """Raise OutOfTime inside when the message's seconds are used up."""
        if signal.getsignal(signal.SIGVTALRM) is not _out_of_time:
            yield
            return
        began = time.process_time()
        signal.setitimer(signal.ITIMER_VIRTUAL, self.seconds)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            self.seconds -= time.process_time() - began


def _html(tokens: list[tuple[Any, str]]) -> str:
    parts = []
    for name, run in groupby(tokens, key=lambda token: _css_class(token[0])):
        text = escape("".join(text for _, text in run))
        parts.append(f'<span class="{name}">{text}</span>' if name else text)
    return "".join(parts)


@cache
def _css_class(kind: Any) -> str:
    """The class of the nearest token type that has one."""
    while kind not in STANDARD_TYPES:
        kind = kind.parent
    return "" if kind in _PLAIN else STANDARD_TYPES[kind]


def use_alarm() -> None:
    """Ends slow highlighting by this process's alarm, even inside one regular expression, which checks for
    signals. Only in a main thread, and only where nothing else needs the alarm."""
    signal.signal(signal.SIGVTALRM, _out_of_time)


def _out_of_time(*_: object) -> None:
    raise OutOfTime
