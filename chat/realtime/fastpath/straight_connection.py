"""A connection that writes to daphne's socket directly."""

from typing import Any

from chat.realtime.transport import Connection, Frames, PlainConnection, Send

from .backpressure import Reading
from .daphne import OPEN, straight_send
from .types import WebSocket


class StraightConnection(Connection):
    """Writes to daphne's socket directly while Twisted has nothing buffered, and through Twisted otherwise;
    mixing them would interleave frames. Under TLS always through Twisted. As its producer, this learns when
    too much is unsent."""

    __slots__ = ("_reading", "_socket_send", "_transport")

    def __init__(self, send: Send, protocol: WebSocket) -> None:
        super().__init__(send)
        self.protocol = protocol
        self._transport = protocol.transport
        self._socket_send = straight_send(protocol.transport)
        self._reading = protocol.chat_reading or Reading(protocol.transport)
        # twisted.web's channel is still registered as the producer after the upgrade.
        self._transport.unregisterProducer()
        self._transport.registerProducer(self, True)

    def write(self, frames: Frames) -> None:
        transport = self._transport
        if self.closed or self.protocol.state != OPEN:
            return
        data = frames.joined
        if self._socket_send is None or transport.dataBuffer or transport._tempDataBuffer:
            transport.write(data)
            return
        try:
            sent = self._socket_send(data)
        except BlockingIOError:
            sent = 0
        except OSError:
            return  # disconnected: Twisted notices at its next read
        if sent < len(data):
            transport.write(data[sent:])

    def close(self, code: int) -> None:
        if not self.closed:
            self.closed = True
            # A lagging socket is not read and would never see the client's close frame.
            self._reading.resume_anyway()
            self.protocol.sendClose(int(code))  # autobahn takes no subclass of int

    def abort(self) -> None:
        self.closed = True
        self._transport.abortConnection()

    # Twisted's IPushProducer: over 64 KiB buffered, buffer empty, connection gone.

    def pauseProducing(self) -> None:
        self._reading.pause("lagging")
        self.lag()

    def resumeProducing(self) -> None:
        self._reading.resume("lagging")
        self.catch_up()

    def stopProducing(self) -> None:
        self.closed = True


def connection_of(scope: dict[str, Any], send: Send) -> Connection:
    protocol = scope.get("chat.protocol")
    return PlainConnection(send) if protocol is None else StraightConnection(send, protocol)
