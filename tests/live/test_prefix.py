"""Tests a served chat below a prefix: pages, WebSockets and uploads, whether or not the proxy strips it."""

import asyncio
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from .client import Client
from .conftest import Site
from .test_files import LARGE, ask

SETTINGS = {"DJANGO_SETTINGS_MODULE": "tests.support.prefixed_settings"}


def addresses_on(page: bytes) -> dict[str, str]:
    found = re.search(rb'<script id="addresses" type="application/json">(.*?)</script>', page)
    assert found
    return dict(json.loads(found[1]))


@pytest.fixture(scope="module")
def prefixed() -> Iterator[Site]:
    site = Site(1, SETTINGS)
    site.servers[0].ready_at = "/community/chat/healthz"
    yield site.start()
    site.end()


@pytest.mark.parametrize("stripped", [True, False], ids=["stripped", "not stripped"])
async def test_below_a_prefix_people_talk_and_bring_large_files(prefixed: Site, stripped: bool) -> None:
    site, [server] = prefixed, prefixed.servers
    alice, bob = site.person("alice"), site.person("bob")
    room = site.room(alice, bob)

    def arriving(address: str) -> str:
        """An address of the page as the proxy in front passes it on."""
        assert address.startswith("/sub/community/chat/")
        return address.removeprefix("/sub") if stripped else address

    async def asked(method: str, address: str, data: Any = None) -> bytes:
        status, _, said = await asyncio.to_thread(ask, server, alice, method, arriving(address), data)
        assert status in (200, 201), said
        return said

    at = addresses_on(await asked("GET", f"/sub/community/chat/rooms/{room}/"))
    origin = f"http://127.0.0.1:{server.port}"
    socket = origin.replace("http", "ws") + arriving(at["socket"])
    one, other = (Client(socket, person.cookie, origin=origin) for person in (alice, bob))
    async with one as a, other as b:
        row = json.loads(await asked("POST", at["upload"].format(room=room) + "?name=large.bin", LARGE))
        nonce = a.write(room, "here it is", attachments=[row["id"]])
        await a.acked(nonce)
        seen = await b.sees(room, nonce)
    assert [file["id"] for file in seen["attachments"]] == [row["id"]]
    assert await asked("GET", at["file"].format(file=row["id"], name="large.bin")) == LARGE
    assert await asked("GET", at["message"].format(room=room, message=seen["id"]))
