"""Types for the parts of daphne's, autobahn's and Twisted's objects that the fast path uses.

A test holds them against names.py. Attributes that begin with `chat_` are our own.
"""

import re
from collections.abc import Callable
from socket import socket
from typing import IO, TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred
    from twisted.web.http_headers import Headers

    from chat.realtime.transport import Slots

    from .backpressure import Reading
    from .http_channel import GuardedChannel
    from .request_bodies import Arriving
    from .uploads import Larger, Upload


class Transport(Protocol):
    """twisted.internet.tcp.Connection. Behind TLS the socket and the buffers are not to be used."""

    TLS: bool
    socket: socket
    dataBuffer: bytes
    _tempDataBuffer: list[bytes]

    def write(self, data: bytes, /) -> None: ...
    def registerProducer(self, producer: object, streaming: bool, /) -> None: ...
    def unregisterProducer(self) -> None: ...
    def pauseProducing(self) -> None: ...
    def resumeProducing(self) -> None: ...
    def abortConnection(self) -> None: ...
    def fileno(self) -> int: ...
    def getPeer(self) -> Any: ...


class WebSocket(Protocol):
    """daphne.ws_protocol.WebSocketProtocol, a subclass of autobahn's WebSocketServerProtocol."""

    transport: Transport
    factory: Any
    state: int
    data: bytes
    current_frame: object
    inside_message: bool
    maxFramePayloadSize: int
    maxMessagePayloadSize: int
    http_headers: dict[str, str]
    http_request_data: bytes
    application_queue: Any  # daphne's or ours
    processData: Callable[[], bool]
    dataReceived: Callable[[bytes], None]
    chat_reading: "Reading | None"

    def consumeData(self) -> None: ...
    def _dataReceived(self, data: bytes, /) -> None: ...
    def onMessage(self, payload: bytes, isBinary: bool, /) -> None: ...
    def sendClose(self, code: int, /) -> None: ...


class Request(Protocol):
    """daphne.http_protocol.WebRequest, a subclass of twisted.web.http.Request."""

    channel: "GuardedChannel | None"
    content: IO[bytes]
    client: Any
    requestHeaders: "Headers"
    producer: object
    request_start: float
    chat_limit: int
    chat_larger: "Larger | None"
    chat_where: re.Pattern[str]
    chat_upload: "Upload | None"
    chat_arriving: "Arriving | None"
    chat_chunks: int
    chat_forms: "Slots"
    chat_refused: bool

    def notifyFinish(self) -> "Deferred[None]": ...
    def registerProducer(self, producer: object, streaming: bool, /) -> None: ...
    def unregisterProducer(self) -> None: ...
