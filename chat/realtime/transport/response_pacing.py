"""May more of a long answer be written? Daphne's `send` never waits: whoever reads slowly would have all of a
film held for them in memory.

Twisted says when its buffer is full and when it is empty, to whoever is registered as the producer. On
another server nothing is found, and `send` waits there as ASGI means it.
Daphne ends every answer after `--http-timeout` seconds; here that counts from the last part that was taken,
or a large file would never come whole over a slow line.
"""

import asyncio
import time
from typing import Any

# Seconds in which nothing was taken: whoever it was is gone.
STALLED = 60.0


class Pace:
    """For one answer: `await turn()` before each part, `end()` after the last."""

    def __init__(self, request: Any) -> None:
        self._request: Any = request
        self._free, self._gone = asyncio.Event(), False
        self._free.set()
        if request is not None:
            request.registerProducer(self, True)

    async def turn(self) -> bool:
        """False when nobody is there any more who would read it."""
        try:
            await asyncio.wait_for(self._free.wait(), STALLED)
        except TimeoutError:
            self._request.channel.transport.abortConnection()
            return False
        if self._request is not None and self._request.channel is None:
            return False
        if hasattr(self._request, "request_start"):
            self._request.request_start = time.time()
        return not self._gone

    def end(self) -> None:
        if self._request is not None and self._request.producer is self:
            self._request.unregisterProducer()

    # Twisted's streaming producer (IPushProducer).

    def pauseProducing(self) -> None:
        self._free.clear()

    def resumeProducing(self) -> None:
        self._free.set()

    def stopProducing(self) -> None:
        self._gone = True
        self._free.set()


def pace_of(send: Any) -> Pace:
    """Of the request whose answer goes out through `send`."""
    request: Any = (getattr(send, "args", None) or (None,))[0]
    verbs = ("registerProducer", "unregisterProducer", "producer", "channel")
    found = request is not None and all(hasattr(request, verb) for verb in verbs)
    return Pace(request if found and request.channel is not None else None)
