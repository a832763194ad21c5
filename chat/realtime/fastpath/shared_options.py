"""Saves memory and time per connection by sharing autobahn's options and dropping handshake data.

autobahn stores some forty options in each connection, formats them for a disabled log, and keeps the
handshake for good.
"""

import logging
import sys
from typing import Any

from .types import WebSocket

log = logging.getLogger(__name__)


def share_options(protocol: WebSocket | None) -> None:
    """Move the factory's options to the protocol class: autobahn sets only those that are missing."""
    kind: Any = type(protocol)
    if protocol is None or "chat_shares" in vars(kind):
        return
    for name in kind.CONFIG_ATTRS:
        value = getattr(protocol.factory, name)
        if not callable(value):  # on a class it would become a method
            setattr(kind, name, value)
    kind.chat_shares = True
    _print_nothing()


def _print_nothing() -> None:
    autobahn: Any = sys.modules["autobahn.websocket.protocol"]
    if not log.isEnabledFor(logging.DEBUG):
        autobahn.pformat = lambda options: ""


def forget_handshake(scope: dict[str, Any]) -> None:
    """Drop what is not needed after the handshake; daphne would keep it until the connection closes."""
    protocol: WebSocket | None = scope.get("chat.protocol")
    if protocol is not None:
        protocol.http_headers.clear()
        protocol.http_request_data = b""
    scope["headers"].clear()
    scope.clear()
