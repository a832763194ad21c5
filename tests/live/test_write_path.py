"""Tests which connections bypass Twisted for writing and autobahn for reading."""

import ssl
from pathlib import Path
from typing import Any

from tests import services
from tests.support.certificates import certificate, endpoint

from .client import Client
from .conftest import Site


def witnessed(site: Site, *more: str) -> Any:
    server = site.servers[0]
    server.command = [*server.command[:3], *more, *server.command[3:]]
    server.command[server.command.index("chatsite.asgi:application")] = "tests.live.logging_asgi:application"
    return server


async def talk(hers: Client, room: str) -> None:
    """Enough data that frames would break if two paths were used at once."""
    nonces = [hers.write(room, "x" * 3900) for _ in range(10)]
    for nonce in nonces:
        await hers.sees(room, nonce, 15)
    page = await hers.ask("room.history", room=room, before=2**50, limit=100)
    assert len(page["messages"]) == 10


async def test_on_plain_daphne_bytes_go_straight_to_the_socket(own_site: Any) -> None:
    site = own_site(1)
    server = witnessed(site).start()
    alice = site.person("alice")
    room = site.room(alice)
    async with site.client(alice) as hers:
        await talk(hers, room)
    assert "way out: straight" in server.log.read_text()


async def test_incoming_messages_are_read_without_autobahn(own_site: Any) -> None:
    site = own_site(1)
    server = witnessed(site).start()
    alice = site.person("alice")
    room = site.room(alice)
    async with site.client(alice) as hers:
        await talk(hers, room)
    assert server.log.read_text().count("read whole") >= 11


async def test_under_tls_nothing_bypasses_the_encryption(own_site: Any, tmp_path: Path) -> None:
    site = own_site(1)
    port = services.free_port()
    files = certificate(tmp_path)
    server = witnessed(site, *endpoint(port, files)).start()
    alice = site.person("alice")
    room = site.room(alice)
    trusting = ssl.create_default_context(cafile=files.certificate)
    url = f"wss://localhost:{port}/ws/"
    async with Client(url, alice.cookie, origin=f"https://localhost:{port}", ssl=trusting) as hers:
        await talk(hers, room)
    assert "way out: straight" not in server.log.read_text()
