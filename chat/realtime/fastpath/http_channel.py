"""Deadlines and limits for daphne's HTTP connections before a request is complete.

Relies on methods of Twisted's HTTPChannel, and on the factory that creates one per connection. Does nothing
if they are not found.
"""

import sys
from collections.abc import Callable
from typing import Any

from chat.realtime.transport import Arrivals, count_open, installed_reactor, most_for_connections

from .daphne import is_behind_proxy, peer_of

# Seconds for the client to read an answer while it is still sending.
LINGER = 2.0
# Seconds between checks for late clients.
LOOK = 1.0
STEPS = (
    "connectionMade", "dataReceived", "allHeadersReceived", "allContentReceived", "requestDone",
    "connectionLost", "lineLengthExceeded", "resumeProducing", "_respondToBadRequestAndDisconnect",
)  # fmt: skip

Network = Callable[[str], str | None]


def plain_answer(status: str, body: str, more: str = "") -> bytes:
    """A complete plain-text response that closes the connection."""
    head = f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Type: text/plain\r\n{more}"
    return f"{head}Content-Length: {len(body) + 1}\r\n\r\n{body}\n".encode()


HEADERS_TOO_LARGE = plain_answer("431 Request Header Fields Too Large", "Header fields too large")
URI_TOO_LONG = plain_answer("414 URI Too Long", "URI too long")


def guard_connections(network: Network, limit: int) -> Arrivals | None:
    """Install GuardedChannel in daphne. `network` maps an address to the client it counts as; `limit` is
    the number of files that may be open (0: unlimited)."""
    http, daphne = sys.modules.get("twisted.web.http"), sys.modules.get("daphne.http_protocol")
    stock: Any = getattr(http, "HTTPChannel", None)
    factory = getattr(daphne, "HTTPFactory", None)
    wrap = getattr(http, "_GenericHTTPChannelProtocol", None)
    if wrap is None or factory is None or not all(hasattr(stock, step) for step in STEPS):
        return None
    guards = {"stock": stock, "arrivals": Arrivals(), "network_of": staticmethod(network)}
    guards["files"] = most_for_connections(limit) if limit else sys.maxsize
    kind: Any = type("GuardedChannel", (GuardedChannel, stock), guards)
    factory.protocol = lambda _factory: wrap(kind())
    arrivals: Arrivals = kind.arrivals
    return arrivals


class GuardedChannel:
    """A mixin for HTTPChannel, which is `stock`."""

    stock: Any
    arrivals: Arrivals
    network_of: Any
    files: int
    transport: Any
    requests: Any
    network: str | None = None
    refused = held = False
    looking = full = False

    def connectionMade(self) -> None:
        self.stock.connectionMade(self)
        if not is_behind_proxy(self):
            self.network = self.network_of(peer_of(self.transport))
        self.arrivals.add(self, self.network)
        kind: Any = type(self)
        # The system assigns the lowest free descriptor, and closed connections free low ones.
        kind.full = kind.full or self.transport.fileno() >= self.files
        if kind.full:
            self.arrivals.give_way(self)
        self._look_later()

    def dataReceived(self, data: bytes) -> None:
        if self.refused:
            return
        if data:
            self.arrivals.wake(self)
            self._look_later()
        self.stock.dataReceived(self, data)

    def allHeadersReceived(self) -> None:
        self.arrivals.has_headers(self)
        self.stock.allHeadersReceived(self)

    def allContentReceived(self) -> None:
        self.arrivals.forget(self)
        self.stock.allContentReceived(self)

    def requestDone(self, request: Any) -> None:
        self.arrivals.rest(self, self.network)
        self.stock.requestDone(self, request)

    def connectionLost(self, reason: Any) -> None:
        self.arrivals.forget(self)
        self.stock.connectionLost(self, reason)

    def lineLengthExceeded(self, line: bytes) -> None:
        self.refuse(HEADERS_TOO_LARGE if self.requests else URI_TOO_LONG)

    def resumeProducing(self) -> None:
        """Stay paused while the body is held: Twisted resumes whenever something was sent."""
        self.stock.resumeProducing(self)
        if self.held:
            self.transport.pauseProducing()

    def _respondToBadRequestAndDisconnect(self) -> None:
        state: Any = self
        too_large = state._receivedHeaderSize > state.totalHeadersSize
        if too_large or state._receivedHeaderCount > state.maxHeaders:
            self.refuse(HEADERS_TOO_LARGE)
        else:
            self.refused = True
            self.stock._respondToBadRequestAndDisconnect(self)

    # -- ours ------------------------------------------------------------------------------------------------

    def abort(self) -> None:
        self.transport.abortConnection()

    def refuse(self, answer: bytes) -> None:
        """Answer and ignore further input, but close later: closing at once could lose the answer."""
        self.refused = True
        self.transport.write(answer)
        installed_reactor().callLater(LINGER, self.transport.abortConnection)

    def hold(self) -> None:
        """Neither read nor process what follows the headers."""
        state: Any = self
        self.held = state.paused = True
        self.transport.pauseProducing()

    def go_on(self) -> None:
        state: Any = self
        self.held = state.paused = False
        self.transport.resumeProducing()
        self.dataReceived(b"")

    def _look_later(self) -> None:
        kind: Any = type(self)
        if not kind.looking:
            kind.looking = True
            installed_reactor().callLater(LOOK, _look, kind)


def _look(kind: Any) -> None:
    kind.looking = False
    kind.arrivals.cut_late()
    kind.full = kind.full and count_open() >= kind.files
    if kind.full or len(kind.arrivals):
        kind.looking = True
        installed_reactor().callLater(LOOK, _look, kind)
