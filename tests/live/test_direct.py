"""Tests that a new direct room appears in its people's lists, and in no others, while all are connected."""

from typing import Any

from .conftest import Person, Site


async def test_a_direct_room_appears_with_its_first_message_and_again_after_one_left_it(
    site: Site, connect: Any, alice: Person, bob: Person, charlie: Person, room: str
) -> None:
    hers, his, outside = await connect(alice), await connect(bob, server=1), await connect(charlie)
    pair = site.call("actions.open_direct_room", alice.id, [bob.id])["key"]
    await hers.until(lambda: pair in hers.rooms, "in alice's list", 6)
    assert pair not in his.rooms
    first = hers.write(pair, "between us")
    joined = (await his.receives("joined")).event
    assert joined["room"]["info"]["people"] == sorted([alice.id, bob.id], key=str)
    assert set(joined["people"]) == {str(alice.id), str(bob.id)}
    assert joined["room"]["unread"] == 1
    await his.open(pair)
    await his.sees(pair, first)

    await his.ask("room.leave", room=pair)
    await his.until(lambda: pair not in his.rooms, "out of bob's list")
    second = hers.write(pair, "are you there?")
    await his.until(lambda: pair in his.rooms, "back in bob's list")
    await his.open(pair)
    await his.sees(pair, second)
    await hers.sees(pair, his.write(pair, "I am"))

    assert (await outside.ask("room.open", room=pair))["code"] == "no_such_room"
    assert (await outside.ask("room.join", room=pair))["code"] == "no_such_room"
    assert pair not in outside.rooms
