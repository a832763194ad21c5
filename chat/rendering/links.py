"""Finds links in text: http://, https://, www. and mailto:.

Looks at each character a bounded number of times. `linkify-it`, markdown-it's own, starts again at every
`://` and needs a tenth of a second for 4,000 hostile characters.
"""

import re

# Where a link can begin: `START` is part of the expression at which the parser stops.
START = r"(?<![A-Za-z0-9])(?:https?://|mailto:)|(?<![A-Za-z0-9./@-])www\."
# Up to a space, a quote, a bracket that links do not contain, or Chinese punctuation.
_START = re.compile(START, re.IGNORECASE)
_ADDRESS = re.compile(
    r"(?:https?://(?=\w)|www\.(?=[\w-]{1,63}\.\w)|mailto:(?=[\w.+-]{1,64}@\w))"
    r"[^\s<>\[\]\"`\\^{|}\u3000-\u303f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\u2018-\u201f\u2026]+",
    re.IGNORECASE,
)
_SENTENCE_END = "?!.,:;*_~'&"


def address_at(text: str, start: int, end: int) -> str | None:
    """The link that begins here, without the sentence's punctuation; "" if only its beginning is here, None
    if there is no link."""
    if not _START.match(text, start, end):
        return None
    found = _ADDRESS.match(text, start, end)
    return _without_end(found[0]) if found else ""


def _without_end(address: str) -> str:
    """A closing bracket belongs to the link only if it was opened there."""
    unopened = address.count(")") - address.count("(")
    while True:
        shorter = address.rstrip(_SENTENCE_END)
        if unopened > 0 and shorter.endswith(")"):
            shorter, unopened = shorter[:-1], unopened - 1
        if shorter == address:
            return address
        address = shorter
