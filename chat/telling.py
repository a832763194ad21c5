"""Saying something to one connection: an event among its answers, or goodbye."""

from . import protocol
from .hub import Hub
from .transport import Connection, Frames


def tell(hub: Hub, connection: Connection, event: protocol.Event) -> None:
    hub.ticker.answer(connection, protocol.encode(event))


def say_bye(connection: Connection, code: int, reason: str, retry_after: float | None = None) -> None:
    """Its answers first, then why, then the close frame. Again is nothing."""
    if connection.closed:
        return
    answers, connection.answers = connection.answers, []
    frame = protocol.encode(protocol.Bye(code=code, reason=reason, retry_after=retry_after))
    connection.write(Frames([*answers, frame]))
    connection.close(code)
