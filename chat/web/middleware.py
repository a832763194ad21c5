"""Middleware that keeps banned people out of a whole site. Optional: a project may not want that.

The chat's own pages and its admin check without it. This covers account pages and the rest of the admin.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.deprecation import MiddlewareMixin

from chat import addresses
from chat.accounts import sessions


class BannedMiddleware(MiddlewareMixin):
    """Belongs after Django's AuthenticationMiddleware."""

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if getattr(view, "__module__", "").startswith("chat.web.views"):
            return None  # they check this themselves, with fewer queries
        # A banned person may sign out, to sign in with another account.
        if request.path == addresses.account_page("logout") or sessions.is_admitted(request):
            return None
        return render(request, "chat/banned.html", status=403)
