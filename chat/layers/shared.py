"""The channel layer of several processes: Channels' own on Redis, and what is sent or joined at one moment
goes out in one write. A batch of posts to 64 rooms is otherwise 64 times to Redis and back, one after the
other; so is somebody who comes into 200 rooms.

What fails raises what the driver raises; some of it may have gone out then.
"""

from collections.abc import Callable
from typing import Any

from channels_redis.pubsub import RedisPubSubChannelLayer


class SharedChannelLayer(RedisPubSubChannelLayer):  # type: ignore[misc]
    async def group_send_all(self, messages: list[tuple[str, dict[str, Any]]]) -> None:
        """`group_send` of each (group, message), in order."""
        published = [(self._name(group), self.serialize(message)) for group, message in messages]
        for shard, of_shard in self._by_shard(published, lambda pair: pair[0]):
            await _publish_all(shard, of_shard)

    async def group_add_all(self, groups: list[str], channel: str) -> None:
        """`group_add` of each group."""
        layer = self._get_layer()
        names = [self._name(group) for group in groups]
        for name in names:
            layer.groups.setdefault(name, set()).add(channel)
        for shard, of_shard in self._by_shard(names, str):
            await _subscribe_all(shard, of_shard)

    async def group_discard_all(self, groups: list[str], channel: str) -> None:
        """`group_discard` of each group."""
        layer = self._get_layer()
        names = [name for group in groups if (name := self._name(group)) in layer.groups]
        for name in names:
            layer.groups[name].discard(channel)
        left = [name for name in names if not layer.groups[name]]
        for name in left:
            del layer.groups[name]
        for shard, of_shard in self._by_shard(left, str):
            await _unsubscribe_all(shard, of_shard)

    def _name(self, group: str) -> str:
        name: str = self._get_layer()._get_group_channel_name(group)
        return name

    def _by_shard(self, items: list[Any], name: Callable[[Any], str]) -> list[tuple[Any, list[Any]]]:
        """Redis server and what concerns it, in order."""
        layer, found = self._get_layer(), dict[Any, list[Any]]()
        for item in items:
            found.setdefault(layer._get_shard(name(item)), []).append(item)
        return list(found.items())


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
        # With no name at all it would be all of them.
        if ended := [name for name in names if name in shard._subscribed_to]:
            shard._ensure_redis()
            shard._ensure_receiver()
            await shard._pubsub.unsubscribe(*ended)
            shard._subscribed_to.difference_update(ended)
