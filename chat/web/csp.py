"""Sets the Content-Security-Policy and keeps personal pages out of shared caches.

Nothing is inline but the import map, which is allowed by its hash, so pages need no nonce.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.decorators import sync_and_async_middleware

from chat import addresses

from . import importmap

POLICY = (
    "default-src 'none'; script-src 'self' {map}; style-src 'self'; img-src 'self' blob:; media-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
# The "chat" policy is the only way server HTML enters a page; it checks what it lets in.
TRUSTED_TYPES = "; require-trusted-types-for 'script'; trusted-types chat"


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
        return response  # Django's debug pages contain inline styles and scripts
    if not addresses.is_chat(request.path):
        return response
    # The admin's own scripts set innerHTML.
    in_admin = request.resolver_match is not None and request.resolver_match.app_name == "admin"
    text = POLICY.format(map=importmap.source()) + ("" if in_admin else TRUSTED_TYPES)
    response.headers.setdefault("Content-Security-Policy", text)
    if "Cache-Control" not in response:
        # Content depends on who asks: revalidated every time, and never stored by a shared cache.
        patch_cache_control(response, private=True, no_cache=True)
        patch_vary_headers(response, ["Cookie", "Accept-Language"])
    return response
