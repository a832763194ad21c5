"""All we know of daphne's insides: its protocol behind `send`, and its reactor for an orderly end.

Every use is guarded by what is there; on another server, or another daphne, nothing is found and the plain
ASGI way is taken. Written against daphne 4.2 and Twisted 26; a test fails when they change.
"""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import Any

log = logging.getLogger(__name__)

OPEN = 3  # autobahn's WebSocketProtocol.STATE_OPEN
DRAIN_LIMIT = 25.0

Protocol = Any


def find_protocol(send: Any) -> Protocol | None:
    """daphne's WebSocket protocol, if `send` hides one whose transport tells when too much is unsent."""
    protocol = (getattr(send, "args", None) or (None,))[0]
    transport = getattr(protocol, "transport", None)
    if transport is None or not hasattr(protocol, "sendClose"):
        return None
    verbs = ("registerProducer", "unregisterProducer", "pauseProducing", "resumeProducing", "abortConnection")
    return protocol if all(hasattr(transport, verb) for verb in verbs) else None


def is_encrypted(protocol: Protocol | None) -> bool:
    """True where daphne itself speaks TLS with this client."""
    return hasattr(getattr(protocol, "transport", None), "getPeerCertificate")


def is_behind_proxy(channel: Any) -> bool:
    """True where daphne was told to believe a proxy's headers: connections are the proxy's then."""
    server = getattr(getattr(channel, "factory", None), "server", None)
    return bool(getattr(server, "proxy_forwarded_address_header", None))


def peer_of(transport: Any) -> str:
    """The address at the other end of a connection; nothing for a Unix socket."""
    return str(getattr(transport.getPeer(), "host", ""))


def client_of(request: Any) -> str:
    """The address of the client of a request, as daphne will tell the application."""
    peer = str(getattr(request.client, "host", ""))
    if not is_behind_proxy(request.channel):
        return peer
    header = request.channel.factory.server.proxy_forwarded_address_header
    parse = sys.modules["daphne.http_protocol"].parse_x_forwarded_for
    address, _scheme = parse(request.requestHeaders, header, original_addr=[peer, 0])
    return str(address[0])


def straight_send(transport: Any) -> Callable[[bytes], int] | None:
    """The way past Twisted: its socket's own `send`, where it is a plain connection. None under TLS: there a
    wrapper shows the socket below the encryption, and a frame written to it would go out in clear."""
    tcp = sys.modules.get("twisted.internet.tcp")
    needed = ("socket", "dataBuffer", "_tempDataBuffer")
    plain = (
        tcp is not None
        and isinstance(transport, tcp.Connection)
        and not getattr(transport, "TLS", False)
        and all(hasattr(transport, name) for name in needed)
    )
    return transport.socket.send if plain else None


def when_running(start: Callable[[], None], drain: Callable[[], Awaitable[None]]) -> None:
    """Under daphne: call `start` once its loop runs, and `drain` on SIGTERM or SIGINT before it stops.

    Only where daphne has already chosen the reactor: importing it would choose one for another server.
    """
    if "daphne.server" not in sys.modules:
        return
    from twisted.internet import reactor

    reactor.callWhenRunning(_arm, reactor, start, drain)


def _arm(reactor: Any, start: Callable[[], None], drain: Callable[[], Awaitable[None]]) -> None:
    # "Running" is called before asyncio's loop runs: one turn later it does.
    reactor.callLater(0, _start, start)
    asked: list[int] = []

    def on_signal(number: int, _frame: Any) -> None:
        asked.append(number)
        if len(asked) == 1:
            reactor.callFromThread(asyncio.ensure_future, _drain_and_stop(reactor, drain))
        else:
            reactor.callFromThread(reactor.stop)  # a second signal means now

    try:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, on_signal)
    except ValueError:
        # runserver with its reloader serves from a thread: there is no orderly end in development.
        log.info("not the main thread: connections are cut when this server stops")


def _start(start: Callable[[], None]) -> None:
    try:
        start()
    except SystemExit as refusal:
        # Nothing runs yet that would have to end in order; and Twisted would log the exception and serve on.
        print(refusal, file=sys.stderr, flush=True)
        os._exit(1)


def _stop_accepting(reactor: Any) -> None:
    """Whoever is told to come back must not come back here."""
    tcp = sys.modules.get("twisted.internet.tcp")
    if tcp is not None:
        for port in [reader for reader in reactor.getReaders() if isinstance(reader, tcp.Port)]:
            port.stopListening()


async def _drain_and_stop(reactor: Any, drain: Callable[[], Awaitable[None]]) -> None:
    _stop_accepting(reactor)
    try:
        await asyncio.wait_for(drain(), DRAIN_LIMIT)
    except Exception:
        log.exception("drain")
    reactor.stop()
