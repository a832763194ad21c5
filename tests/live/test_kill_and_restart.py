"""Tests that no acknowledged message is lost when a server is killed, stopped or refused a start."""

import asyncio
import contextlib
import http.client
import signal
import time
from typing import Any

import pytest

from tests import services

from .client import Client, new_nonce
from .conftest import ON_POSTGRES, Site

UNLIMITED = {"CHAT_RATE_LIMITS": "off"}


async def off_the_loop(work: Any, *args: Any) -> Any:
    """Servers start and end while clients go on."""
    return await asyncio.get_running_loop().run_in_executor(None, work, *args)


def stored(site: Site, room: str) -> list[str]:
    return [row[3] for row in site.call("messages", room)]


async def test_after_kill_9_and_a_restart_both_go_on_and_nothing_is_lost_or_doubled(own_site: Any) -> None:
    site = own_site(1, UNLIMITED).start()
    alice, bob = site.person("alice"), site.person("bob")
    room = site.room(alice, bob)
    async with site.client(alice, stay=True) as hers, site.client(bob, stay=True) as his:
        nonces = []
        for round in range(2):
            nonces += [hers.write(room, f"{round}.{n}") for n in range(60)]
            await hers.acked(nonces[-40])
            await off_the_loop(site.servers[0].kill9)
            nonces += [hers.write(room, f"{round}.{n} offline") for n in range(5)]
            await off_the_loop(site.servers[0].start)
        for nonce in nonces:
            await hers.acked(nonce, 20)
        assert stored(site, room) == nonces
        for client in (hers, his):
            await client.sees(room, nonces[-1], 10)
            assert [row["nonce"] for _, row in sorted(client.rooms[room].messages.items())] == nonces
        assert all(first == again for first, again in hers.repeated_acks)
        assert len(his.closes) == len(hers.closes) == 2


async def posts(client: Client, room: str, count: int) -> list[str]:
    """Sends all at once, unlike a page, so that many are under way at the shutdown."""
    nonces = [new_nonce() for _ in range(count)]
    for nonce in nonces:
        client.send({"type": "message.post", "room": room, "nonce": nonce, "body": "under way"})
    return nonces


async def test_sigterm_under_load_answers_what_was_accepted_and_ends_in_order(
    own_site: Any, record_property: Any
) -> None:
    site = own_site(1, UNLIMITED).start()
    people = [site.person(name) for name in ("alice", "bob", "charlie", "dora")]
    room = site.room(*people)
    clients = [site.client(person) for person in people]
    for client in clients:
        await client.connect()
    sent = [await posts(client, room, 200) for client in clients[:3]]
    await clients[0].acked(sent[0][10])
    server, start = site.servers[0], time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    ends = [await client.closed(20) for client in clients]
    code = await off_the_loop(server.process.wait, 25)
    record_property("seconds", time.monotonic() - start)
    assert time.monotonic() - start < 25
    assert (code, {end.code for end in ends}) == (0, {4012})
    for client in clients:
        assert client.events()[-1]["type"] == "bye"
        assert client.events()[-1]["retry_after"] > 0
    assert "Traceback" not in server.log.read_text()
    there = set(stored(site, room))
    for client in clients:
        assert set(client.acks) <= there
        refused = {event["nonce"] for event in client.events(0, "error")}
        assert refused.isdisjoint(there)
    await off_the_loop(server.start)
    for client, nonces in zip(clients, sent, strict=False):
        await client.connect()
        for nonce in nonces:
            if nonce not in client.acks:
                await client.acked(client.write(room, "under way", nonce=nonce))
        await client.leave()
    assert sorted(stored(site, room)) == sorted(nonce for nonces in sent for nonce in nonces)


def test_during_shutdown_a_process_is_not_ready_and_takes_nobody_new(own_site: Any) -> None:
    server = own_site(1).start().servers[0]
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)) as kept:
        assert (status(kept, "/readyz"), status(kept, "/healthz")) == (200, 200)
        server.process.send_signal(signal.SIGTERM)
        services.wait_until(lambda: status(kept, "/readyz") == 503, "not ready", 5)
        with pytest.raises(ConnectionError):
            status(http.client.HTTPConnection("127.0.0.1", server.port, timeout=10), "/readyz")
        assert status(kept, "/healthz") == 200
    assert server.process.wait(20) == 0


def status(asked: http.client.HTTPConnection, path: str) -> int:
    asked.request("GET", path)
    answer = asked.getresponse()
    answer.read()
    return answer.status


async def test_a_second_sigterm_ends_it_at_once(own_site: Any) -> None:
    site = own_site(1).start()
    alice = site.person("alice")
    room = site.room(alice)
    async with site.client(alice) as hers:
        await hers.acked(hers.write(room, "kept"))
        process = site.servers[0].process
        process.send_signal(signal.SIGTERM)
        await asyncio.sleep(0.1)
        start = time.monotonic()
        process.send_signal(signal.SIGTERM)
        await off_the_loop(process.wait, 5)
        assert time.monotonic() - start < 2
    assert len(stored(site, room)) == 1


@pytest.mark.skipif(ON_POSTGRES, reason="many may serve one PostgreSQL")
def test_a_second_server_on_one_file_refuses_with_one_line(site: Site) -> None:
    second = services.daphne(site.env)
    with pytest.raises(AssertionError, match="ended at once"):
        second.start()
    assert second.process.wait(10) == 1
    said = [line for line in second.log.read_text().splitlines() if "daphne.server" not in line]
    assert len([line for line in said if "Another server already serves" in line]) == 1
    assert "Traceback" not in second.log.read_text()


@pytest.mark.skipif(not ON_POSTGRES, reason="one process has no sibling")
async def test_kill_9_of_one_process_shows_its_people_offline_within_two_seconds(
    own_site: Any, record_property: Any
) -> None:
    site = own_site(2).start()
    alice, bob, charlie = (site.person(name) for name in ("alice", "bob", "charlie"))
    room = site.room(alice, bob, charlie)
    async with site.client(alice) as hers, site.client(bob, server=1) as his:
        here = site.client(charlie, server=1)
        await here.connect()
        also = site.client(charlie)  # and on the process that lives
        await also.connect()
        await hers.until(lambda: heard_of(hers, "online") >= {bob.id, charlie.id}, "both online", 8)
        await asyncio.sleep(6)  # a process that has just started does not look for dead ones yet
        await off_the_loop(site.servers[1].kill9)
        took = await hers.until(lambda: bob.id in heard_of(hers, "offline"), "bob offline", 5)
        record_property("seconds", took)
        assert took <= 2.0 + 0.5
        assert charlie.id not in heard_of(hers, "offline")
        nonce = hers.write(room, "still here")
        await also.sees(room, nonce)
        await also.leave()
        await his.closed()


def heard_of(client: Client, state: str) -> set[Any]:
    return {person for event in client.events(0, "presence") for person in event[state]}


@pytest.mark.skipif(not ON_POSTGRES, reason="one process has no sibling")
async def test_rolling_restart_of_two_processes_loses_nothing(own_site: Any) -> None:
    site = own_site(2, UNLIMITED).start()
    alice, bob = site.person("alice"), site.person("bob")
    room = site.room(alice, bob)
    async with site.client(alice, stay=True) as hers, site.client(bob, server=1, stay=True) as his:
        nonces: list[str] = []
        for server in site.servers:
            nonces += [hers.write(room, "rolling") for _ in range(40)]
            await hers.acked(nonces[-20])
            await off_the_loop(server.restart)
        for nonce in nonces:
            await hers.acked(nonce, 15)
        await his.sees(room, nonces[-1], 10)
        assert stored(site, room) == nonces
        assert 1006 not in {end.code for end in (*hers.closes, *his.closes)}
