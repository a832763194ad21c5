"""A WebSocket client that follows the protocol as a page does and records everything it receives.

It keeps a cursor per room, requests what is missing, keeps sent messages until they are acknowledged, and
resends them after a reconnect, in order, with the same nonces. With `stay` it reconnects by itself.

    async with Client(server.ws_url, cookie) as alice:
        nonce = alice.write(room, "hello")
        await alice.acked(nonce)
        await bob.sees(room, nonce)

It shares no code with the server, so that it cannot share its mistakes.
"""

import asyncio
import contextlib
import itertools
import json
import secrets
import time
from collections.abc import Callable
from typing import Any, NamedTuple, Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage

from .room_view import Event, RoomView

# What is worth asking again, after `retry_after`.
PASSING = {"rate_limited", "overloaded", "storage_unavailable"}
# After these a page stops and says why.
FINAL = {4001, 4009, 4401, 4403, 4404}


class Received(NamedTuple):
    """An event as it came. `at` is a time of the monotonic clock."""

    at: float
    event: Event


class Closed(NamedTuple):
    at: float
    code: int


class Client:
    """One page of one person. `cookie` is the value of a Cookie header; None is a visitor."""

    def __init__(
        self,
        url: str,
        cookie: str | None,
        *,
        origin: str | None = None,
        stay: bool = False,
        **how: Any,
    ) -> None:
        self.url, self.stay, self.how = url, stay, how
        self.origin = origin or url.replace("ws", "http", 1).removesuffix("/ws/")
        self.headers = {"Cookie": cookie} if cookie else {}
        self.rooms: dict[str, RoomView] = {}
        self.welcome: Event = {}
        self.received: list[Received] = []
        self.closes: list[Closed] = []
        self.outbox: dict[str, Event] = {}
        self.acks: dict[str, Event] = {}
        self.refusals: dict[str, Event] = {}
        self.repeated_acks: list[tuple[Event, Event]] = []
        self._answers: dict[str, Event] = {}
        self._refs = itertools.count(1)
        self._under_way: dict[str, str] = {}
        self._socket: ClientConnection | None = None
        self._task: asyncio.Task[None] | None = None
        self._sending: set[asyncio.Task[None]] = set()
        self._news = asyncio.Event()
        self._leaving = False

    # -- coming and going -------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        await self.connect()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.leave()

    async def connect(self, *, welcomed: bool = True) -> None:
        """Connects and waits for the welcome or the end."""
        self._leaving, self.welcome = False, {}
        closes = len(self.closes)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._live())
        await self.until(lambda: self.welcome or len(self.closes) > closes, "connected", 15)
        if welcomed:
            assert self.welcome, f"not welcomed: {self.closes} {self.events()[-2:]}"

    async def leave(self) -> None:
        self._leaving = True
        if self._socket is not None:
            await self._socket.close()
        if self._task is not None:
            await self._task

    def cut(self) -> None:
        """Drops the connection without a close frame."""
        assert self._socket is not None
        self._socket.transport.abort()

    async def closed(self, seconds: float = 5) -> Closed:
        """Waits for the end of this connection."""
        await self.until(lambda: self._socket is None and self.closes, "closed", seconds)
        return self.closes[-1]

    @property
    def is_open(self) -> bool:
        return self._socket is not None and bool(self.welcome)

    async def _live(self) -> None:
        failed = 0
        while True:
            try:
                code = await self._one_connection()
                failed = 0
            except (OSError, InvalidHandshake, InvalidMessage, TimeoutError) as error:
                code, failed = 1006, failed + 1
                if not self.stay:
                    self._ended(code, error)
            if self._leaving or not self.stay or code in FINAL:
                return
            await asyncio.sleep(min(2.0, self._asked_to_wait() + 0.05 * 2 ** min(failed, 4)))

    async def _one_connection(self) -> int:
        how = {"compression": None, "proxy": None, "ping_interval": None, "max_size": None} | self.how
        socket = await connect(self.url, origin=self.origin, additional_headers=self.headers, **how)
        self._socket = socket
        try:
            async for frame in socket:
                self._receive(json.loads(frame))
        except ConnectionClosed:
            pass
        finally:
            code = socket.close_code or 1006
            self._ended(code)
        return code

    def _ended(self, code: int, error: Exception | None = None) -> None:
        self._socket, self.welcome = None, {}
        self._under_way.clear()
        self.closes.append(Closed(time.monotonic(), code))
        if error is not None:
            self.received.append(Received(time.monotonic(), {"type": "refused", "error": repr(error)}))
        self._news.set()

    def _asked_to_wait(self) -> float:
        last = self.received[-1].event if self.received else {}
        return (last.get("retry_after") or 0.0) if last.get("type") == "bye" else 0.0

    # -- hearing ----------------------------------------------------------------------------------

    def _receive(self, event: Event) -> None:
        self.received.append(Received(time.monotonic(), event))
        handler = getattr(self, f"_on_{event['type']}", None)
        if handler is not None:
            handler(event)
        view = self.rooms.get(event.get("room", "")) if isinstance(event.get("room"), str) else None
        if view is not None and not view.apply(event):
            self.send({"type": "room.sync", "room": view.key, "since": view.cursor})
        if event.get("ref") is not None:
            self._answers[event["ref"]] = event
        self._news.set()

    def _on_welcome(self, event: Event) -> None:
        """Rooms that were open catch up from their cursor; the others begin at their head."""
        self.welcome = event
        for mine in event["rooms"]:
            view = self.rooms.setdefault(mine["id"], RoomView(mine["id"], mine["seq"]))
            if view.cursor < mine["seq"]:
                self.send({"type": "room.open", "room": view.key, "since": view.cursor})
        for room in {command["room"]: None for command in self.outbox.values()}:
            self._send_next(room)

    def _on_joined(self, event: Event) -> None:
        mine = event["room"]
        self.rooms[mine["id"]] = RoomView(mine["id"], mine["seq"])

    def _on_left(self, event: Event) -> None:
        self.rooms.pop(event["room"], None)

    def _on_ack(self, event: Event) -> None:
        nonce = event["nonce"]
        if nonce is None:
            return
        if nonce in self.acks:
            self.repeated_acks.append((self.acks[nonce], event))
        self.acks[nonce] = event
        self._settle(nonce, event["room"])

    def _on_error(self, event: Event) -> None:
        nonce = event["nonce"]
        if nonce is None or nonce not in self.outbox:
            return
        room = self.outbox[nonce]["room"]
        if event["code"] in PASSING:
            wait = event["retry_after"] or 1.0
            asyncio.get_running_loop().call_later(wait, self._again, room, nonce)
        else:
            self.refusals[nonce] = event
            self._settle(nonce, room)

    # -- saying -----------------------------------------------------------------------------------

    def send(self, command: Event | str | bytes) -> bool:
        """Sends now or not at all, as a page does. A str or bytes is sent as it is."""
        if self._socket is None or self._socket.state.name != "OPEN":
            return False
        text = command if isinstance(command, str | bytes) else json.dumps(command)
        task = asyncio.ensure_future(self._send(self._socket, text))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)
        return True

    async def _send(self, socket: ClientConnection, text: str | bytes) -> None:
        with contextlib.suppress(ConnectionClosed):
            await socket.send(text)

    async def ask(self, type: str, seconds: float = 5, **keys: Any) -> Event:
        """Sends a command and waits for its own answer."""
        ref = f"ref-{next(self._refs)}"
        assert self.send({"type": type, "ref": ref, **keys}), "not connected"
        await self.until(lambda: ref in self._answers, f"an answer to {type}", seconds)
        return self._answers[ref]

    def write(self, room: str, body: str, nonce: str | None = None, **keys: Any) -> str:
        """Puts a message into the outbox, which sends it now or when it can. Only one message of a room is
        under way at a time, so that a refused one is never overtaken by a later one."""
        nonce = nonce or new_nonce()
        self.outbox[nonce] = {"type": "message.post", "room": room, "nonce": nonce, "body": body, **keys}
        self._send_next(room)
        return nonce

    def _send_next(self, room: str) -> None:
        waiting = (nonce for nonce, command in self.outbox.items() if command["room"] == room)
        nonce = next(waiting, None)
        if nonce is not None and room not in self._under_way and self.welcome:
            self._under_way[room] = nonce
            self.send(self.outbox[nonce])

    def _again(self, room: str, nonce: str) -> None:
        if self._under_way.get(room) == nonce:
            del self._under_way[room]
            self._send_next(room)

    def _settle(self, nonce: str, room: str) -> None:
        self.outbox.pop(nonce, None)
        if self._under_way.get(room) == nonce:
            del self._under_way[room]
            self._send_next(room)

    # -- waiting and looking ----------------------------------------------------------------------

    async def until(self, true: Callable[[], Any], what: str, seconds: float = 5) -> float:
        """Waits for a condition, checked whenever something arrives. Returns the seconds it took."""
        start = time.monotonic()
        while not true():
            self._news.clear()
            left = start + seconds - time.monotonic()
            try:
                async with asyncio.timeout(max(0.0, left)):
                    await self._news.wait()
            except TimeoutError:
                if not true():
                    raise AssertionError(
                        f"not within {seconds} s: {what}; received {self._lately()}"
                    ) from None
        return time.monotonic() - start

    async def acked(self, nonce: str, seconds: float = 5) -> Event:
        await self.until(lambda: nonce in self.acks or nonce in self.refusals, f"ack of {nonce}", seconds)
        assert nonce in self.acks, self.refusals[nonce]
        return self.acks[nonce]

    async def sees(self, room: str, nonce: str, seconds: float = 5) -> Event:
        """Waits until the message is in the room. Returns its row."""
        await self.until(
            lambda: room in self.rooms and self.rooms[room].by_nonce(nonce), f"{nonce} in {room}", seconds
        )
        row = self.rooms[room].by_nonce(nonce)
        assert row is not None
        return row

    async def receives(self, type: str, seconds: float = 5, since: int = 0, **keys: Any) -> Received:
        """Waits for an event of this type with these keys; `since` is a length of `received`."""

        def find() -> Received | None:
            fits = (h for h in self.received[since:] if h.event["type"] == type)
            return next((h for h in fits if all(h.event.get(k) == v for k, v in keys.items())), None)

        await self.until(find, f"{type} {keys}", seconds)
        found = find()
        assert found is not None
        return found

    async def open(self, room: str, since: int | None = None) -> RoomView:
        """Opens a room: waits for its snapshot, or for what changed."""
        before = len(self.received)
        self.send({"type": "room.open", "room": room, "since": since})
        await self.until(
            lambda: any(e["type"] in ("room", "changes") and e["room"] == room for e in self.events(before)),
            f"{room} opened",
        )
        return self.rooms[room]

    def events(self, since: int = 0, *types: str) -> list[Event]:
        return [h.event for h in self.received[since:] if not types or h.event["type"] in types]

    @property
    def gaps(self) -> int:
        return sum(view.gaps for view in self.rooms.values())

    def _lately(self) -> list[str]:
        return [json.dumps(event)[:200] for event in self.events()[-5:]]


def new_nonce() -> str:
    return secrets.token_urlsafe(16)
