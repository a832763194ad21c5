"""Tests which connections bypass Twisted for writing and autobahn for reading."""

import ssl
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from tests import services
from tests.support.certificates import Files, certificate, endpoint

from .client import Client
from .conftest import Site


class Witness(NamedTuple):
    """A server that logs which way bytes take. It has a port with TLS as well."""

    site: Site
    tls_port: int
    files: Files

    async def says(self, url: str, **how: Any) -> str:
        """What is logged while somebody talks on a connection."""
        alice = self.site.person("alice")
        room, before = self.site.room(alice), len(self.site.logs()[0])
        async with Client(url, alice.cookie, **how) as hers:
            await talk(hers, room)
        return self.site.logs()[0][before:]


@pytest.fixture(scope="module")
def witness(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Witness]:
    witness = Witness(Site(1), services.free_port(), certificate(tmp_path_factory.mktemp("tls")))
    [server] = witness.site.servers
    server.command[3:3] = endpoint(witness.tls_port, witness.files)
    server.command[server.command.index("chatsite.asgi:application")] = "tests.live.logging_asgi:application"
    witness.site.start()
    yield witness
    witness.site.end()


async def talk(hers: Client, room: str) -> None:
    """Enough data that frames would break if two paths were used at once."""
    nonces = [hers.write(room, "x" * 3900) for _ in range(10)]
    for nonce in nonces:
        await hers.sees(room, nonce, 15)
    page = await hers.ask("room.history", room=room, before=2**50, limit=100)
    assert len(page["messages"]) == 10


async def test_on_plain_daphne_bytes_go_straight_to_the_socket(witness: Witness) -> None:
    assert "way out: straight" in await witness.says(witness.site.servers[0].ws_url)


async def test_incoming_messages_are_read_without_autobahn(witness: Witness) -> None:
    assert (await witness.says(witness.site.servers[0].ws_url)).count("read whole") >= 11


async def test_under_tls_nothing_bypasses_the_encryption(witness: Witness) -> None:
    trusting = ssl.create_default_context(cafile=witness.files.certificate)
    at = f"localhost:{witness.tls_port}"
    said = await witness.says(f"wss://{at}/ws/", origin=f"https://{at}", ssl=trusting)
    assert "way out" in said
    assert "straight" not in said
