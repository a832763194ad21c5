"""What every page knows: the place it is part of, the version, and how its reader wants to see it.

Imports models.
"""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from chat import __version__
from chat.models import Workspace

THEME_COOKIE = "chat_theme"  # the room's page sets it too
THEMES = ("light", "dark")
GAPS_COOKIE = "chat_gaps"
GAPS = ("compact",)


def place(request: HttpRequest) -> dict[str, Any]:
    """Theme and gaps come from cookies: they belong to a screen, not to a person, and cost no query."""
    theme, gaps = request.COOKIES.get(THEME_COOKIE, ""), request.COOKIES.get(GAPS_COOKIE, "")
    return {
        "place": SimpleLazyObject(Workspace.current),
        "theme": theme if theme in THEMES else "",
        "gaps": gaps if gaps in GAPS else "",
        "version": __version__,
    }
