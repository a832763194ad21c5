"""Finds daphne's protocol objects behind `send`, and reads its connections and requests."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .types import Request, Transport, WebSocket

if TYPE_CHECKING:
    from .http_channel import GuardedChannel

OPEN = 3  # autobahn's WebSocketProtocol.STATE_OPEN


def behind(send: object) -> Any:
    """daphne's WebSocket or request: its `send` is a partial of a function that takes that first."""
    return (getattr(send, "args", None) or (None,))[0]


def find_protocol(send: object) -> WebSocket | None:
    """daphne's WebSocket behind `send`. None on other servers and without the fast path, which marks the
    class."""
    protocol = behind(send)
    connected = hasattr(protocol, "chat_reading") and getattr(protocol, "transport", None) is not None
    return protocol if connected else None


def is_encrypted(protocol: WebSocket | None) -> bool:
    """True if daphne itself does TLS for this client."""
    return protocol is not None and hasattr(protocol.transport, "getPeerCertificate")


def is_behind_proxy(channel: "GuardedChannel") -> bool:
    """True if daphne trusts proxy headers, so that connections are the proxy's."""
    server = getattr(getattr(channel, "factory", None), "server", None)
    return bool(getattr(server, "proxy_forwarded_address_header", None))


def peer_of(transport: Transport) -> str:
    """Empty for a Unix socket."""
    return str(getattr(transport.getPeer(), "host", ""))


def client_of(request: Request) -> str:
    """The client's address as daphne gives it to the application."""
    peer, channel = str(getattr(request.client, "host", "")), request.channel
    if channel is None or not is_behind_proxy(channel):
        return peer
    header = channel.factory.server.proxy_forwarded_address_header
    parse = sys.modules["daphne.http_protocol"].parse_x_forwarded_for
    address, _scheme = parse(request.requestHeaders, header, original_addr=[peer, 0])
    return str(address[0])


def straight_send(transport: Transport) -> Callable[[bytes], int] | None:
    """The `send` of the socket below Twisted, for plain connections only. Under TLS the wrapper exposes the
    unencrypted socket, and a frame written to it would go out in clear."""
    tcp = sys.modules["twisted.internet.tcp"]
    return transport.socket.send if isinstance(transport, tcp.Connection) and not transport.TLS else None
