"""A client's view of a room, and the rules by which it accepts events.

Pure: no socket, no clock. An event must be the next one; `changes` applies when since ≤ cursor < seq;
anything not newer is dropped; anything else means a gap. It shares no code with the server, so that it cannot
share its mistakes.
"""

from typing import Any, NamedTuple

Event = dict[str, Any]


class Step(NamedTuple):
    """A move of the cursor: from `since` to `seq`, by an event of this type."""

    since: int
    seq: int
    type: str


class RoomView:
    """One room as its client has it. `cursor` is the last change it holds."""

    def __init__(self, key: str, cursor: int) -> None:
        self.key, self.cursor, self.loaded = key, cursor, False
        self.messages: dict[int, Event] = {}
        self.members: dict[Any, Event] = {}
        self.info: Event | None = None
        self.people: dict[str, Event] = {}
        self.steps: list[Step] = []
        self.repeats = self.gaps = 0

    def apply(self, event: Event) -> bool:
        """False if something before this event is missing and must be requested."""
        match event["type"]:
            case "room":
                return self._replace(event)
            case "changes":
                return self._advance(event["since"], event)
            case "message" | "membership" | "info":
                return self._advance(event["seq"] - 1, event)
        return True

    def _replace(self, event: Event) -> bool:
        """A snapshot replaces everything. One that is older than the cursor is ignored."""
        if self.loaded and event["seq"] < self.cursor:
            self.repeats += 1
            return True
        self.messages, self.members, self.loaded = {}, {}, True
        self._move(event["seq"], event)
        return True

    def _advance(self, since: int, event: Event) -> bool:
        if event["seq"] <= self.cursor:
            self.repeats += 1
            return True
        if since > self.cursor:
            self.gaps += 1
            return False
        self._move(event["seq"], event)
        return True

    def _move(self, seq: int, event: Event) -> None:
        self.steps.append(Step(self.cursor, seq, event["type"]))
        self.cursor = seq
        self.people |= event.get("people", {})
        for row in (*event.get("messages", ()), *_one(event, "message")):
            self._keep(self.messages, row["id"], row)
        for row in (*event.get("members", ()), *_one(event, "member")):
            self._keep(self.members, row["person"], row)
        if event.get("info") is not None:
            self.info = event["info"]

    def _keep(self, rows: dict[Any, Event], name: Any, row: Event) -> None:
        if name not in rows or rows[name]["seq"] < row["seq"]:
            rows[name] = row

    # -- looking ----------------------------------------------------------------------------------

    def by_nonce(self, nonce: str) -> Event | None:
        return next((row for row in self.messages.values() if row["nonce"] == nonce), None)

    @property
    def bodies(self) -> list[str | None]:
        """In the room's order; None where a message was deleted."""
        return [row["body"] for _, row in sorted(self.messages.items())]

    @property
    def present(self) -> set[Any]:
        return {person for person, row in self.members.items() if row["removed_at"] is None}


def _one(event: Event, name: str) -> list[Event]:
    return [event[name]] if event["type"] in ("message", "membership") and name in event else []
