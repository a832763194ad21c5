"""Finds addresses in text: http://, https://, mailto:, and without a scheme only www.

`main.py`, `README.md` and `lib.rs` have the form of hosts, so nothing else without a scheme is an address.
Looks at each character a bounded number of times. `linkify-it`, markdown-it's own, starts again at every
`://` and needs a tenth of a second for 4,000 hostile characters.
"""

import re
from typing import NamedTuple
from urllib.parse import quote

from chat.text import SPACED, UNSPACED

from . import hosts

# Where an address can begin: `START` is part of the expression at which the parser stops.
START = r"(?<![A-Za-z0-9])(?:https?://|mailto:)|(?<![A-Za-z0-9./@-])www\."
_START = re.compile(START, re.IGNORECASE)
_SCHEME = re.compile(r"https?://|mailto:[\w.+-]{1,64}@|(?=www\.[\w-]{1,63}\.\w)", re.IGNORECASE)
# A label that begins with a letter of a spaced script ends before a Chinese one: people write on there.
_LABEL = rf"(?:(?:{SPACED}|-){{1,63}}|(?=\w)[{UNSPACED}](?:\w|-){{0,62}})"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*+")
_PORT = re.compile(r":\d{1,5}(?!\d)")
# The host has not ended: this is a name before it, or there is an escape, an accent or too long a label.
_GOES_ON = re.compile(rf"[@%\u0300-\u036f]|{SPACED}")
# Up to a space, a quote, a sign that no address contains, Chinese punctuation, an emoji, or what nobody sees.
_REST = re.compile(
    r"[/?#][^\s<>\"`\\^|\u3000-\u303f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\u2018-\u201f\u2026"
    r"\ufe10-\ufe1f\ufe30-\ufe6f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    r"\u2600-\u27bf\U0001f000-\U0001faff]*"
)
# Where it may end earlier: at a bracket that was not opened in it, at emphasis, a dash, the next address.
_MAYBE_END = re.compile(r"[()\[\]{}]|\*\*|~~|——|[,;](?=https?://|www\.)", re.IGNORECASE)
_CLOSED_BY = {"(": ")", "[": "]", "{": "}"}
_SENTENCE_END = "?!.,:;*_~'&([{"
# What an address may contain as it is, with a percent sign that was typed.
_KEPT = "%/?#[]@!$&'()*+,;=:~"
_WHOLE_REST = re.compile(r"(?:[/?#][^\x00-\x1f]*)?")
_PHONE = re.compile(r"tel:\+?[\d().-]{2,30}", re.IGNORECASE)


class Address(NamedTuple):
    href: str
    shown: str
    host: str
    end: int


def begins(text: str, at: int, end: int) -> bool:
    return _START.match(text, at, end) is not None


def find(text: str, start: int, end: int) -> Address | None:
    """The address that begins here and ends where its writer ended it."""
    begun = _read_host(text, start, end)
    return begun and _whole(text, begun, _end_of_rest(text, start, begun.end, end))


def of_target(target: str) -> str | None:
    """The address of `[…](target)`, if it is one that a link may have."""
    if _PHONE.fullmatch(target):
        return target.lower()
    begun = _read_host(target, 0, len(target))
    if not begun or not _WHOLE_REST.fullmatch(target, begun.end):
        return None
    return _whole(target, begun, len(target)).href


def is_misleading(label: str, href: str) -> bool:
    """Whether the label shows an address of another host."""
    start = _START.search(label)
    shown = start and find(label, start.start(), len(label))
    leads_to = _read_host(href, 0, len(href))
    return bool(start) and (not shown or not leads_to or shown.host != leads_to.host.ascii)


class _Begun(NamedTuple):
    before: str
    host: hosts.Host
    port: str
    end: int


def _read_host(text: str, start: int, end: int) -> _Begun | None:
    scheme = _SCHEME.match(text, start, end)
    found = scheme and _HOST.match(text, scheme.end(), end)
    if not scheme or not found or _GOES_ON.match(text, found.end(), end):
        return None
    host, port = hosts.read(found[0]), _PORT.match(text, found.end(), end)
    if not host:
        return None
    return _Begun(scheme[0], host, port[0] if port else "", port.end() if port else found.end())


def _whole(text: str, begun: _Begun, end: int) -> Address:
    before, host, port, at = begun
    scheme, sign, person = (before or "http://").partition(":")
    href = f"{scheme.lower()}{sign}{quote(person, _KEPT)}{host.ascii}{port}{quote(text[at:end], _KEPT)}"
    return Address(href, f"{before}{host.shown}{port}{text[at:end]}", host.ascii.lower(), end)


def _end_of_rest(text: str, start: int, at: int, end: int) -> int:
    rest = _REST.match(text, at, end)
    if not rest:
        return at
    end, closing = rest.end(), list[str]()
    for sign in _MAYBE_END.finditer(text, at, end):
        if sign[0] in _CLOSED_BY:
            closing.append(_CLOSED_BY[sign[0]])
        elif closing and sign[0] == closing[-1]:
            closing.pop()
        else:
            end = sign.start()
            break
    if text[start - 1 : start] == "'" and (quote := text.find("'", at, end)) >= 0:
        end = quote
    while end > at and text[end - 1] in _SENTENCE_END:
        end -= 1
    return end
