"""Does the in-process layer do what a channel layer must, and not what made the stock one slow?"""

import asyncio
import os
from typing import Any

import pytest
import redis

from chat.layers import InProcessChannelLayer
from chat.layers.shared import SharedChannelLayer
from tests.realtime import run


def test_everybody_in_a_group_gets_the_message_and_nobody_else_does() -> None:
    async def story() -> None:
        layer = InProcessChannelLayer()
        one, other, outside = [await layer.new_channel() for _ in range(3)]
        await layer.group_add("room.1", one)
        await layer.group_add("room.1", other)
        await layer.group_add("room.2", outside)
        await layer.group_send("room.1", {"type": "hint"})
        assert await layer.receive(one) == await layer.receive(other) == {"type": "hint"}
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(layer.receive(outside), 1)
        await layer.group_discard("room.1", other)
        await layer.group_send("room.1", {"type": "again"})
        assert await layer.receive(one) == {"type": "again"}

    run(story())


def test_a_listener_who_is_slow_for_an_hour_is_still_in_the_group_and_misses_nothing() -> None:
    """The stock layer would have thrown it out, and told nobody."""

    async def story() -> None:
        layer = InProcessChannelLayer(expiry=0)
        slow = await layer.new_channel()
        await layer.group_add("room.1", slow)
        for n in range(100):
            await layer.group_send("room.1", {"n": n})
        assert [(await layer.receive(slow))["n"] for _ in range(100)] == list(range(100))
        assert slow in layer.groups["room.1"]

    run(story())


def test_what_waits_is_bounded_and_the_rest_is_missed_without_an_error() -> None:
    async def story() -> None:
        layer = InProcessChannelLayer(capacity=3)
        channel = await layer.new_channel()
        await layer.group_add("room.1", channel)
        for n in range(10):
            await layer.group_send("room.1", {"n": n})
        assert [(await layer.receive(channel))["n"] for _ in range(3)] == [0, 1, 2]
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(layer.receive(channel), 1)

    run(story())


def test_whoever_attends_is_called_and_others_still_find_it_in_their_queue() -> None:
    async def story() -> None:
        layer, heard = InProcessChannelLayer(), list[object]()
        called, other = await layer.new_channel(), await layer.new_channel()
        layer.attend(called, heard.append)
        for channel in (called, other):
            await layer.group_add("room.1", channel)
        await layer.group_send("room.1", {"type": "hint"})
        assert heard == [await layer.receive(other)] == [{"type": "hint"}]

    run(story())


def test_the_same_bytes_are_handed_to_all_uncopied() -> None:
    async def story() -> None:
        layer = InProcessChannelLayer()
        channel = await layer.new_channel()
        await layer.group_add("room.1", channel)
        frames = [b"x" * 1000]
        await layer.group_send("room.1", {"frames": frames})
        assert (await layer.receive(channel))["frames"] is frames

    run(story())


def test_a_group_nobody_is_in_is_nothing_and_a_bad_name_is_an_error() -> None:
    async def story() -> None:
        layer = InProcessChannelLayer()
        await layer.group_send("room.1", {"type": "hint"})
        with pytest.raises(TypeError):
            await layer.group_send("not a name", {"type": "hint"})

    run(story())


@pytest.mark.skipif(not os.environ.get("REDIS_URL"), reason="a single process shares nothing")
def test_what_is_sent_together_arrives_in_order_for_whoever_is_in_the_group() -> None:
    async def story() -> None:
        here, there = (SharedChannelLayer(hosts=[os.environ["REDIS_URL"]], prefix="test") for _ in range(2))
        channel = await here.new_channel()
        for group in ("room.1", "room.2"):
            await here.group_add(group, channel)
        sent = [(f"room.{n % 3}", {"n": n}) for n in range(30)]
        await there.group_send_all(sent)
        heard = [(await here.receive(channel))["n"] for n in range(20)]
        assert heard == [n for n in range(30) if n % 3]
        for layer in (here, there):
            await layer.flush()

    asyncio.run(story())


@pytest.mark.skipif(not os.environ.get("REDIS_URL"), reason="a single process shares nothing")
def test_what_is_joined_and_left_together_is_one_question_each() -> None:
    async def story() -> None:
        here, there = (SharedChannelLayer(hosts=[os.environ["REDIS_URL"]], prefix="many") for _ in range(2))
        channel, groups = await here.new_channel(), [f"room.{n}" for n in range(50)]
        asked = asked_of(here)
        for _ in range(2):  # again is nothing
            await here.group_add_all(groups, channel)
        for _ in range(2):
            await here.group_discard_all([*groups[1:], "room.unknown"], channel)
        assert asked == ["SUBSCRIBE", "UNSUBSCRIBE"]
        await there.group_send_all([(group, {"group": group}) for group in [*groups, groups[0]]])
        heard = [(await here.receive(channel))["group"] for _ in range(2)]
        assert heard == ["room.0", "room.0"]
        await here.group_add_all(groups, channel)
        await there.group_send_all([(groups[-1], {"group": "again"})])
        assert (await here.receive(channel))["group"] == "again"
        for layer in (here, there):
            await layer.flush()

    asyncio.run(story())


def asked_of(layer: SharedChannelLayer) -> list[str]:
    """From now on, each command that its listening connection sends."""
    [shard], asked = layer._get_layer()._shards, list[str]()
    send = shard._pubsub.execute_command

    async def told(command: str, *args: Any) -> Any:
        asked.append(command)
        return await send(command, *args)

    shard._pubsub.execute_command = told
    return asked


def test_a_server_that_is_not_there_is_an_error_and_nothing_hangs() -> None:
    async def story() -> None:
        layer = SharedChannelLayer(hosts=["redis://127.0.0.1:1"])
        with pytest.raises(redis.ConnectionError):
            await asyncio.wait_for(layer.group_send_all([("room.1", {"n": 1})]), 5)
        await layer.flush()

    asyncio.run(story())
