"""Cases: hostile or broken input is answered with documented codes and nothing else."""

import asyncio
import json
import random
from typing import Any

import msgspec

from chat.protocol import Code
from tests.chaos.client_pool import until
from tests.chaos.cluster import Cluster
from tests.chaos.run import Run, case
from tests.support import websocket
from tests.support.raw_websocket import RawWebSocket

# What may be answered to what is wrong: anything, but that something of ours has failed.
DOCUMENTED = {code.value for code in Code if code != Code.FAILED}
ORIGINS = (
    "http://[abc",
    "http://127.0.0.1:99999",
    "null",
    "http://evil.example",
    "https://127.0.0.1",
    "",
    "http://a, b",
)
CLOSES = {4001, 4008, 4009, 4012, 4013, 4029, 4401, 4403, 4404}
ODD: list[Any] = [
    None, True, False, 0, -1, 1.5, 2**53, 2**63, 2**64, -(2**63), 1e308, "", "x", "\0", "\ud800", "\u202e",
    "a" * 60_000, "é" * 4001, " ", [], {}, [[]] * 50, {"a": {"b": {}}}, "__proto__", "../..", "💥" * 5000,
    "2030-01-01", ["x"] * 11,
]  # fmt: skip
JUNK = [
    b"", b"null", b"[]", b"{}", b'"', b"[" * 10_000, b'{"type":' * 5000, b"NaN", b"1" * 5000, b'{"type":NaN}',
    b'{"type":"ping","type":"ping"}', b'\xef\xbb\xbf{"type":"ping"}', b'{"type":"ping"} x',
    b'{"type":"ping"}\0',
    b'{"type":"websocket.close"}', b'{"type":"_parse"}', b'{"type":"__class__"}', b'{"type":"connect"}',
]  # fmt: skip


def commands(room: str, message: int) -> list[dict[str, Any]]:
    """One valid command of each type."""
    return [
        {
            "type": "message.post",
            "room": room,
            "nonce": f"nonce-{room[:4]}-{message:09}",
            "body": "hello",
            "reply_to": message,
        },
        {"type": "message.edit", "message": message, "body": "other"},
        {"type": "message.delete", "message": message},
        {"type": "reaction.add", "message": message, "emoji": "👍"},
        {"type": "reaction.remove", "message": message, "emoji": "👍"},
        {"type": "room.open", "room": room, "since": 3},
        {"type": "room.sync", "room": room, "since": 3},
        {"type": "room.history", "room": room, "before": message, "limit": 50},
        {"type": "room.join", "room": room},
        {"type": "read.mark", "room": room, "message": message},
        {"type": "typing", "room": room},
        {"type": "presence", "state": "away"},
        {"type": "ping", "heads": {room: 1}, "ref": "r"},
    ]


def mutated(dice: random.Random, valid: list[dict[str, Any]]) -> bytes:
    """Changes a field, a value or a byte. Stays valid UTF-8, or it would not be a text frame."""
    if dice.random() < 0.02:
        return dice.choice(JUNK)
    command = dict(dice.choice(valid))
    for _ in range(dice.randrange(1, 3)):
        way, key = dice.random(), dice.choice(list(command))
        if way < 0.5:
            command[key] = dice.choice(ODD)
        elif way < 0.6:
            command[dice.choice(["extra", "Type", "room ", "__init__", "ref"])] = dice.choice(ODD)
        elif way < 0.7 and len(command) > 1:
            del command[key]
    data = bytearray(json.dumps(command, ensure_ascii=dice.random() < 0.7).encode(errors="surrogatepass"))
    for _ in range(dice.choice([0, 0, 0, 1, 2, 5])):
        data[dice.randrange(len(data))] = dice.randrange(256)
    return bytes(data).decode(errors="replace").encode()[:65_536].decode(errors="ignore").encode()


# Of five frames, before their answers are waited for: what is tried here is sense, not weight.
BURSTS = 10


class Fuzzer:
    """Uses one connection after another. Sends a good frame after every four: five bad ones in a row end
    it."""

    def __init__(self, run: Run, cluster: Cluster, number: int) -> None:
        self.run, self.cluster, self.dice = run, cluster, random.Random(run.seed * 1000 + number)
        self.person = cluster.people[number]
        message = cluster.query("SELECT max(id) FROM chat_message")[0][0]
        self.valid = commands(self.person.rooms[0], message)
        # It goes through the writer: when it is answered, whatever was asked for before has been written.
        mark = {"type": "read.mark", "room": self.person.rooms[0], "message": message, "ref": "good"}
        self.barrier = json.dumps(mark).encode()
        self.answered = 0
        self.last: list[bytes] = []

    async def send(self, frames: int) -> None:
        while frames > 0:
            frames -= await self._connection(frames)

    async def _connection(self, frames: int) -> int:
        codes: list[int] = []
        self.answered, sent = 0, 0
        port, cookie = self.cluster.port(), self.person.cookie
        socket = await websocket.connect(port, cookie, self._heard, codes.append)
        while sent < frames and not codes:
            for _ in range(BURSTS):
                self.last = [mutated(self.dice, self.valid) for _ in range(4)]
                for data in self.last if not codes else ():
                    socket.send(data)
                socket.send(b'{"type":"ping","ref":"good"}')
                sent += 4
            socket.send(self.barrier)
            want = sent // 4 + sent // 4 // BURSTS
            await until(lambda w=want: codes or self.answered >= w, 120, "the good frames are answered")
        wrong = set(codes) - CLOSES
        self.run.must(not wrong, f"closed with {wrong} after {self.last}"[:600], "frames")
        socket.abort()
        self.run.count("mutated frames", sent)
        return max(sent, 1)

    def _heard(self, payload: bytes) -> None:
        event = msgspec.json.decode(payload)
        if event.get("ref") == "good":
            self.answered += 1
        elif event["type"] == "error" and event["code"] not in DOCUMENTED:
            self.run.must(False, f"answered {event} to one of {self.last}"[:600], "frames")


@case("B1", "mutated frames: documented codes, no traceback, nobody else notices", limit=7200)
async def mutated_frames(run: Run) -> None:
    share = run.frames if run.kind == "sqlite" else run.frames // 5
    async with run.connected(people=12, rooms=[list(range(12)), [0, 1]]) as (cluster, pool):
        for client in pool.clients:
            client.post(client.person.rooms[0])
        await until(lambda: not any(c.unsettled for c in pool.clients), 30)
        fuzzers = [Fuzzer(run, cluster, number) for number in range(8)]
        await asyncio.gather(*(fuzzer.send(share // 8) for fuzzer in fuzzers))
        await pool.talk(rate=10, seconds=2, writers=12)
        await run.settle(cluster, pool, dense=False)
        bystanders = [code for client in pool.clients[8:] for code in client.codes]
        run.must(not bystanders, f"bystanders were cut off: {bystanders[:5]}")


@case("B19", "malformed and foreign origins, unknown addresses: refused, one line each", on=("sqlite",))
async def handshakes(run: Run) -> None:
    async with run.connected(people=2) as (cluster, pool):
        port, cookie = cluster.servers[0].port, cluster.people[0].cookie
        for origin in (*ORIGINS, f"http://127.0.0.1:{port}.evil.example"):
            await _refused(
                run, cluster, websocket.handshake(port, cookie, extra=f"Origin: {origin}\r\n"), origin
            )
        two = f"Origin: http://127.0.0.1:{port}\r\nOrigin: http://evil.example\r\n"
        await _refused(run, cluster, websocket.handshake(port, cookie, extra=two), "two origins")
        for path in ("/ws", "/ws/x/", "/%zz/", "/ws/%ff", "//", "/ws/../ws/", "/" + "a" * 3000, "/ws/?x=%zz"):
            await _elsewhere(run, cluster, websocket.handshake(port, cookie, path), path)
        await run.settle(cluster, pool)


async def _refused(run: Run, cluster: Cluster, request: bytes, what: str) -> None:
    before = len(cluster.logs().splitlines())
    async with RawWebSocket(cluster.servers[0].port, request) as raw:
        run.must(raw.status in (400, 403), f"origin {what!r} was answered {raw.status}", "frames")
    said = len(cluster.logs().splitlines()) - before
    run.must(said <= 1, f"origin {what!r} made {said} lines in the log")


async def _elsewhere(run: Run, cluster: Cluster, request: bytes, what: str) -> None:
    before = len(cluster.logs().splitlines())
    async with RawWebSocket(cluster.servers[0].port, request) as raw:
        heard = await raw.receive("welcome", 5) if raw.status == 101 else None
        fine = heard is not None and (heard.code == 4404 or ("?" in what and "welcome" in heard.types))
        run.must(
            fine or raw.status in (400, 403, 404), f"{what[:40]!r}: {raw.status} {heard}"[:300], "frames"
        )
    said = len(cluster.logs().splitlines()) - before
    run.must(said <= 1, f"{what[:40]!r} made {said} lines in the log")
