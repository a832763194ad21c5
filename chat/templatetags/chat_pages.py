"""What do templates need that Django does not have? The import map, parts that are the same for everybody,
and a person's avatar.

Imports importmap only.
"""

import datetime
import re
import unicodedata
from functools import cache
from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField, RadioSelect
from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timesince import timesince
from django.utils.translation import get_language, gettext

from chat.web import importmap

register = template.Library()


@register.simple_tag
def import_map() -> SafeString:
    """Before any module. The text must be, to the byte, what the policy has the hash of."""
    # JSON of file names of ours: nothing in it can end the element.
    return mark_safe(f'<script type="importmap">{importmap.text()}</script>')  # noqa: S308


@register.simple_tag
def fixed(part: str) -> SafeString:
    """A template that is made once for each language. It gets nothing to fill in, no request and no person:
    so it cannot keep anything of them."""
    make = _fixed.__wrapped__ if settings.DEBUG else _fixed
    return make(part, get_language(), get_script_prefix())


@cache
def _fixed(part: str, language: str, prefix: str) -> SafeString:
    return render_to_string(part)


@register.simple_tag
def ago(moment: datetime.datetime) -> str:
    """How long nothing has been said, in words: the largest unit is enough."""
    if timezone.now() - moment < datetime.timedelta(minutes=1):
        return gettext("active just now")
    return gettext("active %(ago)s ago") % {"ago": timesince(moment, depth=1)}


@register.simple_tag
def avatar(name: str, person: Any) -> SafeString:
    """The small square that stands for a person: one Chinese character, or two initials."""
    return format_html('<i class="avatar c{}" aria-hidden="true">{}</i>', colour(person), initials(name))


def colour(person: Any) -> int:
    """As message.js does it: a person has one colour on every page."""
    total = 7
    for character in str(person):
        total = (total * 31 + ord(character)) % 2**32
    return total % 8


def initials(name: str) -> str:
    """The same letters as `initials` in i18n.js; both are tested with tests/initials.json."""
    words = name.split()
    if not words:
        return ""
    first = _first_letter(words[0])
    if not _TWO_LETTERS.match(unicodedata.name(first[0], "")):
        return first
    return (first + _first_letter(words[-1] if len(words) > 1 else words[0][len(first) :])).upper()


# Scripts whose names are shortened to two letters; of the others one character is enough.
_TWO_LETTERS = re.compile("LATIN|CYRILLIC|GREEK|DIGIT")
# What readers see as one character: two regional indicators, or a base with its marks and joined parts.
_LETTER = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}|.(?:[\\u0300-\\u036f\\ufe00-\\ufe0f\\u20e3\U0001f3fb-\U0001f3ff]|\\u200d.)*",
    re.DOTALL,
)


def _first_letter(text: str) -> str:
    found = _LETTER.match(text)
    return found[0] if found else ""


@register.inclusion_tag("chat/_field.html")
def field(bound: BoundField) -> dict[str, Any]:
    """One field with its label, its help and what is wrong with it, tied together for those who listen.

    The first that is wrong gets the caret.
    """
    if bound.form.errors:
        bound.field.widget.attrs["autofocus"] = bound.name == next(iter(bound.form.errors))
    return {"field": bound, "pick": isinstance(bound.field.widget, RadioSelect)}
