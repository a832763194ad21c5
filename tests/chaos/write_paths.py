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
    """Through ASGI's `send` without our guards, as on an unknown server."""
    from chat.realtime import fastpath

    fastpath.find_protocol = lambda send: None


WRITE_PATHS: dict[str, Callable[[], None]] = {way.__name__: way for way in (straight, twisted, asgi)}
