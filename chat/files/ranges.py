"""Parses a `Range` header: one range only, as players and resumed downloads send it.

Anything else is answered with the whole file (RFC 9110, 14.2).
"""

import re

_ONE = re.compile(r"\s*bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})\s*", re.ASCII | re.IGNORECASE)


class OutOfRange(ValueError):
    """No byte of the range is in the file."""


def parse_range(header: str, size: int) -> tuple[int, int] | None:
    """First byte and length, or None for the whole file. Raises OutOfRange."""
    asked = _ONE.fullmatch(header)
    if asked is None or asked.groups() == ("", ""):
        return None
    first, last = asked.groups()
    if not first:
        return _last(int(last), size)
    start, end = int(first), min(int(last or size), size - 1)
    if last and int(last) < start:
        return None
    if start >= size:
        raise OutOfRange
    return start, end - start + 1


def _last(count: int, size: int) -> tuple[int, int]:
    if not count:
        raise OutOfRange
    count = min(count, size)
    return size - count, count
