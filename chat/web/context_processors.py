"""Adds the workspace, the version and the reader's theme and density to the templates of the chat."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from chat import __version__, addresses
from chat.models import Workspace

THEME_COOKIE = "chat_theme"  # the room page's script sets it too
THEMES = ("light", "dark")
DENSITY_COOKIE = "chat_density"
DENSITIES = ("compact",)


def workspace(request: HttpRequest) -> dict[str, object]:
    # Theme and density come from cookies: they belong to a screen, not a person, and cost no query.
    if not addresses.is_chat(request.path):
        return {}
    theme, density = request.COOKIES.get(THEME_COOKIE, ""), request.COOKIES.get(DENSITY_COOKIE, "")
    return {
        "workspace": SimpleLazyObject(Workspace.current),
        "theme": theme if theme in THEMES else "",
        "density": density if density in DENSITIES else "",
        "version": __version__,
    }
