"""A simulated client that follows the same rules as the browser.

It has a cursor per room and asks once about a hole; what was written stays in an outbox until it is
acknowledged, one message of a room under way at a time; it reconnects with full jitter and obeys
`retry_after`.
"""

import asyncio
import random
import secrets
import time
from collections import deque
from typing import Any, NamedTuple

import msgspec

from tests.support import websocket

from .recording import Recording, Row, row, rows

HEARTBEAT, ANSWER, PATIENCE = 20.0, 10.0, 10.0
# The browser's own; most cases shorten it, or rounds would be spent waiting for the last one to be back.
BACK_OFF, SHORT = 30.0, 3.0
FINAL = {4001, 4009, 4401, 4403, 4404}
PASSING = {"overloaded", "storage_unavailable", "rate_limited", "failed"}


class Person(NamedTuple):
    """A person with a login session. `rooms` are the keys of their rooms."""

    id: int
    cookie: str
    rooms: list[str]


class Letter(NamedTuple):
    nonce: str
    body: str


class Outbox:
    """One room's outbox: waiting messages, how many are under way, and until when it is held back."""

    __slots__ = ("held_until", "sent_at", "under_way", "waiting")

    def __init__(self) -> None:
        self.waiting: deque[Letter] = deque()
        self.under_way = 0
        self.held_until = self.sent_at = 0.0


class Client:
    """One person's page. `port()` is asked at each attempt to connect."""

    back_off = SHORT

    def __init__(
        self, name: str, person: Person, port: Any, dice: random.Random, follows: bool = True
    ) -> None:
        self.name, self.person, self.port, self.dice, self.follows = name, person, port, dice, follows
        self.recording = Recording(name, person.id)
        self.cursors: dict[str, int] = {}
        self.rooms: set[str] = set()
        self.asked: set[str] = set()
        self.outboxes: dict[str, Outbox] = {}
        self.socket: websocket.WebSocket | None = None
        self.welcomed = self.stopped = False
        self.epoch = ""
        self.attempts, self.not_before, self.written = 0, 0.0, 0
        self.heads: dict[str, int] = {}
        self.presence: dict[str, dict[int, str]] = {}
        self.codes: list[int] = []
        self.refused = 0  # handshakes answered otherwise than by an open connection
        self.pinged_at = self.heard_at = self.back_at = 0.0
        self.heard: list[tuple[float, dict[str, Any]]] | None = None  # every event, where a case wants them

    # -- connecting ------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Runs until `stop` or a final close code."""
        while not self.stopped:
            await asyncio.sleep(self._pause())
            closed = asyncio.get_running_loop().create_future()
            try:
                self.attempts += 1
                await websocket.connect(
                    self.port(), self.person.cookie, self._hear,
                    lambda code, c=closed: self._closed(code, c), on_open=self._opened,
                )  # fmt: skip
            except (OSError, TimeoutError) as error:
                self.refused += isinstance(error, websocket.HandshakeRefused)
                continue
            while not closed.done():
                await asyncio.wait([closed], timeout=1.0)
                self._tick()

    def _opened(self, socket: websocket.WebSocket) -> None:
        self.socket, self.pinged_at, self.heard_at = socket, 0.0, time.monotonic()
        if self.stopped:
            socket.close()

    def _pause(self) -> float:
        """Full jitter, but never before the server's `retry_after`."""
        most = 0.0 if not self.attempts else min(self.back_off, 0.5 * 2 ** (self.attempts - 1))
        return max(self.dice.uniform(0.0, most), self.not_before - time.monotonic())

    def _closed(self, code: int, closed: asyncio.Future[None]) -> None:
        self.recording.add("close", note=code)
        self.codes.append(code)
        self.socket, self.welcomed = None, False
        self.attempts = max(self.attempts, 1)
        for box in self.outboxes.values():
            box.under_way = 0
        if code in FINAL:
            self.stopped = True
        if not closed.done():
            closed.set_result(None)

    def _tick(self) -> None:
        """Heartbeat and timeouts."""
        now = time.monotonic()
        if self.socket is None or not self.welcomed:
            if self.socket is not None and now - self.heard_at > 3 * ANSWER:
                self.socket.abort()
            return
        if self.pinged_at and now - self.pinged_at > ANSWER:
            self.socket.abort()
        elif not self.pinged_at and now - self.heard_at > HEARTBEAT * self.dice.uniform(0.8, 1.0):
            self.pinged_at = now
            self.send({"type": "ping", "heads": self.cursors})
        for room, box in self.outboxes.items():
            if box.under_way and now - box.sent_at > PATIENCE:
                box.under_way = 0
            self.flush(room)

    def stop(self) -> None:
        self.stopped = True
        if self.socket is not None:
            self.socket.close()

    # -- writing ---------------------------------------------------------------------------------------------

    def post(self, room: str, body: str | None = None) -> str:
        """Writes a message that is unique and returns its nonce."""
        self.written += 1
        letter = Letter(secrets.token_urlsafe(16), body or f"{self.name} says {self.written}")
        box = self.outboxes.setdefault(room, Outbox())
        box.waiting.append(letter)
        self.recording.add("submit", room=room, nonce=letter.nonce, note=letter.body)
        self.flush(room)
        return letter.nonce

    def flush(self, room: str) -> None:
        box = self.outboxes[room]
        if self.welcomed and box.waiting and not box.under_way and time.monotonic() >= box.held_until:
            nonce, body = box.waiting[0]
            box.under_way, box.sent_at = 1, time.monotonic()
            self.send({"type": "message.post", "room": room, "nonce": nonce, "body": body})

    def send(self, command: dict[str, Any]) -> None:
        if self.socket is not None:
            self.socket.send(msgspec.json.encode(command))

    @property
    def is_in(self) -> bool:
        return self.welcomed and not self.asked

    @property
    def unsettled(self) -> int:
        return sum(len(box.waiting) for box in self.outboxes.values())

    # -- hearing ---------------------------------------------------------------------------------------------

    def _hear(self, payload: bytes) -> None:
        event = msgspec.json.decode(payload)
        self.heard_at = time.monotonic()
        if self.heard is not None:
            self.heard.append((self.heard_at, event))
        if (step := getattr(self, f"_on_{event['type']}", None)) is not None:
            step(event)

    def _on_welcome(self, event: dict[str, Any]) -> None:
        if self.epoch not in ("", event["epoch"]):
            self.recording.add("epoch", note=event["epoch"])
            self.cursors.clear()
        self.epoch, self.welcomed, self.attempts, self.back_at = event["epoch"], True, 0, time.monotonic()
        self.recording.add("open")
        self.asked.clear()
        self.rooms = {room["id"] for room in event["rooms"]}
        for room in sorted(self.rooms) if self.follows else ():
            self.ask(room)
        for room in self.outboxes:
            self.flush(room)

    def ask(self, room: str) -> None:
        if room not in self.asked:
            self.asked.add(room)
            self.recording.add("follow", room=room)
            self.send({"type": "room.open", "room": room, "since": self.cursors.get(room)})

    def ask_again(self) -> None:
        """Opens the room anew, as a browser would."""
        for room in list(self.cursors)[:1]:
            self.ask(room)

    def _on_room(self, event: dict[str, Any]) -> None:
        room = event["room"]
        self.cursors[room] = event["seq"]
        self.asked.discard(room)
        self.recording.add("room", room=room, seq=event["seq"], rows=rows(event), note=event["more"])

    def _on_changes(self, event: dict[str, Any]) -> None:
        room, since, seq = event["room"], event["since"], event["seq"]
        self.recording.add("changes", room=room, seq=seq, rows=rows(event), note=since)
        if since <= self.cursors.get(room, -1):
            self.cursors[room] = max(self.cursors[room], seq)
            self.asked.discard(room)
        else:
            self.ask(room)

    def _on_message(self, event: dict[str, Any]) -> None:
        self._live(event, (row(event["message"]),))

    def _on_info(self, event: dict[str, Any]) -> None:
        self._live(event, ())

    def _on_membership(self, event: dict[str, Any]) -> None:
        mine, out = event["member"]["person"] == self.person.id, event["member"]["removed_at"] is not None
        if mine and out:  # the last thing heard of a room, whatever came before it
            self.recording.add("out", room=event["room"], seq=event["seq"])
            return
        self._live(event, ())
        if mine:
            self.recording.add("in", room=event["room"], seq=event["seq"])

    def _live(self, event: dict[str, Any], found: tuple[Row, ...]) -> None:
        room, seq = event["room"], event["seq"]
        self.recording.add("live", room=room, seq=seq, rows=found)
        last = self.cursors.get(room, -1)
        if seq == last + 1:
            self.cursors[room] = seq
        elif seq > last and self.follows:
            self.ask(room)

    def _on_joined(self, event: dict[str, Any]) -> None:
        self.rooms.add(event["room"]["id"])
        self.recording.add("in", room=event["room"]["id"])
        self.ask(event["room"]["id"])

    def _on_left(self, event: dict[str, Any]) -> None:
        self.rooms.discard(event["room"])

    def _on_presence(self, event: dict[str, Any]) -> None:
        known = self.presence.setdefault(event["room"], {})
        if event["whole"]:
            known.clear()
        for state in ("online", "away"):
            known.update(dict.fromkeys(event[state], state))
        for person in event["offline"]:
            known.pop(person, None)

    def _on_pong(self, event: dict[str, Any]) -> None:
        self.pinged_at = 0.0
        for room, head in event["heads"].items():
            if head < self.cursors.get(room, 0):
                self.cursors.pop(room)
                self.ask(room)

    def _on_ack(self, event: dict[str, Any]) -> None:
        nonce, room = event["nonce"], event["room"]
        if nonce is None:
            return
        self.recording.add("ack", room=room, seq=event["seq"], nonce=nonce, note=event["message"])
        self._settle(room, nonce)

    def _on_error(self, event: dict[str, Any]) -> None:
        nonce, code = event["nonce"], event["code"]
        room = next(
            (r for r, box in self.outboxes.items() if box.waiting and box.waiting[0].nonce == nonce), None
        )
        self.recording.add("nack", room=room or "", nonce=nonce or "", note=code)
        if room is None:
            self.asked.clear()  # whatever was asked may be asked again, when the next event shows a hole
        elif code in PASSING:
            box = self.outboxes[room]
            box.under_way, box.held_until = 0, time.monotonic() + (event["retry_after"] or 1.0)
        else:
            self.recording.add("refused", room=room, nonce=nonce, note=code)
            self._settle(room, nonce)

    def _on_bye(self, event: dict[str, Any]) -> None:
        if event["retry_after"]:
            self.not_before = time.monotonic() + event["retry_after"]

    def _settle(self, room: str, nonce: str) -> None:
        box = self.outboxes.get(room)
        if box is not None and box.waiting and box.waiting[0].nonce == nonce:
            box.waiting.popleft()
            box.under_way = 0
            self.flush(room)
