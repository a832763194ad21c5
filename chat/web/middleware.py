"""Middleware that shows banned people the page that says so, wherever they are signed in.

The chat's own views use `views.access`, which reads less. This covers everything else a site serves to
signed-in people: admin sites and account pages.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.deprecation import MiddlewareMixin

from chat.accounts import sessions
from chat.addresses import account_page


class BannedMiddleware(MiddlewareMixin):
    """Belongs after Django's AuthenticationMiddleware."""

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        # A banned person may sign out, to sign in with another account.
        is_sign_out = request.path == account_page("logout")
        if is_sign_out or getattr(view, "__module__", "").startswith("chat.web.views"):
            return None
        user = request.user
        if not user.is_authenticated or sessions.may_be_here(user, request.META.get("REMOTE_ADDR")):
            return None
        return render(request, "chat/banned.html", status=403)
