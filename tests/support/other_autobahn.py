"""The server with an autobahn of another version, in which one name that the fast path relies on differs."""

from daphne.ws_protocol import WebSocketProtocol

from .renaming import rename

rename(WebSocketProtocol, "inside_message")

from chatsite.asgi import application  # noqa: E402

__all__ = ["application"]
