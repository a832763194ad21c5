"""Tests both channel layers against Channels' specification and the hub's needs."""

import asyncio
import os
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest
import redis
from asgiref.sync import async_to_sync
from channels.exceptions import ChannelFull, MessageTooLarge
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.layers import channel_layers
from channels.testing import WebsocketCommunicator

from chat.realtime.layers import InProcessChannelLayer
from chat.realtime.layers.shared import SharedChannelLayer
from tests.support.virtual_time import FakeDatabase, Recorder, make_hub, until

REDIS_URL = os.environ.get("REDIS_URL")
# Long enough that a busy machine does not let expire what is still to be read.
EXPIRY = 2.0


def shared(**options: Any) -> SharedChannelLayer:
    return SharedChannelLayer(hosts=[REDIS_URL], prefix=f"test-{uuid4().hex[:8]}", **options)


LAYERS = [InProcessChannelLayer, *([shared] if REDIS_URL else [])]
on_both = pytest.mark.parametrize("make", LAYERS, ids=lambda make: make.__name__)
Make = Callable[..., Any]


async def numbers(layer: Any, channel: str) -> list[int]:
    """The numbers of the messages that wait in a channel."""
    await until_settled(layer)
    await layer.send(channel, {"n": -1})
    found: list[int] = []
    while (n := (await asyncio.wait_for(layer.receive(channel), 10))["n"]) != -1:
        found.append(n)
    return found


async def until_settled(layer: Any) -> None:
    """All that was joined and sent before has arrived. Redis may see a message before a subscription that was
    asked for earlier, on another connection: so the mark is sent until it arrives."""
    last = await layer.new_channel()
    receiver = await waiting_for(layer, last)
    while not receiver.done():
        await layer.send(last, {})
        await asyncio.wait([receiver], timeout=0.2)


async def waiting_for(layer: Any, channel: str) -> "asyncio.Task[Any]":
    """A receiver that already waits."""
    task = asyncio.create_task(layer.receive(channel))
    await asyncio.sleep(0)
    return task


def in_a_thread(call: Callable[..., Awaitable[Any]], *args: Any) -> threading.Thread:
    """Sends as a Django view or script does, outside our event loop."""
    thread = threading.Thread(target=async_to_sync(call), args=args)
    thread.start()
    return thread


# -- messages ---------------------------------------------------------------------------------------


@on_both
async def test_messages_arrive_once_in_order_and_as_they_were(make: Make) -> None:
    layer = make()
    channel = await layer.new_channel()
    sent = [
        {
            "type": "a.b",
            "bytes": b"\x00\xff",
            "text": "\u4f60\u597d",
            "int": 2**63 - 1,
            "float": 0.1,
            "none": None,
        },
        {"list": [1, [2]], "dict": {"true": True}},
        {"large": "x" * 1_000_000},
    ]
    await until_settled(layer)
    for message in sent:
        await layer.send(channel, message)
    assert [await layer.receive(channel) for _ in sent] == sent
    assert await numbers(layer, channel) == []


@on_both
async def test_one_of_two_receivers_gets_the_message(make: Make) -> None:
    layer = make()
    channel = await layer.new_channel()
    await until_settled(layer)
    receivers = [await waiting_for(layer, channel) for _ in range(2)]
    await layer.send(channel, {"n": 1})
    done, left = await asyncio.wait(receivers, timeout=5, return_when=asyncio.FIRST_COMPLETED)
    assert [task.result() for task in done] == [{"n": 1}]
    await layer.send(channel, {"n": 2})
    assert [await task for task in left] == [{"n": 2}]


async def test_a_message_must_be_a_dict() -> None:
    layer = InProcessChannelLayer()
    channel = await layer.new_channel()
    with pytest.raises(TypeError):
        await layer.send(channel, "text")
    with pytest.raises(TypeError):
        await layer.group_send("news", ["a", "list"])


@on_both
async def test_receivers_do_not_share_a_message_object(make: Make) -> None:
    layer = make()
    one, other = [await layer.new_channel() for _ in range(2)]
    for channel in (one, other):
        await layer.group_add("news", channel)
    await until_settled(layer)
    message = {"list": [1]}
    await layer.group_send("news", message)
    message["list"].append(2)
    (await layer.receive(one))["list"].append(3)
    assert await layer.receive(other) == {"list": [1]}


@on_both
async def test_unread_messages_expire_and_the_listener_stays_in_its_group(make: Make) -> None:
    layer = make(expiry=EXPIRY)
    channel = await layer.new_channel()
    await layer.group_add("news", channel)
    await until_settled(layer)
    await layer.send(channel, {"n": 1})
    await layer.group_send("news", {"n": 2})
    await until_settled(layer)
    await asyncio.sleep(EXPIRY + 0.1)
    await layer.group_send("news", {"n": 3})
    assert await numbers(layer, channel) == [3]


@on_both
async def test_expired_messages_take_no_capacity(make: Make) -> None:
    layer = make(capacity=1, expiry=EXPIRY)
    channel = await layer.new_channel()
    await until_settled(layer)
    await layer.send(channel, {"n": 1})
    await until_settled(layer)
    await asyncio.sleep(EXPIRY + 0.1)
    await layer.send(channel, {"n": 2})
    assert await asyncio.wait_for(layer.receive(channel), 5) == {"n": 2}


async def test_messages_that_nobody_reads_are_not_stored_for_ever() -> None:
    layer = InProcessChannelLayer(expiry=EXPIRY, group_expiry=EXPIRY)
    await layer.send("forgotten", {"n": 1})
    await layer.group_add("news", "forgotten")
    await asyncio.sleep(EXPIRY + 0.1)
    await layer.send("other", {"n": 1})
    assert await layer.receive("other") == {"n": 1}
    assert not layer.channels
    assert not layer.groups


async def test_a_cancelled_receiver_leaves_the_message_to_the_next() -> None:
    layer = InProcessChannelLayer()
    *given_up, other = [await waiting_for(layer, "work") for _ in range(50)]
    await layer.send("work", {"n": 1})
    for one in given_up:
        one.cancel()
    assert await asyncio.wait_for(other, 5) == {"n": 1}
    assert all(one.cancelled() for one in given_up)
    assert not layer.channels


# -- names ------------------------------------------------------------------------------------------


@on_both
@pytest.mark.parametrize(
    "name", ["", "with space", "\u623f\u95f4", "a!b!c", "x" * 101, b"bytes", 7], ids=repr
)
async def test_invalid_names_are_refused(make: Make, name: Any) -> None:
    layer = make()
    channel = await layer.new_channel()
    asked = [
        layer.send(name, {}), layer.receive(name),
        layer.group_add(name, channel), layer.group_add("news", name),
        layer.group_discard(name, channel), layer.group_discard("news", name), layer.group_send(name, {}),
    ]  # fmt: skip
    for question in asked:
        with pytest.raises(TypeError):
            await question


@on_both
async def test_a_new_channel_belongs_to_this_process_and_receives_by_its_prefix(make: Make) -> None:
    layer = make()
    channel = await layer.new_channel()
    assert channel != await layer.new_channel()
    assert layer.require_valid_channel_name(channel, receive=True)
    assert channel.endswith("!")
    await until_settled(layer)
    await layer.send(f"{channel}one", {"n": 1})
    await layer.send(f"{channel}two", {"n": 2})
    assert await numbers(layer, channel) == [1, 2]
    with pytest.raises(TypeError):
        await asyncio.wait_for(layer.receive(f"{channel}one"), 5)


# -- capacity ---------------------------------------------------------------------------------------


@on_both
async def test_a_group_send_never_raises_and_full_channels_miss_it(make: Make) -> None:
    layer = make(capacity=3)
    slow, quick = [await layer.new_channel() for _ in range(2)]
    for channel in (slow, quick):
        await layer.group_add("news", channel)
    await until_settled(layer)
    for n in range(5):
        await layer.group_send("news", {"n": n})
        assert await layer.receive(quick) == {"n": n}
    assert [(await layer.receive(slow))["n"] for _ in range(3)] == [0, 1, 2]
    assert await numbers(layer, slow) == []


@on_both
async def test_a_pattern_gives_channels_another_capacity(make: Make) -> None:
    layer = make(capacity=100, channel_capacity={"*small.*": 1})
    small, usual = await layer.new_channel("small."), await layer.new_channel()
    for channel in (small, usual):
        await layer.group_add("news", channel)
    await until_settled(layer)
    for n in range(3):
        await layer.group_send("news", {"n": n})
    assert [await layer.receive(usual) for _ in range(3)] == [{"n": n} for n in range(3)]
    assert await layer.receive(small) == {"n": 0}
    assert await numbers(layer, small) == []


async def test_sending_to_a_full_channel_raises_until_there_is_space() -> None:
    layer = InProcessChannelLayer(capacity=2, expiry=EXPIRY)
    channel = await layer.new_channel()
    await layer.send(f"{channel}one", {"n": 1})
    await layer.send(f"{channel}two", {"n": 2})
    with pytest.raises(layer.ChannelFull):
        await layer.send(f"{channel}three", {"n": 3})
    await layer.send(await layer.new_channel(), {"n": 1})
    await layer.receive(channel)
    await layer.send(channel, {"n": 3})
    with pytest.raises(ChannelFull):
        await layer.send(channel, {"n": 4})
    await asyncio.sleep(EXPIRY + 0.1)
    await layer.send(channel, {"n": 5})
    assert await layer.receive(channel) == {"n": 5}


# -- groups and extensions --------------------------------------------------------------------------


@on_both
async def test_everybody_in_a_group_gets_the_message_once_and_nobody_else_does(make: Make) -> None:
    layer = make()
    one, other, outside = [await layer.new_channel() for _ in range(3)]
    for group, channel in [("room.1", one), ("room.1", one), ("room.1", other), ("room.2", outside)]:
        await layer.group_add(group, channel)
    await layer.group_discard("room.1", outside)
    await layer.group_discard("nobody.is.in", outside)
    await until_settled(layer)
    await layer.group_send("room.1", {"n": 1})
    await layer.group_send("nobody.is.in", {"n": 2})
    await until_settled(layer)
    await layer.group_discard("room.1", other)
    await layer.group_send("room.1", {"n": 3})
    assert [await numbers(layer, channel) for channel in (one, other, outside)] == [[1, 3], [1], []]


@on_both
async def test_a_group_membership_expires_after_the_last_add(make: Make) -> None:
    layer = make(group_expiry=EXPIRY)
    stays, ends = [await layer.new_channel() for _ in range(2)]
    for channel in (stays, ends):
        await layer.group_add("news", channel)
    await asyncio.sleep(EXPIRY * 0.6)
    await layer.group_add("news", stays)
    await asyncio.sleep(EXPIRY * 0.5)
    await until_settled(layer)
    await layer.group_send("news", {"n": 1})
    assert [await numbers(layer, channel) for channel in (stays, ends)] == [[1], []]


@on_both
async def test_after_a_flush_there_are_no_messages_and_no_groups(make: Make) -> None:
    layer = make()
    channel = await layer.new_channel()
    await layer.group_add("news", channel)
    await until_settled(layer)
    await layer.send(channel, {"n": 1})
    await layer.flush()
    await layer.group_send("news", {"n": 2})
    receiver = await waiting_for(layer, channel)
    await until_settled(layer)
    await layer.send(channel, {"n": 3})
    assert await receiver == {"n": 3}


@on_both
async def test_a_layer_declares_its_extensions_and_exceptions(make: Make) -> None:
    layer = make()
    assert set(layer.extensions) == {"groups", "flush"}
    assert (layer.ChannelFull, layer.MessageTooLarge) == (ChannelFull, MessageTooLarge)
    assert (layer.expiry, layer.group_expiry, layer.capacity) == (60, 86400, 100)


@on_both
async def test_a_waiting_receiver_gets_messages_from_any_thread(make: Make) -> None:
    layer = make()
    channel = await layer.new_channel()
    await layer.group_add("news", channel)
    await until_settled(layer)
    for send, to in ((layer.send, channel), (layer.group_send, "news")):
        receiver = await waiting_for(layer, channel)
        sending, began = in_a_thread(send, to, {"n": 1}), time.monotonic()
        assert await asyncio.wait_for(receiver, 5) == {"n": 1}
        assert time.monotonic() - began < 4, "woken by the message, not by the limit"
        sending.join()


# -- for the hub ------------------------------------------------------------------------------------


@on_both
async def test_a_listener_is_called_on_its_loop_and_others_use_their_queue(make: Make) -> None:
    layer, heard = make(capacity=1), list[object]()
    called, other = await layer.new_channel(), await layer.new_channel()
    layer.attend(called, lambda message: heard.append((message, threading.get_ident())))
    for channel in (called, other):
        await layer.group_add("room.1", channel)
    await until_settled(layer)
    await layer.group_send("room.1", {"n": 1})
    sending = in_a_thread(layer.group_send, "room.1", {"n": 2})
    await until(lambda: len(heard) == 2, "called from the thread")
    sending.join()
    await layer.send(called, {"n": 3})
    await until(lambda: len(heard) == 3, "called")
    assert heard == [({"n": n}, threading.get_ident()) for n in (1, 2, 3)]
    assert await layer.receive(other) == {"n": 1}


async def test_a_listener_gets_the_same_bytes_object_at_once() -> None:
    layer, heard = InProcessChannelLayer(), list[Any]()
    channel = await layer.new_channel()
    layer.attend(channel, heard.append)
    await layer.group_add("room.1", channel)
    hint = {"frames": [b"x" * 1000]}
    layer.deliver("room.1", hint)
    assert heard[0] is hint


class News(AsyncWebsocketConsumer):  # type: ignore[misc]
    """A consumer of a host project. "stop" names the one that is busy until `go`."""

    go: asyncio.Event
    channel_names: dict[str, str]

    async def connect(self) -> None:
        self.channel_names[self.scope["path"]] = self.channel_name
        await self.channel_layer.group_add("host.news", self.channel_name)
        await self.accept()

    async def disconnect(self, _code: int) -> None:
        await self.channel_layer.group_discard("host.news", self.channel_name)

    async def host_news(self, event: dict[str, Any]) -> None:
        if event.get("stop") == self.scope["path"]:
            await self.go.wait()
        await self.send(text_data=str(event["n"]))


async def host_connection(path: str) -> WebsocketCommunicator:
    connection = WebsocketCommunicator(News.as_asgi(), path)
    assert (await connection.connect())[0]
    return connection


@on_both
async def test_host_consumers_and_the_hub_share_a_layer_without_delays(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    layer = make(capacity=3, expiry=EXPIRY)
    monkeypatch.setitem(channel_layers.backends, "default", layer)
    monkeypatch.setattr(News, "go", asyncio.Event(), raising=False)
    monkeypatch.setattr(News, "channel_names", {}, raising=False)
    slow, quick = await host_connection("/slow"), await host_connection("/quick")
    db, alice = FakeDatabase(), Recorder("alice")
    db.away = True  # what is told was handed on, not read
    hub = make_hub(db, layer)
    hub.start()
    hub.arrive(alice)
    hub.join(1, "key-1", alice, db.head)
    await until(lambda: hub.layer._channel and not hub._changed and not hub._regrouping, "joined")

    await until_settled(layer)
    for n in range(10):
        await layer.group_send("host.news", {"type": "host.news", "n": n, "stop": "/slow"})
        assert await quick.receive_from(5) == str(n)
        hub.publish([db.commit()])
        await until(lambda: alice.received[-1:] and alice.received[-1]["seq"] == db.head, "told", 1)
    if make is InProcessChannelLayer:  # over Redis the sender cannot know
        with pytest.raises(ChannelFull):
            await layer.send(News.channel_names["/slow"], {"type": "host.news", "n": 9})
    await layer.send(News.channel_names["/quick"], {"type": "host.news", "n": 9})
    assert await quick.receive_from(5) == "9"
    await asyncio.sleep(EXPIRY + 0.1)
    News.go.set()
    assert await slow.receive_from(5) == "0"
    await layer.group_send("host.news", {"type": "host.news", "n": 10})
    assert [await slow.receive_from(5), await quick.receive_from(5)] == ["10", "10"]
    hub.stop()
    for connection in (slow, quick):
        await connection.disconnect()


@pytest.mark.skipif(not os.environ.get("REDIS_URL"), reason="a single process shares nothing")
def test_messages_sent_together_arrive_in_order_for_the_group() -> None:
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
def test_joining_and_leaving_many_groups_is_one_call_each() -> None:
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
    """Records each command that the listening connection sends from now on."""
    [shard], asked = layer._get_layer()._shards, list[str]()
    send = shard._pubsub.execute_command

    async def told(command: str, *args: Any) -> Any:
        asked.append(command)
        return await send(command, *args)

    shard._pubsub.execute_command = told
    return asked


def test_a_missing_server_raises_an_error_and_nothing_hangs() -> None:
    async def story() -> None:
        layer = SharedChannelLayer(hosts=["redis://127.0.0.1:1"])
        with pytest.raises(redis.ConnectionError):
            await asyncio.wait_for(layer.group_send_all([("room.1", {"n": 1})]), 5)
        await layer.flush()

    asyncio.run(story())
