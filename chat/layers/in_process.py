"""The channel layer of a single process: Channels' own, less its sweeps, its copies and its waiting.

The stock layer walks all channels and all groups at every receive and evicts a slow listener from its groups,
and it copies each message for each listener. Here one listener per process is called with what nobody
changes; others may still wait for theirs in a queue.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from channels.layers import InMemoryChannelLayer


class InProcessChannelLayer(InMemoryChannelLayer):  # type: ignore[misc]
    def __init__(self, capacity: int = 10_000, **options: Any) -> None:
        super().__init__(capacity=capacity, **options)
        self._called: dict[str, Callable[[Any], None]] = {}

    def attend(self, channel: str, deliver: Callable[[Any], None]) -> None:
        """From now on `channel` calls `deliver(message)` on the loop: no queue, nobody to wake."""
        self._called[channel] = deliver

    def hand(self, group: str, message: dict[str, Any]) -> None:
        """`group_send` without a task: on the loop, now."""
        for channel in self.groups.get(group, ()):
            if channel in self._called:
                self._called[channel](message)
            else:
                self._put(channel, message)

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        """Hand `message` to all of `group`; whoever is full misses it, as the layer's specification
        allows."""
        self.require_valid_group_name(group)
        self.hand(group, message)

    def _put(self, channel: str, message: dict[str, Any]) -> None:
        queue = self.channels.get(channel)
        if queue is None:
            queue = self.channels[channel] = asyncio.Queue(self.capacity)
        if not queue.full():
            queue.put_nowait((time.time() + self.expiry, message))

    def _clean_expired(self) -> None:
        """Nothing to sweep: with one listener, what waits is bounded by the capacity."""
