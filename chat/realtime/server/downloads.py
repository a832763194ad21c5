"""Long responses: sent at the client's pace, and a few at a time.

As with uploads, one of a person with several is ended for somebody who has none: a client that reads slowly
keeps its download for hours.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator

from chat.realtime.fastpath import Pace
from chat.realtime.transport import Owner


class Download:
    """A transport.Transfer."""

    promised = size = 0

    def __init__(self, owner: Owner, pace: Pace) -> None:
        self.owner, self._pace = owner, pace
        self.began = time.monotonic()

    def give_way(self) -> None:
        self._pace.abort()

    def end(self) -> None:
        self._pace.end()

    async def send(self, parts: Iterator[bytes], close: Callable[[], None]) -> AsyncIterator[bytes]:
        """Read each part in a thread after the one before it was sent."""
        loop = asyncio.get_running_loop()
        try:
            while (part := await loop.run_in_executor(None, next, parts, b"")) and await self._pace.turn():
                self.size += len(part)
                yield part
        finally:
            self.end()
            close()
