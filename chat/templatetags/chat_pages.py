"""Template tags: the import map, cached fragments, avatars, relative times and form fields."""

import datetime
import re
import unicodedata
from functools import cache

from django import template
from django.conf import settings
from django.forms import BoundField, RadioSelect
from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils import timezone
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString, mark_safe
from django.utils.timesince import timesince
from django.utils.translation import get_language, gettext

from chat import addresses
from chat.ids import PersonId
from chat.web import importmap

register = template.Library()


@register.simple_tag
def import_map() -> SafeString:
    """Must come before any module script."""
    # JSON of our own file names cannot contain a closing tag.
    return mark_safe(f'<script type="importmap">{importmap.text()}</script>')  # noqa: S308


@register.simple_tag
def addresses_for_scripts() -> SafeString:
    return json_script(addresses.for_scripts(), "addresses")


@register.simple_tag
def account_page(name: str) -> str:
    """The project's page to "login", "logout", "signup" or "password_change"; empty if there is none."""
    return addresses.account_page(name)


@register.simple_tag
def include_cached(part: str) -> SafeString:
    """Rendered once per language and cached. It gets no context, so no request's data can leak."""
    make = _render_cached.__wrapped__ if settings.DEBUG else _render_cached
    return make(part, get_language(), get_script_prefix())


@cache
def _render_cached(part: str, language: str, prefix: str) -> SafeString:
    return render_to_string(part)


@register.simple_tag
def ago(moment: datetime.datetime) -> str:
    if timezone.now() - moment < datetime.timedelta(minutes=1):
        return gettext("active just now")
    return gettext("active %(ago)s ago") % {"ago": timesince(moment, depth=1)}


@register.simple_tag
def avatar(name: str, person: PersonId) -> SafeString:
    return format_html(
        '<i class="avatar colour-{}" aria-hidden="true">{}</i>', colour(person), initials(name)
    )


def colour(person: PersonId) -> int:
    """The same as in message.js."""
    total = 7
    for character in str(person):
        total = (total * 31 + ord(character)) % 2**32
    return total % 8


def initials(name: str) -> str:
    """The same as in i18n.js; both are tested with tests/initials.json."""
    words = name.split()
    if not words:
        return ""
    first = _first_letter(words[0])
    if not _TWO_LETTERS.match(unicodedata.name(first[0], "")):
        return first
    return (first + _first_letter(words[-1] if len(words) > 1 else words[0][len(first) :])).upper()


# Scripts in which initials have two letters. Others use one character.
_TWO_LETTERS = re.compile("LATIN|CYRILLIC|GREEK|DIGIT")
# One visible character: two regional indicators, or a base with combining marks and joiners.
_LETTER = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}|.(?:[\\u0300-\\u036f\\ufe00-\\ufe0f\\u20e3\U0001f3fb-\U0001f3ff]|\\u200d.)*",
    re.DOTALL,
)


def _first_letter(text: str) -> str:
    found = _LETTER.match(text)
    return found[0] if found else ""


@register.inclusion_tag("chat/_field.html")
def field(bound: BoundField) -> dict[str, object]:
    # The first field with an error gets the focus.
    if bound.form.errors:
        bound.field.widget.attrs["autofocus"] = bound.name == next(iter(bound.form.errors))
    return {"field": bound, "pick": isinstance(bound.field.widget, RadioSelect)}
