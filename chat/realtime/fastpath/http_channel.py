"""Deadlines and limits for daphne's HTTP connections before a request is complete.

A class of ours takes the place of Twisted's HTTPChannel in daphne's factory.
"""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from chat.realtime.transport import Arrivals, count_open, installed_reactor, most_for_connections

from .daphne import is_behind_proxy, peer_of
from .types import Transport

if TYPE_CHECKING:
    from twisted.python.failure import Failure

# Seconds for the client to read an answer while it is still sending.
LINGER = 2.0
# Seconds between checks for late clients.
LOOK = 1.0

Network = Callable[[str], str | None]


def plain_answer(status: str, body: str, more: str = "") -> bytes:
    head = f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Type: text/plain\r\n{more}"
    return f"{head}Content-Length: {len(body) + 1}\r\n\r\n{body}\n".encode()


HEADERS_TOO_LARGE = plain_answer("431 Request Header Fields Too Large", "Header fields too large")
URI_TOO_LONG = plain_answer("414 URI Too Long", "URI too long")


def guard_connections(network: Network, limit: int) -> None:
    """Install GuardedChannel in daphne. `network` maps an address to the client it counts as; `limit` is
    the number of files that may be open (0: unlimited)."""
    http, stock = sys.modules["twisted.web.http"], sys.modules["twisted.web.http"].HTTPChannel
    guards = {"stock": stock, "arrivals": Arrivals(), "network_of": staticmethod(network)}
    guards["files"] = most_for_connections(limit) if limit else sys.maxsize
    kind = type("GuardedChannel", (GuardedChannel, stock), guards)
    factory = sys.modules["daphne.http_protocol"].HTTPFactory
    factory.protocol = lambda _factory: http._GenericHTTPChannelProtocol(kind())


class GuardedChannel:
    """A mixin for HTTPChannel, which is `stock`."""

    stock: ClassVar[Any]
    arrivals: ClassVar[Arrivals]
    network_of: "ClassVar[staticmethod[[str], str | None]]"
    files: ClassVar[int]
    looking: ClassVar[bool] = False
    full: ClassVar[bool] = False
    network: str | None = None
    refused = held = False

    # Twisted's.
    transport: Transport
    factory: Any
    requests: list[Any]
    paused: bool
    totalHeadersSize: int
    maxHeaders: int
    _receivedHeaderSize: int
    _receivedHeaderCount: int
    _command: bytes
    _path: bytes
    _version: bytes

    def connectionMade(self) -> None:
        self.stock.connectionMade(self)
        if not is_behind_proxy(self):
            self.network = self.network_of(peer_of(self.transport))
        self.arrivals.add(self, self.network)
        kind = type(self)
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

    def requestDone(self, request: object) -> None:
        self.arrivals.rest(self, self.network)
        self.stock.requestDone(self, request)

    def connectionLost(self, reason: "Failure") -> None:
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
        too_large = self._receivedHeaderSize > self.totalHeadersSize
        if too_large or self._receivedHeaderCount > self.maxHeaders:
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
        self.held = self.paused = True
        self.transport.pauseProducing()

    def go_on(self) -> None:
        self.held = self.paused = False
        self.transport.resumeProducing()
        self.dataReceived(b"")

    def _look_later(self) -> None:
        kind = type(self)
        if not kind.looking:
            kind.looking = True
            installed_reactor().callLater(LOOK, _look, kind)


def _look(kind: type[GuardedChannel]) -> None:
    kind.looking = False
    kind.arrivals.cut_late()
    kind.full = kind.full and count_open() >= kind.files
    if kind.full or len(kind.arrivals):
        kind.looking = True
        installed_reactor().callLater(LOOK, _look, kind)
