"""A channel layer that loses, repeats, delays and reorders hints, all of which the specification allows.

It wraps the site's own layer inside a daphne of the fault tests, or any layer in a test.
"""

import asyncio
import os
import random
from typing import Any


class HostileLayer:
    """`manner`: "drop" loses every hint; "random" treats each hint at random."""

    def __init__(self, layer: Any, manner: str, rng: random.Random) -> None:
        self.layer, self.manner, self.rng = layer, manner, rng
        self.later: set[asyncio.Task[None]] = set()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.layer, name)

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        if self.manner == "drop":
            return
        fate = self.rng.random()
        if fate < 0.2:
            return
        if fate < 0.5:
            self._send_later(group, message)
        if fate < 0.4 or fate > 0.5:
            await self.layer.group_send(group, message)

    def _send_later(self, group: str, message: dict[str, Any]) -> None:
        task = asyncio.ensure_future(self._delayed(group, message, self.rng.uniform(0.0, 0.5)))
        self.later.add(task)
        task.add_done_callback(self.later.discard)

    async def _delayed(self, group: str, message: dict[str, Any], seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self.layer.group_send(group, message)


def install(manner: str) -> None:
    from channels.layers import get_channel_layer

    from chat.realtime.server import runtime

    rng = random.Random(os.environ.get("CHAOS_SEED", "1"))
    runtime.get_channel_layer = lambda: HostileLayer(get_channel_layer(), manner, rng)  # type: ignore[attr-defined]
