"""Saying something to one connection: an event among its answers, or goodbye."""

from chat import protocol

from .hub.hub import Hub
from .transport import Connection, Frames


def send_event(hub: Hub, connection: Connection, event: protocol.Event) -> None:
    hub.flusher.answer(connection, protocol.encode(event))


def close_with_reason(
    connection: Connection, code: int, reason: str, retry_after: float | None = None
) -> None:
    """Its answers first, then why, then the close frame. Again is nothing."""
    if connection.closed:
        return
    answers, connection.answers = connection.answers, []
    frame = protocol.encode(protocol.Bye(code=code, reason=reason, retry_after=retry_after))
    connection.write(Frames([*answers, frame]))
    connection.close(code)
