"""Reads days as people write them: 2026-03-01, 2026/3/1, 3月1日, yesterday, 昨天."""

import calendar
import datetime
import re
from typing import NamedTuple

_NUMBERS = re.compile(r"(\d{4})(?:([-/.])(\d{1,2})(?:\2(\d{1,2}))?)?")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)()")
_CHINESE = re.compile(r"(?:(\d{4})年)?(?:(\d{1,2})月)?(?:(\d{1,2})[日号])?")
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
    try:
        if found := _COMPACT.fullmatch(value):
            return _days(*map(int, found.groups()[:3]))
        if found := _NUMBERS.fullmatch(value):
            return _days(int(found[1]), int(found[3] or 0), int(found[4] or 0))
        if value and (found := _CHINESE.fullmatch(value)):
            return _chinese(*(int(number or 0) for number in found.groups()), today=today)
    except ValueError:  # the 30th of February
        pass
    return None


def _chinese(year: int, month: int, day: int, *, today: datetime.date) -> Days | None:
    if not (year or month) or (year and day and not month):
        return None
    if year:
        return _days(year, month, day)
    # The 29th of February is up to eight years ago.
    for before in range(9):
        try:
            found = _days(today.year - before, month, day)
        except ValueError:
            continue
        if found.first <= today:
            return found
    return None


def _days(year: int, month: int, day: int) -> Days:
    """Without a day all of the month, without a month all of the year."""
    first = datetime.date(year, month or 1, day or 1)
    if day:
        return Days(first, first)
    return Days(first, datetime.date(year, month or 12, calendar.monthrange(year, month or 12)[1]))
