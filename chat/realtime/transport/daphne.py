"""Access to daphne's internals: the protocol behind `send`, and the reactor for an orderly shutdown.

Each use is feature-detected; on another server or version plain ASGI is used instead. Written for daphne
4.2 and Twisted 26; a test fails when they change.
"""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Any

log = logging.getLogger(__name__)

OPEN = 3  # autobahn's WebSocketProtocol.STATE_OPEN
DRAIN_LIMIT = 25.0

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


def when_running(start: Callable[[], None], drain: Callable[[], Awaitable[None]]) -> None:
    """Under daphne: call `start` once its loop runs, and `drain` on SIGTERM or SIGINT before it stops."""
    if "daphne.server" in sys.modules:
        installed_reactor().callWhenRunning(_arm, installed_reactor(), start, drain)


def installed_reactor() -> Any:
    """Twisted's reactor, which daphne has installed. Imported late: under another server the import would
    install one."""
    return import_module("twisted.internet.reactor")


def _arm(reactor: Any, start: Callable[[], None], drain: Callable[[], Awaitable[None]]) -> None:
    # "Running" is reported one turn before asyncio's loop runs.
    reactor.callLater(0, _start, start)
    asked: list[int] = []

    def on_signal(number: int, _frame: Any) -> None:
        asked.append(number)
        if len(asked) == 1:
            reactor.callFromThread(asyncio.ensure_future, _drain_and_stop(reactor, drain))
        else:
            reactor.callFromThread(reactor.stop)  # a second signal stops at once

    try:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, on_signal)
    except ValueError:
        # runserver's reloader serves from a thread, where signals cannot be handled.
        log.info("not the main thread: connections are cut when this server stops")


def _start(start: Callable[[], None]) -> None:
    try:
        start()
    except SystemExit as refusal:
        # Nothing has started yet, and Twisted would log the exception and keep serving.
        print(refusal, file=sys.stderr, flush=True)
        os._exit(1)


def _stop_accepting(reactor: Any) -> None:
    """Clients that are told to reconnect must not reach this process again."""
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
