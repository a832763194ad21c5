"""What may a page of ours load and do? The Content-Security-Policy, and that nobody keeps personal pages.

Nothing inline but the import map, which is allowed by its hash, so a page needs no nonce. On Django 6 its own
middleware can take this one's place. Imports nothing of ours but the import map.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.decorators import sync_and_async_middleware

from . import importmap

POLICY = (
    "default-src 'none'; script-src 'self' {map}; style-src 'self'; img-src 'self' blob:; media-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
# Server HTML enters a page through one place that says what it lets in.
TRUSTED_TYPES = "; require-trusted-types-for 'script'; trusted-types chat"
# The admin's own scripts set innerHTML.
ADMIN = "/admin/"


@sync_and_async_middleware
def policy(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    if iscoroutinefunction(get_response):

        async def answer_async(request: HttpRequest) -> HttpResponse:
            waiting: Awaitable[HttpResponse] = get_response(request)
            return _with_policy(request, await waiting)

        return answer_async

    def answer(request: HttpRequest) -> HttpResponse:
        return _with_policy(request, get_response(request))

    return answer


def _with_policy(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if settings.DEBUG and response.status_code in (404, 500):
        return response  # Django's pages for developers are one piece, styles and scripts inside
    text = POLICY.format(map=importmap.source())
    response.headers.setdefault(
        "Content-Security-Policy", text if request.path.startswith(ADMIN) else text + TRUSTED_TYPES
    )
    if "Cache-Control" not in response:
        # Asked again each time, and never kept by somebody in between: what is here depends on who asks.
        patch_cache_control(response, private=True, no_cache=True)
        patch_vary_headers(response, ["Cookie", "Accept-Language"])
    return response
