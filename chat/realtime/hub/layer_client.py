"""The hub's client of the channel layer: one listener per process, one group per audience, and no waiting.

The layer may drop, delay, repeat and reorder hints. While it fails or hangs, this process delivers its own
hints directly and keeps retrying the layer. With a single process a hint is a plain call.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from chat.realtime.layers import InProcessChannelLayer

log = logging.getLogger(__name__)

LIMIT = 1.0
BYPASS = 5.0
REJOIN = 60.0
MAX_WAITING = 10_000


class LayerClient:
    """`deliver(hint)` is called on the loop for every hint that arrives."""

    def __init__(self, layer: Any, deliver: Callable[[Any], None]) -> None:
        self._layer, self._deliver = layer, deliver
        self._deliver_here = layer.deliver if isinstance(layer, InProcessChannelLayer) else None
        self._loop = asyncio.get_running_loop()
        self._channel: str | None = None
        self._making = asyncio.Lock()
        self._groups: set[str] = set()
        self._send_many = layer.group_send_all if hasattr(type(layer), "group_send_all") else self._send_each
        self._outgoing: list[Any] = []
        self._sending = False
        self._bypass_until = 0.0
        self.refused = 0

    # -- out --------------------------------------------------------------------------------------

    def publish(self, hints: list[Any], spawn: Callable[[Any], Any]) -> None:
        """Send each hint to its group. Hints that arrive during a send go out together, in order."""
        for hint in hints:
            if self._deliver_here is not None:
                self._deliver_here(hint["audience"], hint)
            else:
                self._queue(hint)
        if self._outgoing and not self._sending:
            self._sending = True
            spawn(self._send_all())

    def _queue(self, hint: Any) -> None:
        if self._loop.time() < self._bypass_until:
            self._deliver(hint)
        if len(self._outgoing) < MAX_WAITING:
            self._outgoing.append(hint)

    async def _send_all(self) -> None:
        try:
            while self._outgoing:
                hints, self._outgoing = _joined(self._outgoing), []
                if not await self._send(hints):
                    for hint in hints:
                        self._deliver(hint)
        finally:
            self._sending = False

    async def _send(self, hints: list[Any]) -> bool:
        try:
            async with asyncio.timeout(LIMIT):
                await self._send_many([(hint["audience"], hint) for hint in hints])
        except Exception as error:  # whatever the layer's driver raises
            self.refused += 1
            if self._loop.time() >= self._bypass_until:
                log.warning("the channel layer refused a hint, local delivery for %.0f s: %r", BYPASS, error)
            self._bypass_until = self._loop.time() + BYPASS
            return False
        return True

    async def _send_each(self, messages: list[tuple[str, Any]]) -> None:
        """For layers that take one message at a time: audiences in parallel, each in order."""
        by_audience: dict[str, list[Any]] = {}
        for audience, hint in messages:
            by_audience.setdefault(audience, []).append(hint)
        await asyncio.gather(*(self._send_in_order(*one) for one in by_audience.items()))

    async def _send_in_order(self, audience: str, hints: list[Any]) -> None:
        for hint in hints:
            await self._layer.group_send(audience, hint)

    # -- in ---------------------------------------------------------------------------------------

    async def listen(self) -> None:
        while True:
            try:
                channel = await self._own_channel()
                if hasattr(type(self._layer), "attend"):
                    self._layer.attend(channel, self._deliver)
                    return
                self._deliver(await self._layer.receive(channel))
            except asyncio.CancelledError:
                raise
            except Exception as error:
                log.warning("listening to the channel layer: %r", error)
                await asyncio.sleep(0.5)

    async def _own_channel(self) -> str:
        async with self._making:
            if self._channel is None:
                self._channel = await self._layer.new_channel()
        return self._channel

    async def join(self, audiences: list[str]) -> None:
        """Does not wait for the layer to confirm; the head check finds what is missed until then."""
        self._groups.update(audiences)
        await self._ask("group_add", audiences)

    async def leave(self, audiences: list[str]) -> None:
        self._groups.difference_update(audiences)
        await self._ask("group_discard", audiences)

    async def rejoin(self) -> None:
        """Join all groups again regularly, because layers forget them: expiry, eviction, a restart."""
        while True:
            await asyncio.sleep(REJOIN)
            await self._ask("group_add", list(self._groups))

    async def _ask(self, verb: str, audiences: list[str]) -> None:
        if not audiences:
            return
        try:
            async with asyncio.timeout(LIMIT):
                await self._ask_all(verb, audiences, await self._own_channel())
        except Exception as error:
            log.warning("%s of %d groups: %r", verb, len(audiences), error)

    async def _ask_all(self, verb: str, audiences: list[str], channel: str) -> None:
        if hasattr(type(self._layer), f"{verb}_all"):
            await getattr(self._layer, f"{verb}_all")(audiences, channel)
            return
        for audience in audiences:
            await getattr(self._layer, verb)(audience, channel)


def _joined(waiting: list[Any]) -> list[Any]:
    """Merge contiguous hints of the same audience. Only contiguous ones: other processes number this room
    too, and a skipped seq inside a hint would be a loss that no check can see."""
    out: list[Any] = []
    latest: dict[str, int] = {}
    for hint in waiting:
        at = latest.get(hint["audience"])
        if at is not None and out[at]["last"] and hint["first"] == out[at]["last"] + 1:
            out[at] = {
                **out[at], "last": hint["last"], "frames": out[at]["frames"] + hint["frames"],
                "removed": out[at]["removed"] + hint["removed"],
            }  # fmt: skip
        else:
            latest[hint["audience"]] = len(out)
            out.append(hint)
    return out
