"""What every page knows: the place it is part of, the version, and the theme its reader chose.

Imports models.
"""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from . import __version__
from .models import Place

THEME_COOKIE = "chat_theme"  # the room's page sets it too
THEMES = ("light", "dark")


def place(request: HttpRequest) -> dict[str, Any]:
    """The theme comes from a cookie: it belongs to a screen rather than to a person, and costs no query."""
    theme = request.COOKIES.get(THEME_COOKIE, "")
    return {
        "place": SimpleLazyObject(Place.current),
        "theme": theme if theme in THEMES else "",
        "version": __version__,
    }
