"""Corrects presence that did not arrive: it is sent once and has no seq, so nothing else finds the loss.

Everybody gets only what differs from what was sent. A whole list goes to connections that have none or may
have missed something.
"""

import json
from typing import Any

from chat import protocol
from chat.realtime.hub.hub import RoomFeed
from chat.realtime.transport import Connection

# By person as in JSON; those who are missing are offline.
States = dict[Any, str]
STATES = ("online", "away", "offline")


def repair(feed: RoomFeed, fresh: bytes) -> None:
    """`fresh` is the room's whole presence, read after everything that was sent."""
    sent, lost = feed.ephemeral, b""
    if sent.presence and (sent.presence != fresh or sent.recent):
        lost = difference(feed.key, believed([sent.presence, *sent.recent]), believed([fresh]))
    for connection in [one for one in feed.live if not one.lagging]:
        if not sent.presence or connection in sent.unsure:
            send_whole(feed, connection, fresh)
        elif lost:
            feed.hub.flusher.answer(connection, lost)
    sent.checked(fresh)


def send_whole(feed: RoomFeed, connection: Connection, fresh: bytes) -> None:
    feed.ephemeral.unsure.pop(connection, None)
    feed.hub.flusher.answer(connection, fresh)


def believed(frames: list[bytes]) -> States:
    """Returns the states that a client shows after these events."""
    states: States = {}
    for event in map(json.loads, frames):
        if event["type"] == "presence":
            states |= {person: state for state in STATES for person in event[state]}
    return {person: state for person, state in states.items() if state != "offline"}


def difference(key: str, before: States, now: States) -> bytes:
    """Returns the event that leads from one to the other; empty if they are the same."""
    by_state: dict[str, list[Any]] = {state: [] for state in STATES}
    for person in before | now:
        if before.get(person) != (state := now.get(person)):
            by_state[state or "offline"].append(person)
    event = protocol.Presence(room=key, whole=False, **by_state)
    return protocol.encode(event) if any(by_state.values()) else b""
