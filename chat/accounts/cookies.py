"""Parses the `Cookie` header in linear time.

Django's parser takes time with the square of the backslashes in Python before 3.11.10 and 3.12.6
(CVE-2024-7592), and connections read this header on the event loop.
"""

import re

from django.core.handlers.asgi import ASGIRequest
from django.utils.functional import cached_property

_ESCAPED = re.compile(r"\\(?:([0-3][0-7][0-7])|(.))", re.DOTALL)


def parse_cookie(header: str) -> dict[str, str]:
    """Same result as django.http.parse_cookie: if a name occurs twice, the last value counts."""
    found = {}
    for chunk in header.split(";"):
        before, sign, after = chunk.partition("=")
        name, value = (before.strip(), after.strip()) if sign else ("", chunk.strip())
        if name or value:
            found[name] = _unquoted(value)
    return found


def _unquoted(value: str) -> str:
    if len(value) < 2 or value[0] != '"' or value[-1] != '"':
        return value
    return _ESCAPED.sub(_character, value[1:-1])


def _character(escaped: re.Match[str]) -> str:
    return chr(int(escaped[1], 8)) if escaped[1] else escaped[2]


class Request(ASGIRequest):
    @cached_property
    def COOKIES(self) -> dict[str, str]:  # type: ignore[override]
        return parse_cookie(self.META.get("HTTP_COOKIE", ""))
