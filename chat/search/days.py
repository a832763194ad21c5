"""Reads days as people write them: 2026-03-01, 2026/3/1, 1.3.2026, 3月1日, yesterday, 昨天."""

import calendar
import datetime
import re
from typing import NamedTuple

_WRITTEN = [
    re.compile(r"(?P<year>\d{4})(?:([-/.])(?P<month>\d{1,2})(?:\2(?P<day>\d{1,2}))?)?"),
    re.compile(r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)"),
    # With dots the day comes first everywhere; with slashes it depends on the country.
    re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})"),
    re.compile(r"(?P<year>\d{4})年(?:(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})[日号])?)?"),
    re.compile(r"(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})[日号])?"),
]
_AGO = {"today": 0, "今天": 0, "今日": 0, "yesterday": 1, "昨天": 1, "昨日": 1, "前天": 2}


class Days(NamedTuple):
    """From the first to the last, both included."""

    first: datetime.date
    last: datetime.date


def read_days(value: str, today: datetime.date) -> Days | None:
    """A day, month or year; None if there is none. Without a year it is the last such day so far."""
    if value in _AGO:
        day = today - datetime.timedelta(days=_AGO[value])
        return Days(day, day)
    for found in filter(None, (written.fullmatch(value) for written in _WRITTEN)):
        numbers = {name: int(number) for name, number in found.groupdict().items() if number}
        try:
            return _days(**numbers) if "year" in numbers else _last_before(today, **numbers)
        except ValueError:  # the 30th of February
            return None
    return None


def _last_before(today: datetime.date, month: int, day: int | None = None) -> Days | None:
    # The 29th of February is up to eight years ago.
    for year in range(today.year, today.year - 9, -1):
        try:
            found = _days(year, month, day)
        except ValueError:
            continue
        if found.first <= today:
            return found
    return None


def _days(year: int, month: int | None = None, day: int | None = None) -> Days:
    """Without a day all of the month, without a month all of the year."""
    if month is None:
        return Days(datetime.date(year, 1, 1), datetime.date(year, 12, 31))
    if day is None:
        first = datetime.date(year, month, 1)
        return Days(first, first.replace(day=calendar.monthrange(year, month)[1]))
    return Days(datetime.date(year, month, day), datetime.date(year, month, day))
