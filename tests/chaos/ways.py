"""Which way do bytes leave a daphne? Straight to the socket, as it ships; or on one of the ways it takes
elsewhere, so that these are proven too."""

from collections.abc import Callable


def straight() -> None:
    """As it ships."""


def twisted() -> None:
    """Through Twisted, always: what happens under TLS."""
    from chat.realtime.transport import connection

    connection.straight_send = lambda transport: None  # type: ignore[attr-defined]


def asgi() -> None:
    """Through ASGI's `send`, with none of our guards: what happens on a server we know nothing of."""
    from chat.realtime import transport

    transport.find_protocol = lambda send: None


WAYS: dict[str, Callable[[], None]] = {way.__name__: way for way in (straight, twisted, asgi)}
