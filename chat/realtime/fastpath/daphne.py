"""What the fast path finds behind daphne's `send`, and in its connections and requests."""

import sys
from collections.abc import Callable
from typing import Any

OPEN = 3  # autobahn's WebSocketProtocol.STATE_OPEN

Protocol = Any


def find_protocol(send: Any) -> Protocol | None:
    """daphne's WebSocket protocol behind `send`, if its transport supports backpressure."""
    protocol = (getattr(send, "args", None) or (None,))[0]
    transport = getattr(protocol, "transport", None)
    if transport is None or not hasattr(protocol, "sendClose"):
        return None
    verbs = ("registerProducer", "unregisterProducer", "pauseProducing", "resumeProducing", "abortConnection")
    return protocol if all(hasattr(transport, verb) for verb in verbs) else None


def is_encrypted(protocol: Protocol | None) -> bool:
    """True if daphne itself does TLS for this client."""
    return hasattr(getattr(protocol, "transport", None), "getPeerCertificate")


def is_behind_proxy(channel: Any) -> bool:
    """True if daphne trusts proxy headers, so that connections are the proxy's."""
    server = getattr(getattr(channel, "factory", None), "server", None)
    return bool(getattr(server, "proxy_forwarded_address_header", None))


def peer_of(transport: Any) -> str:
    """Empty for a Unix socket."""
    return str(getattr(transport.getPeer(), "host", ""))


def client_of(request: Any) -> str:
    """The client's address as daphne gives it to the application."""
    peer = str(getattr(request.client, "host", ""))
    if not is_behind_proxy(request.channel):
        return peer
    header = request.channel.factory.server.proxy_forwarded_address_header
    parse = sys.modules["daphne.http_protocol"].parse_x_forwarded_for
    address, _scheme = parse(request.requestHeaders, header, original_addr=[peer, 0])
    return str(address[0])


def straight_send(transport: Any) -> Callable[[bytes], int] | None:
    """The `send` of the socket below Twisted, for plain connections only. Under TLS the wrapper exposes the
    unencrypted socket, and a frame written to it would go out in clear."""
    tcp = sys.modules.get("twisted.internet.tcp")
    needed = ("socket", "dataBuffer", "_tempDataBuffer")
    plain = (
        tcp is not None
        and isinstance(transport, tcp.Connection)
        and not getattr(transport, "TLS", False)
        and all(hasattr(transport, name) for name in needed)
    )
    return transport.socket.send if plain else None
