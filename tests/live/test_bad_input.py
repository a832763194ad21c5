"""Tests that invalid input is answered with one error or a clear close."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from .client import Client
from .conftest import Person, Site

BAD = {
    "not JSON": "hello",
    "not an object": "[1, 2]",
    "unknown type": json.dumps({"type": "message.steal"}),
    "no type": "{}",
    "unknown key": json.dumps({"type": "ping", "extra": 1}),
    "wrong type": json.dumps({"type": "message.delete", "message": "seven"}),
    "NaN": '{"type": "message.delete", "message": NaN}',
    "NUL": json.dumps({"type": "room.open", "room": "a\0b"}),
    "deep": "[" * 30_000,
    "binary": b'{"type": "ping"}',
}


@pytest.mark.parametrize("frame", BAD.values(), ids=BAD.keys())
async def test_a_bad_frame_is_answered_with_one_error_and_the_connection_lives(
    connect: Any, alice: Person, frame: str | bytes
) -> None:
    hers = await connect(alice)
    hers.send(frame)
    assert (await hers.receives("error")).event["code"] == "bad_frame"
    assert (await hers.ask("ping"))["type"] == "pong"
    assert len(hers.events(0, "error")) == 1


async def test_a_frame_that_is_too_large_is_refused_and_the_largest_is_not(
    connect: Any, alice: Person, room: str
) -> None:
    hers = await connect(alice)
    hers.write(room, "x" * 4000)
    hers.write(room, "x" * 4001)
    refusal = await hers.receives("error")
    assert refusal.event["code"] == "bad_frame"
    assert len(hers.acks) == 1
    hers.send("x" * 65_537)
    await hers.ask("ping")
    assert [error["code"] for error in hers.events(0, "error")][-1] == "too_large"


async def test_five_bad_frames_in_a_row_end_it_and_four_do_not(connect: Any, alice: Person) -> None:
    hers = await connect(alice)
    for _ in range(4):
        hers.send("nonsense")
    await hers.ask("ping")
    for _ in range(5):
        hers.send("nonsense")
    assert (await hers.closed()).code == 4001
    assert hers.events(0, "bye")[-1]["code"] == 4001


async def test_too_many_messages_get_a_retry_time_and_all_arrive(
    connect: Any, alice: Person, room: str
) -> None:
    hers = await connect(alice)
    nonces = [hers.write(room, f"number {n}") for n in range(24)]
    for nonce in nonces:
        await hers.acked(nonce, 10)
    limited = hers.events(0, "error")
    assert limited
    assert all(e["code"] == "rate_limited" and 0 < e["retry_after"] <= 1 for e in limited)
    await hers.sees(room, nonces[-1])
    assert hers.rooms[room].bodies == [f"number {n}" for n in range(24)]


async def test_a_flood_ends_the_connection(connect: Any, alice: Person) -> None:
    hers = await connect(alice)
    for _ in range(400):
        hers.send({"type": "ping"})
    assert (await hers.closed()).code == 4029
    [bye] = hers.events(0, "bye")
    assert bye["retry_after"] > 0


async def test_no_cookie_or_an_expired_one_is_asked_to_sign_in(
    site: Site, connect: Any, alice: Person
) -> None:
    stale = Person(alice.id, "stale", "sessionid=abcdefghijklmnopqrstuvwxyz012345")
    for somebody in (None, stale):
        client = site.client(somebody)
        await client.connect(welcomed=False)
        assert (await client.closed()).code == 4401
        assert [event["type"] for event in client.events()] == ["bye"]


async def lines_of(site: Site, work: Callable[[], Any]) -> list[str]:
    """The log lines of the servers during a block."""
    before = [len(log) for log in site.logs()]
    await work()
    return [line for log, old in zip(site.logs(), before, strict=True) for line in log[old:].splitlines()]


async def test_an_unknown_path_gets_a_close_code_and_one_log_line(site: Site, alice: Person) -> None:
    async def knock() -> None:
        client = Client(site.servers[0].ws_url.replace("/ws/", "/wss/secret/"), alice.cookie,
                        origin=site.servers[0].url)  # fmt: skip
        await client.connect(welcomed=False)
        assert (await client.closed()).code == 4404

    lines = await lines_of(site, knock)
    assert len([line for line in lines if "/wss/secret/" in line]) == 1
    assert not [line for line in lines if "Traceback" in line]


FOREIGN = ["http://evil.example", "https://127.0.0.1", "null", "http://127.0.0.1:1", "file://"]


@pytest.mark.parametrize("origin", FOREIGN)
async def test_a_foreign_origin_is_refused_with_one_line(site: Site, alice: Person, origin: str) -> None:
    async def knock() -> None:
        client = site.client(alice, origin=origin)
        client.origin = origin
        await client.connect(welcomed=False)
        assert "403" in client.events()[-1]["error"]

    lines = await lines_of(site, knock)
    assert len([line for line in lines if "handshake refused" in line]) == 1
    assert not [line for line in lines if "Traceback" in line]


async def test_a_malformed_origin_is_refused_before_it_reaches_us_and_leaves_no_traceback(
    site: Site, alice: Person
) -> None:
    async def knock() -> None:
        client = site.client(alice, origin="http://[abc")
        await client.connect(welcomed=False)
        assert "status_code=400" in client.events()[-1]["error"]

    assert not [line for line in await lines_of(site, knock) if "Traceback" in line]


async def test_nothing_that_people_wrote_is_in_the_log(
    site: Site, connect: Any, alice: Person, room: str
) -> None:
    hers = await connect(alice)
    await hers.acked(hers.write(room, "a-very-secret-word"))
    hers.send('{"type": "message.post", "body": "a-very-secret-word"}')
    await hers.receives("error")
    assert "a-very-secret-word" not in "".join(site.logs())
