"""Sends long responses at the client's speed; daphne would buffer a whole film for a slow reader.

Twisted notifies the registered producer when its buffer is full and when it is empty. Other servers wait in
`send`, as ASGI intends. daphne ends responses after `--http-timeout` seconds; here that counts from the
last part taken, or large files could not finish over slow lines.
"""

import asyncio
import time

from .daphne import behind
from .types import Request

# Seconds without progress after which the client is considered gone.
STALLED = 60.0


class Pace:
    """Paces one response: `await turn()` before each part, `end()` after the last."""

    def __init__(self, request: Request | None) -> None:
        self._request = request
        self._free, self._gone = asyncio.Event(), False
        self._free.set()
        if request is not None:
            request.registerProducer(self, True)

    async def turn(self) -> bool:
        """Wait until more can be written. False if the client is gone."""
        try:
            await asyncio.wait_for(self._free.wait(), STALLED)
        except TimeoutError:
            self.abort()
        if self._request is not None:
            self._request.request_start = time.time()
        return not self._gone and (self._request is None or self._request.channel is not None)

    def abort(self) -> None:
        """Disconnect, so that the client knows that something is missing."""
        self.stopProducing()
        if self._request is not None and self._request.channel is not None:
            self._request.channel.transport.abortConnection()

    def end(self) -> None:
        if self._request is not None and self._request.producer is self:
            self._request.unregisterProducer()

    # Twisted's IPushProducer.

    def pauseProducing(self) -> None:
        self._free.clear()

    def resumeProducing(self) -> None:
        self._free.set()

    def stopProducing(self) -> None:
        self._gone = True
        self._free.set()


def pace_of(send: object) -> Pace:
    request = behind(send)
    connected = hasattr(request, "chat_upload") and request.channel is not None
    return Pace(request if connected else None)
