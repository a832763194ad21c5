"""Cases: the server follows RFC 6455, also with clients that do not. Groups are those of Autobahn's test
suite.

1 framing · 2 pings · 3 reserved bits · 4 opcodes · 5 fragments · 6 UTF-8 · 7 closing · 9 limits · 10
chopped. Groups 12 and 13 are about compression, which is never negotiated.
"""

import asyncio
from collections.abc import Callable
from typing import NamedTuple

from tests.chaos.cluster import Cluster
from tests.chaos.run import Run, case
from tests.support.raw_websocket import RawWebSocket, Received
from tests.support.websocket import BINARY, CLOSE, PING, PONG, TEXT, frame, handshake

ASK = b'{"type":"ping"}'
MOST = 131_072


class Line(NamedTuple):
    name: str
    sent: bytes
    expected: Callable[[Received], bool]


def answered(heard: Received) -> bool:
    """The command that was sent last arrived whole."""
    return heard.types.count("pong") == 1 and not heard.closed


def refused(heard: Received) -> bool:
    """One error event, and the connection lives: what was sent afterwards is answered."""
    return len(heard.codes) == 1 and "pong" in heard.types


def waits(heard: Received) -> bool:
    """Only so many fragments are processed in a second: nobody else waits for them."""
    return "pong" not in heard.types and not heard.closed


def dropped(heard: Received) -> bool:
    return heard.closed and "pong" not in heard.types


def ponged(*payloads: bytes) -> Callable[[Received], bool]:
    return lambda heard: heard.pongs == list(payloads) and "pong" in heard.types


def ended(heard: Received) -> bool:
    """The close frame is answered in order, always with 1000: daphne does not repeat a code."""
    return heard.closed and heard.code == 1000


def text(payload: bytes) -> bytes:
    return frame(payload) + frame(ASK)


def pieces(*parts: bytes, opcode: int = TEXT) -> bytes:
    last = len(parts) - 1
    return b"".join(
        frame(part, opcode if number == 0 else 0, fin=number == last) for number, part in enumerate(parts)
    )


def framing() -> list[Line]:
    sizes = (0, 1, 125, 126, 127, 128, 65_535, MOST)
    lines = [Line(f"1 text of {size}", text(b"x" * size), refused) for size in sizes]
    lines += [
        Line(f"1 binary of {size}", frame(b"x" * size, BINARY) + frame(ASK), refused) for size in (0, 126)
    ]
    return [
        *lines,
        Line("1 text over the limit", text(b"x" * (MOST + 1)), dropped),
        Line("1 declared 2^63", b"\x81\xff" + (2**63).to_bytes(8, "big") + b"\0\0\0\0", dropped),
        Line("1 declared 2^40", b"\x81\xff" + (2**40).to_bytes(8, "big") + b"\0\0\0\0", dropped),
        Line("1 unmasked", frame(ASK, mask=False), dropped),
    ]


def pings() -> list[Line]:
    ten = b"".join(frame(b"%d" % number, PING) for number in range(10)) + frame(ASK)
    return [
        Line("2 ping", frame(b"", PING) + frame(ASK), ponged(b"")),
        Line("2 ping of 125", frame(b"\xfe" * 125, PING) + frame(ASK), ponged(b"\xfe" * 125)),
        Line("2 ping of 126", frame(b"x" * 126, PING) + frame(ASK), dropped),
        Line("2 pong nobody asked for", frame(b"x", PONG) + frame(ASK), answered),
        Line("2 ten pings", ten, ponged(*(b"%d" % number for number in range(10)))),
    ]


def reserved() -> list[Line]:
    lines = [Line(f"3 rsv {rsv}", frame(ASK, rsv=rsv), dropped) for rsv in range(1, 8)]
    codes = (3, 4, 5, 6, 7, 11, 12, 13, 14, 15)
    return lines + [Line(f"4 opcode {code}", frame(ASK, code) + frame(ASK), dropped) for code in codes]


def fragments() -> list[Line]:
    half, rest = ASK[:7], ASK[7:]
    between = frame(half, fin=False) + frame(b"now", PING) + frame(rest, 0)
    return [
        Line("5 two fragments", pieces(half, rest), answered),
        Line("5 a fragment a byte", pieces(*(bytes([byte]) for byte in ASK)), answered),
        Line("5 empty fragments", pieces(b"", half, b"", rest, b""), answered),
        Line("5 ping in between", between, ponged(b"now")),
        Line("5 ping in fragments", pieces(b"a", b"b", opcode=PING), dropped),
        Line("5 continuation of nothing", frame(ASK, 0) + frame(ASK), dropped),
        Line("5 continuation of nothing, unfinished", frame(ASK, 0, fin=False) + frame(ASK), dropped),
        Line("5 a message within a message", frame(half, fin=False) + frame(ASK), dropped),
        Line("9 fragments of more than the chat takes", pieces(*[b"x" * 4096] * 17) + frame(ASK), refused),
        Line("9 fragments of more than daphne takes", pieces(*[b"x" * 4096] * 33), dropped),
        Line("9 some hundred empty fragments", pieces(b"", *[b""] * 200, ASK), answered),
        Line("9 endless empty fragments", pieces(b"", *[b""] * 20_000, ASK), waits),
    ]


def utf8() -> list[Line]:
    said = '{"type":"ping","ref":"κόσμε 😀"}'.encode()
    bad = (
        b"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"\xc0\xaf",
        b"\xff",
    )
    lines = [Line(f"6 invalid {part!r}", frame(part) + frame(ASK), dropped) for part in bad]
    lines += [Line(f"6 invalid {part!r}, split", pieces(part[:1], part[1:], b""), dropped) for part in bad]
    return [
        *lines,
        Line("6 valid", frame(said), answered),
        Line("6 valid, split within characters", pieces(*(bytes([byte]) for byte in said)), answered),
    ]


def closing() -> list[Line]:
    def close(payload: bytes) -> bytes:
        return frame(payload, CLOSE) + frame(ASK)

    good = (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999)
    bad = (0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999, 5000, 65_535)
    lines = [Line(f"7 close {code}", close(code.to_bytes(2, "big")), ended) for code in good]
    lines += [Line(f"7 close {code}", close(code.to_bytes(2, "big")), dropped) for code in bad]
    return [
        *lines,
        Line("7 close without a code", close(b""), dropped),
        Line("7 close of one byte", close(b"\x03"), dropped),
        Line("7 close with a reason", close(b"\x03\xe8" + b"x" * 123), ended),
        Line("7 close with a long reason", close(b"\x03\xe8" + b"x" * 124), dropped),
        Line("7 close with a reason that is no text", close(b"\x03\xe8\xff\xfe"), dropped),
    ]


def table() -> list[Line]:
    return [*framing(), *pings(), *reserved(), *fragments(), *utf8(), *closing()]


@case(
    "B2",
    "the RFC 6455 table: accepted or dropped, exactly as listed, and nobody else notices",
    on=("sqlite",),
)
async def rfc6455(run: Run) -> None:
    async with run.connected() as (cluster, pool):
        for line in table():
            for chopped in (False, True) if len(line.sent) < 400 else (False,):
                heard = await _tried(cluster, line.sent, chopped)
                named = f"{line.name}{' (10: byte by byte)' if chopped else ''}"
                run.must(line.expected(heard), f"{named}: {heard}"[:300], "frames")
                run.count("RFC 6455 cases")
        await run.settle(cluster, pool)
        run.must(not any(c.codes for c in pool.clients), "a bystander was cut off")


async def _tried(cluster: Cluster, sent: bytes, chopped: bool) -> Received:
    port = cluster.servers[0].port
    async with RawWebSocket(port, handshake(port, cluster.people[0].cookie)) as raw:
        await raw.receive("welcome")
        for part in [sent[at : at + 1] for at in range(len(sent))] if chopped else [sent]:
            raw.send(part)
            if chopped:
                await asyncio.sleep(0)
        return await raw.receive("pong")
