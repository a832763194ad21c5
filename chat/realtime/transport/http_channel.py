"""Puts deadlines and limits on daphne's HTTP connections before a request is complete, and answers headers
that are too large with 431.

Rests on Twisted's HTTPChannel, whose methods named below are called at each step of a request, and on the
factory that makes one for each connection. Where these are not found nothing changes.
"""

import sys
from collections.abc import Callable
from typing import Any

from .daphne import is_behind_proxy, peer_of
from .open_files import count_open, most_for_connections
from .pending_requests import Arrivals

# Seconds for the client to notice an answer that comes while it is still sending.
LINGER = 2.0
# Seconds between two looks at who is late.
LOOK = 1.0
STEPS = (
    "connectionMade", "dataReceived", "allHeadersReceived", "allContentReceived", "requestDone",
    "connectionLost", "lineLengthExceeded", "resumeProducing", "_respondToBadRequestAndDisconnect",
)  # fmt: skip

Network = Callable[[str], str | None]


def plain_answer(status: str, body: str, more: str = "") -> bytes:
    """A whole response that ends the connection."""
    head = f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Type: text/plain\r\n{more}"
    return f"{head}Content-Length: {len(body) + 1}\r\n\r\n{body}\n".encode()


HEADERS_TOO_LARGE = plain_answer("431 Request Header Fields Too Large", "Header fields too large")
URI_TOO_LONG = plain_answer("414 URI Too Long", "URI too long")


def guard_connections(network: Network, limit: int) -> Arrivals | None:
    """From now on daphne's connections are of our kind. `network` says which connections count as one client;
    `limit` is the number of files that may be open (0: any)."""
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
    """Mixed into HTTPChannel, which is `stock`."""

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
        # The system hands out the lowest number that is free; those that give way free low ones.
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
        """Twisted asks for more whenever something was sent; not while a body is held back."""
        self.stock.resumeProducing(self)
        if self.held:
            self.transport.pauseProducing()

    def _respondToBadRequestAndDisconnect(self) -> None:
        state: Any = self
        too_large = state._receivedHeaderSize > state.totalHeadersSize
        if too_large or state._receivedHeaderCount > state.maxHeaders:
            self.refuse(HEADERS_TOO_LARGE)
        else:
            self.stock._respondToBadRequestAndDisconnect(self)

    # -- ours ------------------------------------------------------------------------------------------------

    def abort(self) -> None:
        self.transport.abortConnection()

    def refuse(self, answer: bytes) -> None:
        """Answer, and forget what still comes for a moment: closed at once, the answer could be lost."""
        self.refused = True
        self.transport.write(answer)
        _reactor().callLater(LINGER, self.transport.abortConnection)

    def hold(self) -> None:
        """Neither take nor read what follows the headers."""
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
            _reactor().callLater(LOOK, _look, kind)


def _look(kind: Any) -> None:
    kind.looking = False
    kind.arrivals.cut_late()
    kind.full = kind.full and count_open() >= kind.files
    if kind.full or len(kind.arrivals):
        kind.looking = True
        _reactor().callLater(LOOK, _look, kind)


def _reactor() -> Any:
    from twisted.internet import reactor

    return reactor
