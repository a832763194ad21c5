"""Reads: what a room shows to everybody in it, what is one person's own, which rooms can be found.

Never inside `atomic()`: on SQLite that takes the write lock.
"""

from .blocks import blocked_by, blocked_by_each, has_met
from .directory import directory, opened
from .files import attachment, kept
from .guests import guests_long_gone, long_gone
from .memberships import RoomPageData, acquaintances, between, my_rooms, read_event, room_page_data, rooms_of
from .oversight import last_reading, password_set_at
from .revisions import revisions
from .room import (
    RoomRead,
    changes,
    heads,
    history,
    info_event,
    member_row,
    membership_event,
    message_event,
    message_row,
    people,
    snapshot,
)

__all__ = [
    "RoomPageData",
    "RoomRead",
    "acquaintances",
    "attachment",
    "between",
    "blocked_by",
    "blocked_by_each",
    "changes",
    "directory",
    "guests_long_gone",
    "has_met",
    "heads",
    "history",
    "info_event",
    "kept",
    "last_reading",
    "long_gone",
    "member_row",
    "membership_event",
    "message_event",
    "message_row",
    "my_rooms",
    "opened",
    "password_set_at",
    "people",
    "read_event",
    "revisions",
    "room_page_data",
    "rooms_of",
    "snapshot",
]  # fmt: skip
