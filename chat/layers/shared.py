"""The channel layer of several processes: Channels' own on Redis, and all that is sent at one moment goes out
in one write. A batch of posts to 64 rooms is otherwise 64 times to Redis and back, one after the other.
"""

from typing import Any

from channels_redis.pubsub import RedisPubSubChannelLayer


class SharedChannelLayer(RedisPubSubChannelLayer):  # type: ignore[misc]
    async def group_send_all(self, messages: list[tuple[str, dict[str, Any]]]) -> None:
        """`group_send` of each (group, message), in order. Raises what the driver raises; some may have gone
        out then."""
        layer = self._get_layer()
        by_shard: dict[Any, list[tuple[str, bytes]]] = {}
        for group, message in messages:
            channel = layer._get_group_channel_name(group)
            by_shard.setdefault(layer._get_shard(channel), []).append((channel, self.serialize(message)))
        for shard, published in by_shard.items():
            await _publish_all(shard, published)


async def _publish_all(shard: Any, published: list[tuple[str, bytes]]) -> None:
    async with shard._lock:
        shard._ensure_redis()
        pipe = shard._redis.pipeline(transaction=False)
        for channel, message in published:
            pipe.publish(channel, message)
        await pipe.execute()
