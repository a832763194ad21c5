"""Sends an event to one connection, or closes it with a reason."""

from chat import protocol

from .hub.hub import Hub
from .transport import Connection, Frames


def send_event(hub: Hub, connection: Connection, event: protocol.Event) -> None:
    hub.flusher.answer(connection, protocol.encode(event))


def close_with_reason(
    connection: Connection, code: int, reason: str, retry_after: float | None = None
) -> None:
    """Send pending answers, a `bye` event and the close frame. Idempotent."""
    if connection.closed:
        return
    answers, connection.answers = connection.answers, []
    frame = protocol.encode(protocol.Bye(code=code, reason=reason, retry_after=retry_after))
    connection.write(Frames([*answers, frame]))
    connection.close(code)
