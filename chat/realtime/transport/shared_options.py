"""What does autobahn do for every connection that nobody needs? It notes some forty options in each of them,
prints these for a log that is off (a fifth of an arrival), and keeps for good what the handshake said.

Connections at rest are what a chat mostly has. Without these insides everything stays as it is.
"""

import logging
import sys
from typing import Any

from .daphne import Protocol

log = logging.getLogger(__name__)


def share_options(protocol: Protocol | None) -> None:
    """What one connection was given by its factory the next ones find in their class: autobahn gives only
    what is not there."""
    kind: Any = type(protocol)
    if protocol is None or "chat_shares" in vars(kind):
        return
    for name in getattr(kind, "CONFIG_ATTRS", ()):
        value = getattr(protocol.factory, name)
        if not callable(value):  # in a class it would become a method
            setattr(kind, name, value)
    kind.chat_shares = True
    _print_nothing()


def _print_nothing() -> None:
    autobahn: Any = sys.modules.get("autobahn.websocket.protocol")
    if hasattr(autobahn, "pformat") and not log.isEnabledFor(logging.DEBUG):
        autobahn.pformat = lambda options: ""


def forget_handshake(scope: dict[str, Any]) -> None:
    """Nobody asks again what it said. daphne keeps these headers until the end, in the list we were given."""
    protocol: Any = scope.get("chat.protocol")
    for said in (scope["headers"], getattr(protocol, "http_headers", None)):
        if said is not None:
            said.clear()
    if hasattr(protocol, "http_request_data"):
        protocol.http_request_data = b""
    scope.clear()
