"""Tests that several rooms, tabs and people do not interfere with each other."""

import json
from typing import Any

import pytest

from tests.support.docs import protocol_examples

from .client import new_nonce
from .conftest import Person, Site


async def test_history_pages_are_complete_ordered_and_end(connect: Any, alice: Person, room: str) -> None:
    hers = await connect(alice)
    said = [(await hers.acked(hers.write(room, f"number {n}")))["message"] for n in range(12)]
    older = await hers.ask("room.history", room=room, before=said[8], limit=5)
    assert [row["id"] for row in older["messages"]] == said[3:8]
    assert older["more"]
    first = await hers.ask("room.history", room=room, before=said[3], limit=5)
    assert [row["id"] for row in first["messages"]] == said[:3]
    assert not first["more"]
    newer = await hers.ask("room.history", room=room, after=said[8], limit=100)
    assert [row["id"] for row in newer["messages"]] == said[9:]
    around = await hers.ask("room.history", room=room, around=said[6], limit=4)
    assert [row["id"] for row in around["messages"]] == said[4:8]


async def test_reading_in_one_tab_marks_the_other_tab_read(
    connect: Any, alice: Person, bob: Person, room: str
) -> None:
    hers, his = await connect(alice), await connect(bob)
    said = [(await hers.acked(hers.write(room, f"news {n}")))["message"] for n in range(3)]
    tab = await connect(bob, server=1)
    [mine] = [mine for mine in tab.welcome["rooms"] if mine["id"] == room]
    assert mine["unread"] == 3
    await his.ask("read.mark", room=room, message=said[1])
    assert (await tab.receives("read", room=room)).event["unread"] == 1
    await tab.ask("read.mark", room=room, message=said[2])
    await his.receives("read", room=room, message=said[2], unread=0)
    await his.ask("read.mark", room=room, message=said[0])  # backwards is nothing
    assert his.events(0, "read")[-1]["message"] == said[2]


async def test_a_notification_level_and_a_favourite_apply_to_all_tabs_of_the_person_only(
    connect: Any, alice: Person, bob: Person, room: str
) -> None:
    hers, one, other = await connect(alice), await connect(bob), await connect(bob, server=1)
    await one.ask("room.level", room=room, level="mentions")
    for tab in (one, other):
        await tab.receives("level", room=room, level="mentions")
    await one.ask("room.favourite", room=room, favourite=True)
    for tab in (one, other):
        await tab.receives("favourite", room=room, favourite=True)
    later = await connect(bob, server=1)
    [mine] = [mine for mine in later.welcome["rooms"] if mine["id"] == room]
    assert (mine["level"], mine["favourite"]) == ("mentions", True)
    await hers.sees(room, one.write(room, "all the same"))
    assert hers.events(0, "level", "favourite") == []


async def test_joining_and_leaving_show_in_the_persons_other_tabs_and_to_the_room(
    connect: Any, alice: Person, charlie: Person, room: str
) -> None:
    hers, one, other = await connect(alice), await connect(charlie), await connect(charlie, server=1)
    await one.ask("room.join", room=room)
    for tab in one, other:  # both, or what alice writes may be in the room before a tab is
        await tab.until(lambda tab=tab: room in tab.rooms, "joined in both tabs")
    assert other.events(0, "joined")[0]["room"]["id"] == room
    await hers.until(lambda: charlie.id in hers.rooms[room].present, "alice sees charlie")
    nonce = hers.write(room, "welcome")
    await one.sees(room, nonce)
    await other.sees(room, nonce)
    await other.ask("room.leave", room=room)
    await one.until(lambda: room not in one.rooms, "left in the first tab")
    await hers.until(lambda: charlie.id not in hers.rooms[room].present, "alice sees charlie go")


async def test_a_room_created_elsewhere_appears_and_receives_events(
    site: Site, connect: Any, alice: Person, bob: Person
) -> None:
    hers, his = await connect(alice), await connect(bob, server=1)
    room = site.room(alice, bob)
    await hers.until(lambda: room in hers.rooms, "alice's new room", 6)
    await his.until(lambda: room in his.rooms, "bob's new room", 6)
    await his.sees(room, hers.write(room, "first"))


async def test_a_change_of_the_room_itself_is_seen(
    site: Site, connect: Any, alice: Person, bob: Person, room: str
) -> None:
    his = await connect(bob)
    site.call("actions.change_room", alice.id, room, name="Another name")
    await his.until(lambda: (his.rooms[room].info or {}).get("name") == "Another name", "the name")
    assert his.gaps == 0


async def test_everybody_is_sent_new_public_rooms_and_no_others(
    site: Site, connect: Any, alice: Person, charlie: Person
) -> None:
    his, elsewhere = await connect(charlie), await connect(charlie, server=1)
    made = {
        kind: site.call("actions.make_room", alice.id, f"{kind} {alice.name}", kind)["key"]
        for kind in ("private", "public")
    }
    for tab in (his, elsewhere):
        await tab.until(lambda tab=tab: made["public"] in received(tab), "the public room", 8)
    site.call("actions.change_room", alice.id, made["public"], kind="private")
    for tab in (his, elsewhere):
        await tab.until(lambda tab=tab: made["public"] not in received(tab), "it closed", 8)
        assert not any(made["private"] in json.dumps(event) for event in tab.events(0, "directory"))
    later = await connect(charlie, server=1)
    await later.until(lambda: later.events(0, "directory"), "the list behind the welcome")
    assert made["public"] not in received(later)


def received(tab: Any) -> set[str]:
    """The rooms in the latest list."""
    told = tab.events(0, "directory")
    return {room["id"] for room in told[-1]["rooms"]} if told else set()


# Every command about one room. A search may leave it out.
EXAMPLES = [json.loads(text) for text in protocol_examples("Commands").values()]
COMMANDS = [
    {key: value for key, value in example.items() if key != "ref"}
    for example in EXAMPLES
    if "room" in example and example["type"] != "search"
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command["type"])
async def test_a_private_room_answers_an_outsider_exactly_like_a_missing_one(
    site: Site, connect: Any, alice: Person, bob: Person, charlie: Person, command: dict[str, Any]
) -> None:
    private = site.room(alice, bob, kind="private")
    his = await connect(charlie)
    said = await his.ask(**command | {"room": private})
    other = await his.ask(**command | {"room": "Xq3" + private[3:]})
    assert said["type"] == "error"
    assert said["code"] == "no_such_room"
    del said["ref"], other["ref"]
    assert said == other
    assert his.is_open


async def test_messages_of_other_people_s_rooms_do_not_exist(
    connect: Any, alice: Person, charlie: Person, room: str
) -> None:
    hers, his = await connect(alice), await connect(charlie)
    message = (await hers.acked(hers.write(room, "between us")))["message"]
    for command in (
        {"type": "message.edit", "body": "mine now"},
        {"type": "message.delete"},
        {"type": "reaction.add", "emoji": "👍"},
        {"type": "reaction.remove", "emoji": "👍"},
    ):
        real = await his.ask(**command, message=message)
        none = await his.ask(**command, message=2**52)
        assert real["code"] == "no_such_message"
        assert {**real, "ref": None} == {**none, "ref": None}


async def test_typing_reaches_the_room_and_nobody_else(
    site: Site, connect: Any, alice: Person, bob: Person, charlie: Person, room: str
) -> None:
    elsewhere = site.room(charlie, bob)
    hers, his, outside = await connect(alice), await connect(bob, server=1), await connect(charlie)
    await outside.until(lambda: outside.welcome, "charlie is here")
    hers.send({"type": "typing", "room": room})
    await his.receives("typing", room=room, person=alice.id)
    # Whatever would have come to charlie came before this.
    await outside.sees(elsewhere, his.write(elsewhere, "hello", nonce=new_nonce()))
    assert outside.events(0, "typing") == []
