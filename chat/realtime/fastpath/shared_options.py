"""Saves memory and time per connection by sharing autobahn's options and dropping handshake data.

autobahn stores some forty options in each connection, formats them for a disabled log, and keeps the
handshake for good. Does nothing if its internals differ.
"""

import logging
import sys
from typing import Any

from .daphne import Protocol

log = logging.getLogger(__name__)


def share_options(protocol: Protocol | None) -> None:
    """Move the factory's options to the protocol class: autobahn sets only those that are missing."""
    kind: Any = type(protocol)
    if protocol is None or "chat_shares" in vars(kind):
        return
    for name in getattr(kind, "CONFIG_ATTRS", ()):
        value = getattr(protocol.factory, name)
        if not callable(value):  # on a class it would become a method
            setattr(kind, name, value)
    kind.chat_shares = True
    _print_nothing()


def _print_nothing() -> None:
    autobahn: Any = sys.modules.get("autobahn.websocket.protocol")
    if hasattr(autobahn, "pformat") and not log.isEnabledFor(logging.DEBUG):
        autobahn.pformat = lambda options: ""


def forget_handshake(scope: dict[str, Any]) -> None:
    """Drop what is not needed after the handshake; daphne would keep it until the connection closes."""
    protocol: Any = scope.get("chat.protocol")
    for said in (scope["headers"], getattr(protocol, "http_headers", None)):
        if said is not None:
            said.clear()
    if hasattr(protocol, "http_request_data"):
        protocol.http_request_data = b""
    scope.clear()
