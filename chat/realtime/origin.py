"""Checks the Origin of a WebSocket handshake (RFC 6455, section 10.2).

The origin must match exactly, or a page elsewhere could connect with a visitor's cookie. Clients that send
no Origin are not browsers and are allowed.
"""

import logging
from typing import Any

from django.conf import settings
from django.http.request import split_domain_port, validate_host

log = logging.getLogger(__name__)


def is_allowed(scope: dict[str, Any]) -> bool:
    """True for our own origin and those in CSRF_TRUSTED_ORIGINS."""
    hosts, origins = _all(scope, b"host"), _all(scope, b"origin")
    if len(hosts) == 1 and not origins and _is_ours(hosts[0]):
        return True
    if len(hosts) == 1 and len(origins) == 1 and _is_ours(hosts[0]):
        ours = f"{'https' if _is_secure(scope) else 'http'}://{hosts[0]}"
        if origins[0] == ours or origins[0] in settings.CSRF_TRUSTED_ORIGINS:
            return True
    log.warning("handshake refused: host %.200r, origin %.200r", hosts, origins)
    return False


def _is_ours(host: str) -> bool:
    domain, _port = split_domain_port(host)
    allowed = settings.ALLOWED_HOSTS or (["localhost", "127.0.0.1", "[::1]"] if settings.DEBUG else [])
    return bool(domain) and validate_host(domain, allowed)


def _is_secure(scope: dict[str, Any]) -> bool:
    if scope.get("scheme") == "wss":
        return True
    if settings.SECURE_PROXY_SSL_HEADER is None:
        return False
    name, value = settings.SECURE_PROXY_SSL_HEADER
    return _all(scope, name.removeprefix("HTTP_").replace("_", "-").lower().encode()) == [value]


def _all(scope: dict[str, Any], name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key == name]
