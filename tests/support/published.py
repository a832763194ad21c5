"""Runs commit hooks inside a test's transaction, and reads what they publish."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.test import TestCase

from chat import queries
from chat.broadcast import Hint
from chat.models import Room


@contextmanager
def run_commit_hooks() -> Iterator[None]:
    """Hooks of the block run at its end, as if it had committed: a test's transaction never does."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        yield


def decode_events(hints: list[Hint]) -> list[dict[str, Any]]:
    """The events of these hints, in order."""
    return [json.loads(frame) for hint in hints for frame in hint["frames"]]


def assert_hints_match_rows(hints: list[Hint], heads: dict[int, int]) -> None:
    """The hints of each room are each change since `heads`, once, in order, as its row is now."""
    rooms = {f"chat.room.{pk}": Room.objects.get(pk=pk) for pk in Room.objects.values_list("pk", flat=True)}
    published = {
        audience: [hint for hint in hints if hint["audience"] == audience and hint["last"]]
        for audience in rooms
    }
    for audience, room in rooms.items():
        seqs = [seq for hint in published[audience] for seq in range(hint["first"], hint["last"] + 1)]
        assert seqs == list(range(heads.get(room.pk, 0) + 1, room.seq + 1)), audience
        frames = [frame for hint in published[audience] for frame in hint["frames"]]
        assert frames == [_as_stored(room, seq) for seq in seqs]
        removed = [pair for hint in published[audience] for pair in hint["removed"]]
        gone = room.memberships.exclude(removed_at=None).filter(seq__in=seqs)
        assert removed == list(gone.order_by("seq").values_list("user_id", "seq"))


def _as_stored(room: Room, seq: int) -> bytes:
    if room.info_seq == seq:
        return queries.info_event(room)
    if member := room.memberships.filter(seq=seq).first():
        return queries.membership_event(room, member)
    return queries.message_event(room, room.messages.get(seq=seq))
