"""A channel layer for a single process, following the Channels specification; callable from any thread.

Channels' own in-memory layer scans all channels and groups at every receive, drops slow listeners from
their groups, and cannot wake a listener from another thread. Here a channel can also be attended: its
messages go to a callback, uncopied and unqueued.
"""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from typing import Any
from uuid import uuid4

from channels.exceptions import ChannelFull, MessageTooLarge
from channels.layers import InMemoryChannelLayer

Message = dict[str, Any]


class Waiting:
    """A channel's unread messages with expiry times, and its waiting receivers: loop and callback."""

    def __init__(self) -> None:
        self.messages: deque[tuple[float, Message]] = deque()
        self.receivers: set[tuple[asyncio.AbstractEventLoop, Callable[[], None]]] = set()

    def drop_expired(self) -> None:
        now = time.monotonic()
        while self.messages and self.messages[0][0] <= now:
            self.messages.popleft()


class InProcessChannelLayer(InMemoryChannelLayer):  # type: ignore[misc]
    ChannelFull, MessageTooLarge = ChannelFull, MessageTooLarge

    def __init__(self, channel_capacity: dict[Any, int] | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.channel_capacity = self.compile_capacities(channel_capacity or {})
        # By the name up to "!", to which the capacity applies.
        self.channels: dict[str, Waiting] = {}
        self.groups: dict[str, dict[str, float]] = {}
        self._attended: dict[str, tuple[asyncio.AbstractEventLoop, Callable[[Any], None]]] = {}
        self._lock = threading.Lock()
        self._clean_at = 0.0

    # -- for the hub --------------------------------------------------------------------------------

    def attend(self, channel: str, deliver: Callable[[Any], None]) -> None:
        """From now on pass each message of `channel` to `deliver` on this loop."""
        self._attended[channel] = asyncio.get_running_loop(), deliver

    def deliver(self, group: str, message: Message) -> None:
        """`group_send` without checks and without a task. Must be called on a loop."""
        with self._lock:
            members = list(self.groups.get(group, {}).items())
        now = time.monotonic()
        for channel, joined in members:
            if now < joined + self.group_expiry:
                self._pass_on(channel, message)

    # -- the specification --------------------------------------------------------------------------

    async def new_channel(self, prefix: str = "specific.") -> str:
        """A channel with its own capacity. Also receives messages to its name with a suffix after "!"."""
        return f"{prefix}{uuid4().hex}!"

    async def send(self, channel: str, message: Message) -> None:
        self.require_valid_channel_name(channel)
        _require_dict(message)
        if not self._pass_on(channel, message):
            raise ChannelFull(channel)

    async def receive(self, channel: str) -> Any:
        self.require_valid_channel_name(channel, receive=True)
        arrived = asyncio.Event()
        receiver = asyncio.get_running_loop(), arrived.set
        with self._lock:
            self._clean()
            waiting = self.channels.setdefault(channel, Waiting())
            waiting.receivers.add(receiver)
        try:
            while True:
                arrived.clear()
                with self._lock:
                    waiting.drop_expired()
                    if waiting.messages:
                        return waiting.messages.popleft()[1]
                await arrived.wait()
        finally:
            with self._lock:
                waiting.receivers.discard(receiver)
                self._drop_idle([channel])

    async def group_add(self, group: str, channel: str) -> None:
        self.require_valid_group_name(group)
        self.require_valid_channel_name(channel)
        with self._lock:
            self.groups.setdefault(group, {})[channel] = time.monotonic()

    async def group_discard(self, group: str, channel: str) -> None:
        self.require_valid_group_name(group)
        self.require_valid_channel_name(channel)
        with self._lock:
            self.groups.get(group, {}).pop(channel, None)
            if not self.groups.get(group):
                self.groups.pop(group, None)

    async def group_send(self, group: str, message: Message) -> None:
        """Channels that are full miss the message."""
        self.require_valid_group_name(group)
        _require_dict(message)
        self.deliver(group, message)

    async def flush(self) -> None:
        with self._lock:
            for waiting in self.channels.values():
                waiting.messages.clear()
            self._drop_idle(list(self.channels))
            self.groups.clear()

    # -- the queues ---------------------------------------------------------------------------------

    def _pass_on(self, channel: str, message: Message) -> bool:
        """Returns False if the channel is full."""
        if channel not in self._attended:
            return self._put(channel, deepcopy(message))
        loop, deliver = self._attended[channel]
        if loop is asyncio.get_running_loop():
            deliver(message)
        else:
            _call_on(loop, deliver, message)
        return True

    def _put(self, channel: str, message: Message) -> bool:
        with self._lock:
            waiting = self.channels.setdefault(self.non_local_name(channel), Waiting())
            waiting.drop_expired()
            if len(waiting.messages) >= self.get_capacity(channel):
                return False
            waiting.messages.append((time.monotonic() + self.expiry, message))
            receivers = list(waiting.receivers)
        # Wake all of them: a single one may be in the middle of being cancelled and lose the message.
        for loop, arrived in receivers:
            _call_on(loop, arrived)
        return True

    def _clean(self) -> None:
        """Drop expired messages, at most once per expiry time."""
        now = time.monotonic()
        if now < self._clean_at:
            return
        self._clean_at = now + self.expiry
        for waiting in self.channels.values():
            waiting.drop_expired()
        self._drop_idle(list(self.channels))
        for members in self.groups.values():
            for channel in [c for c, joined in members.items() if now >= joined + self.group_expiry]:
                del members[channel]
        self.groups = {group: members for group, members in self.groups.items() if members}

    def _drop_idle(self, channels: list[str]) -> None:
        for channel in channels:
            waiting = self.channels.get(channel)
            if waiting and not waiting.messages and not waiting.receivers:
                del self.channels[channel]


def _require_dict(message: Any) -> None:
    if not isinstance(message, dict):
        raise TypeError("a message must be a dict")


def _call_on(loop: asyncio.AbstractEventLoop, call: Callable[..., None], *args: Any) -> None:
    with suppress(RuntimeError):  # the receiver's loop has ended
        loop.call_soon_threadsafe(call, *args)
