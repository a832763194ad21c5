"""Tests that the chat works over plain ASGI, where its fast path is switched off or cannot be used."""

from typing import Any

from .conftest import Person, Site
from .test_files import MIB, ask, bring

CONTENT = b"x" * MIB


def warning(site: Site) -> str:
    [line] = [line for line in site.logs()[0].splitlines() if "the fast path is off" in line]
    return line


async def talk(site: Site, alice: Person, bob: Person, room: str) -> None:
    """Join, post, follow, be away, catch up and read history."""
    async with site.client(alice) as hers, site.client(bob) as his:
        await his.ask("room.join", room=room)
        await his.until(lambda: room in his.rooms, "joined")
        sent = [hers.write(room, f"number {number}") for number in range(20)]
        await his.sees(room, sent[-1])
        his.cut()
        await his.closed()
        away = hers.write(room, "while away")
        await hers.sees(room, away)
        await his.connect()
        await his.sees(room, away)
        page = await his.ask("room.history", room=room, before=2**50, limit=100)
        assert [row["body"] for row in page["messages"]][-2:] == ["number 19", "while away"]
        assert his.gaps == his.rooms[room].repeats == 0


async def test_with_the_switch_off_people_join_talk_catch_up_and_send_files(own_site: Any) -> None:
    site = own_site(1, {"CHAT_FAST_PATH": "off"}).start()
    assert "(CHAT_FAST_PATH is off)" in warning(site)
    assert "limits on request bodies" in warning(site)
    alice, bob = site.person("alice"), site.person("bob")
    room = site.room(alice)
    await talk(site, alice, bob, room)
    row = bring(site.servers[0], alice, room, CONTENT)
    assert ask(site.servers[0], alice, "GET", f"/files/{row['id']}/x")[2] == CONTENT


async def test_with_a_version_in_which_one_name_differs_people_talk_as_well(own_site: Any) -> None:
    site = own_site(1)
    [server] = site.servers
    server.command[server.command.index("chatsite.asgi:application")] = (
        "tests.support.other_autobahn:application"
    )
    site.start()
    assert "(autobahn.websocket.protocol.WebSocketServerProtocol.inside_message is missing)" in warning(site)
    alice, bob = site.person("alice"), site.person("bob")
    await talk(site, alice, bob, site.room(alice))
