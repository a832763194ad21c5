"""The channel layer of a single process: Channels' own, less its sweeps and its copies.

The stock layer walks all channels and all groups at every receive and evicts a slow listener from its groups,
and it copies each message for each listener. Here one listener per process reads, and what it reads is never
changed.
"""

import asyncio
import time
from typing import Any

from channels.layers import InMemoryChannelLayer


class InProcessChannelLayer(InMemoryChannelLayer):  # type: ignore[misc]
    def __init__(self, capacity: int = 10_000, **options: Any) -> None:
        super().__init__(capacity=capacity, **options)

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        """Hand `message` to all of `group`; whoever is full misses it, as the layer's specification
        allows."""
        self.require_valid_group_name(group)
        entry = (time.time() + self.expiry, message)
        for channel in self.groups.get(group, ()):
            queue = self.channels.get(channel)
            if queue is None:
                queue = self.channels[channel] = asyncio.Queue(self.capacity)
            if not queue.full():
                queue.put_nowait(entry)

    def _clean_expired(self) -> None:
        """Nothing to sweep: with one listener, what waits is bounded by the capacity."""
