"""The ways in which a daphne writes to a socket: straight, as it ships, or as on other servers and under
TLS."""

from collections.abc import Callable


def straight() -> None:
    """As it ships."""


def twisted() -> None:
    """Always through Twisted, as under TLS."""
    from chat.realtime.fastpath import straight_connection

    straight_connection.straight_send = lambda transport: None  # type: ignore[attr-defined]


def asgi() -> None:
    """Without the fast path, as on an unknown server."""
    from django.conf import settings

    settings.CHAT_FAST_PATH = False


WRITE_PATHS: dict[str, Callable[[], None]] = {way.__name__: way for way in (straight, twisted, asgi)}
