"""A channel layer for several processes: channels_redis with the capacity and expiry that it lacks.

What is sent or joined at one moment goes out in one write: a batch of posts to 64 rooms would otherwise
take 64 round trips, one after the other.

Raises the driver's exceptions; part of a failed write may have been sent.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

from channels.exceptions import ChannelFull, MessageTooLarge
from channels.layers import BaseChannelLayer
from channels_redis.pubsub import RedisPubSubChannelLayer, RedisPubSubLoopLayer
from channels_redis.utils import _wrap_close

log = logging.getLogger(__name__)

Message = dict[str, Any]


class SharedChannelLayer(RedisPubSubChannelLayer, BaseChannelLayer):  # type: ignore[misc]
    ChannelFull, MessageTooLarge = ChannelFull, MessageTooLarge
    extensions = ("groups", "flush")

    def __init__(
        self, *args: Any, expiry: float = 60, group_expiry: float = 86400, capacity: int = 100,
        channel_capacity: dict[Any, int] | None = None, **options: Any,
    ) -> None:  # fmt: skip
        RedisPubSubChannelLayer.__init__(self, *args, **options)
        BaseChannelLayer.__init__(self, expiry, capacity, self.compile_capacities(channel_capacity or {}))
        self.group_expiry = group_expiry

    # -- for the hub --------------------------------------------------------------------------------

    def attend(self, channel: str, deliver: Callable[[Any], None]) -> None:
        """From now on pass each message of `channel` to `deliver` on this loop."""
        self._get_layer().channels[channel] = _Attended(lambda data: deliver(self.deserialize(data)))

    async def group_send_all(self, messages: list[tuple[str, Message]]) -> None:
        published = [(self._name(group), self.serialize(message)) for group, message in messages]
        for shard, of_shard in self._by_shard(published, lambda pair: pair[0]):
            await _publish_all(shard, of_shard)

    async def group_add_all(self, groups: list[str], channel: str) -> None:
        layer = self._get_layer()
        names = [self._name(group) for group in groups]
        for name in names:
            layer.groups.setdefault(name, _Members(self.group_expiry))[channel] = time.monotonic()
        for shard, of_shard in self._by_shard(names, str):
            await _subscribe_all(shard, of_shard)

    async def group_discard_all(self, groups: list[str], channel: str) -> None:
        layer = self._get_layer()
        names = [name for group in groups if (name := self._name(group)) in layer.groups]
        for name in names:
            layer.groups[name].pop(channel, None)
        left = [name for name in names if not layer.groups[name]]
        for name in left:
            del layer.groups[name]
        for shard, of_shard in self._by_shard(left, str):
            await _unsubscribe_all(shard, of_shard)

    # -- the specification --------------------------------------------------------------------------

    async def new_channel(self, prefix: str = "specific.") -> str:
        """A process-specific channel. Also receives messages to its name with a suffix after "!"."""
        layer = self._get_layer()
        name = f"{layer.prefix}{prefix}{uuid4().hex}!"
        await layer._subscribe_to_channel(name)
        return name

    async def send(self, channel: str, message: Message) -> None:
        self.require_valid_channel_name(channel)
        await self._get_layer().send(self.non_local_name(channel), message)

    async def receive(self, channel: str) -> Any:
        self.require_valid_channel_name(channel, receive=True)
        return await self._get_layer().receive(channel)

    async def group_add(self, group: str, channel: str) -> None:
        self.require_valid_group_name(group)
        self.require_valid_channel_name(channel)
        if channel not in self._get_layer().channels:
            raise RuntimeError("only a channel of this process can join a group")
        await self.group_add_all([group], channel)

    async def group_discard(self, group: str, channel: str) -> None:
        self.require_valid_group_name(group)
        self.require_valid_channel_name(channel)
        await self.group_discard_all([group], channel)

    async def group_send(self, group: str, message: Message) -> None:
        self.require_valid_group_name(group)
        await self.group_send_all([(group, message)])

    async def flush(self) -> None:
        await self._get_layer().flush()

    def _get_layer(self) -> Any:
        loop = asyncio.get_running_loop()
        if loop not in self._layers:
            self._layers[loop] = _OfLoop(*self._args, **self._kwargs, channel_layer=self)
            _wrap_close(self, loop)
        return self._layers[loop]

    def _name(self, group: str) -> str:
        name: str = self._get_layer()._get_group_channel_name(group)
        return name

    def _by_shard(self, items: list[Any], name: Callable[[Any], str]) -> list[tuple[Any, list[Any]]]:
        layer, found = self._get_layer(), dict[Any, list[Any]]()
        for item in items:
            found.setdefault(layer._get_shard(name(item)), []).append(item)
        return list(found.items())


class _OfLoop(RedisPubSubLoopLayer):  # type: ignore[misc]
    """The receiving side on one loop, with capacity and expiry."""

    async def _subscribe_to_channel(self, channel: str) -> None:
        layer = self.channel_layer
        self.channels[channel] = _Queue(layer.get_capacity(channel), layer.expiry)
        await self._get_shard(channel).subscribe(channel)


class _Queue(asyncio.Queue[Any]):
    """A queue that drops messages while full and those older than `expiry`."""

    def __init__(self, capacity: int, expiry: float) -> None:
        super().__init__()
        self._capacity, self._expiry = capacity, expiry

    def put_nowait(self, data: bytes) -> None:
        now = time.monotonic()
        while not self.empty() and self._queue[0][0] <= now:  # type: ignore[attr-defined]
            self.get_nowait()
        if self.qsize() < self._capacity:
            super().put_nowait((now + self._expiry, data))

    async def get(self) -> bytes:
        while True:
            expires, data = await super().get()
            if time.monotonic() < expires:
                return bytes(data)


class _Attended:
    """Stands in for a queue and calls `deliver` instead."""

    def __init__(self, deliver: Callable[[bytes], None]) -> None:
        self._deliver = deliver

    def put_nowait(self, data: bytes) -> None:
        try:
            self._deliver(data)
        except Exception:  # if raised, it would stop all receiving for a second
            log.exception("a message from the channel layer could not be delivered")


class _Members(dict[str, float]):
    """The channels of a group with the times they joined. Iterating drops expired ones."""

    def __init__(self, expiry: float) -> None:
        super().__init__()
        self._expiry = expiry

    def __iter__(self) -> Iterator[str]:
        now = time.monotonic()
        for channel in [channel for channel, joined in self.items() if now >= joined + self._expiry]:
            del self[channel]
        return super().__iter__()


async def _publish_all(shard: Any, published: list[tuple[str, bytes]]) -> None:
    async with shard._lock:
        shard._ensure_redis()
        pipe = shard._redis.pipeline(transaction=False)
        for channel, message in published:
            pipe.publish(channel, message)
        await pipe.execute()


async def _subscribe_all(shard: Any, names: list[str]) -> None:
    async with shard._lock:
        if new := [name for name in names if name not in shard._subscribed_to]:
            shard._ensure_redis()
            shard._ensure_receiver()
            await shard._pubsub.subscribe(*new)
            shard._subscribed_to.update(new)


async def _unsubscribe_all(shard: Any, names: list[str]) -> None:
    async with shard._lock:
        # Unsubscribing with an empty list would unsubscribe from everything.
        if ended := [name for name in names if name in shard._subscribed_to]:
            shard._ensure_redis()
            shard._ensure_receiver()
            await shard._pubsub.unsubscribe(*ended)
            shard._subscribed_to.difference_update(ended)
