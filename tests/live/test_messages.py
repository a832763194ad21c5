"""Tests two people on two processes: messages, their changes, and catch-up after an absence."""

from typing import Any

from .client import new_nonce
from .conftest import Person, Site


async def test_a_message_reaches_the_other_person_once_and_in_order(
    connect: Any, alice: Person, bob: Person, room: str
) -> None:
    hers, his = await connect(alice), await connect(bob, server=1)
    nonces = [hers.write(room, f"number {n}") for n in range(20)]
    for nonce in nonces:
        await his.sees(room, nonce)
    assert his.rooms[room].bodies == [f"number {n}" for n in range(20)]
    assert his.gaps == his.rooms[room].repeats == 0


async def test_the_ack_names_the_row_that_everybody_sees(
    connect: Any, alice: Person, bob: Person, room: str
) -> None:
    hers, his = await connect(alice), await connect(bob, server=1)
    nonce = hers.write(room, "hello")
    ack = await hers.acked(nonce)
    row = await his.sees(room, nonce)
    assert (ack["room"], ack["message"], ack["seq"]) == (room, row["id"], row["seq"])
    assert (row["author"], row["body"], row["kind"], row["html"]) == (alice.id, "hello", "text", None)


async def test_authors_receive_their_own_message_through_the_room(
    connect: Any, alice: Person, room: str
) -> None:
    hers = await connect(alice)
    nonce = hers.write(room, "mine")
    await hers.acked(nonce)
    await hers.sees(room, nonce)
    own = [e for e in hers.events(0, "message") if e["message"]["nonce"] == nonce]
    assert len(own) == 1


async def test_edit_delete_react_and_reply_are_seen_by_the_other_side(
    connect: Any, alice: Person, bob: Person, room: str
) -> None:
    hers, his = await connect(alice), await connect(bob, server=1)
    view = his.rooms[room]
    first = (await hers.acked(hers.write(room, "frist")))["message"]
    await hers.ask("message.edit", message=first, body="first")
    await his.until(lambda: first in view.messages and view.messages[first]["body"] == "first", "the edit")
    await his.ask("reaction.add", message=first, emoji="👍")
    await hers.until(lambda: hers.rooms[room].messages[first]["reactions"] == {"👍": [bob.id]}, "thumbs up")
    answer = await his.acked(his.write(room, "indeed", reply_to=first))
    await hers.until(lambda: answer["message"] in hers.rooms[room].messages, "the answer")
    assert hers.rooms[room].messages[answer["message"]]["reply_to"] == first
    await his.ask("reaction.remove", message=first, emoji="👍")
    await hers.until(lambda: hers.rooms[room].messages[first]["reactions"] == {}, "no reaction")
    await hers.ask("message.delete", message=first)
    await his.until(lambda: view.messages[first]["deleted_at"], "the deletion")
    assert view.messages[first]["body"] is view.messages[first]["html"] is None
    assert his.gaps == hers.gaps == 0


async def test_a_nonce_sent_again_after_a_reconnect_is_one_row(
    site: Site, connect: Any, alice: Person, bob: Person, room: str
) -> None:
    hers, his = await connect(alice), await connect(bob)
    nonce = new_nonce()
    first = await hers.acked(hers.write(room, "once", nonce=nonce))
    hers.cut()
    await hers.closed()
    again = await connect(alice, server=1)
    second = await again.acked(again.write(room, "once", nonce=nonce))
    assert second == first
    await his.sees(room, nonce)
    assert [row[3] for row in site.call("messages", room)] == [nonce]


async def test_a_nonce_with_another_text_is_refused(connect: Any, alice: Person, room: str) -> None:
    hers = await connect(alice)
    nonce = hers.write(room, "one thing")
    await hers.acked(nonce)
    hers.write(room, "another", nonce=nonce)
    refusal = await hers.receives("error", nonce=nonce)
    assert refusal.event["code"] == "nonce_conflict"


async def test_reconnecting_shows_what_was_posted_edited_and_deleted_meanwhile(
    connect: Any, alice: Person, bob: Person, room: str
) -> None:
    hers, his = await connect(alice), await connect(bob, server=1)
    ids = [(await hers.acked(hers.write(room, text)))["message"] for text in ("stays", "edited", "deleted")]
    await his.until(lambda: ids[-1] in his.rooms[room].messages, "all three")
    await his.leave()
    await hers.ask("message.edit", message=ids[1], body="better")
    await hers.ask("message.delete", message=ids[2])
    last = hers.write(room, "and more")
    await hers.acked(last)
    await his.connect()
    await his.sees(room, last)
    assert his.rooms[room].bodies == ["stays", "better", None, "and more"]
    fresh = await connect(bob)
    assert (await fresh.open(room)).messages == his.rooms[room].messages


async def test_messages_written_offline_are_sent_automatically_in_order(
    connect: Any, alice: Person, bob: Person, room: str
) -> None:
    hers, his = await connect(alice), await connect(bob, server=1)
    await hers.leave()
    nonces = [hers.write(room, f"offline {n}") for n in range(5)]
    await hers.connect()
    await his.sees(room, nonces[-1])
    assert his.rooms[room].bodies == [f"offline {n}" for n in range(5)]


async def test_a_pin_is_seen_by_all_and_revisions_only_by_the_moderator_who_asks(
    site: Site, connect: Any, alice: Person, bob: Person, room: str
) -> None:
    """Alice owns the room, Bob is a member, Carol outside."""
    hers, his, hers_too = await connect(alice), await connect(bob, server=1), await connect(alice)
    outside = await connect(site.person("carol"))
    message = (await his.acked(his.write(room, "frist")))["message"]
    await his.ask("message.edit", message=message, body="first")
    since = len(hers_too.received)
    answer = await hers.ask("message.revisions", message=message)
    assert [row["body"] for row in answer["revisions"]] == ["frist"]
    for client, code in ((his, "not_allowed"), (outside, "no_such_message")):
        for command in ("message.revisions", "message.pin", "message.unpin"):
            assert (await client.ask(command, message=message))["code"] == code
    await hers.ask("message.pin", message=message)
    await his.until(lambda: his.rooms[room].messages[message]["pinned_at"], "the pin")
    fresh = await connect(bob)
    await fresh.open(room)
    assert [row["id"] for row in fresh.events(0, "room")[-1]["pinned"]] == [message]
    await hers.ask("message.delete", message=message)
    await his.until(lambda: his.rooms[room].messages[message]["deleted_at"], "the deletion")
    assert his.rooms[room].messages[message]["pinned_at"] is None
    assert not [event for event in hers_too.events(since) if event["type"] == "revisions"]
