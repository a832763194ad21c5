"""Middleware that keeps banned people out of a whole site, and that shows times in the admin in the reader's
zone. Optional: a project may not want that."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.deprecation import MiddlewareMixin

from chat import addresses
from chat.accounts import sessions

TIMEZONE_COOKIE = "chat_timezone"


class BannedMiddleware(MiddlewareMixin):
    """Belongs after Django's AuthenticationMiddleware. Covers account pages and the admin of other apps; the
    chat's pages and its admin check without it."""

    def process_view(
        self, request: HttpRequest, view: Callable[..., object], args: object, kwargs: object
    ) -> HttpResponse | None:
        if getattr(view, "__module__", "").startswith("chat.web.views"):
            return None  # they check this themselves, with fewer queries
        # A banned person may sign out, to sign in with another account.
        if request.path == addresses.account_page("logout") or sessions.is_admitted(request):
            return None
        return render(request, "chat/banned.html", status=403)


class AdminTimezoneMiddleware:
    """The browser's zone comes in a cookie that a script of the admin sets."""

    sync_capable, async_capable = True, False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        admin = addresses.admin()
        if not admin or not request.path_info.startswith(admin):
            return self.get_response(request)
        with timezone.override(_zone(request.COOKIES.get(TIMEZONE_COOKIE, ""))):
            return self.get_response(request)


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):  # no such zone, a path, a folder of zones
        return None
