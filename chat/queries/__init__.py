"""What people see, reads only: room.py is what a room shows to everybody in it, own.py what is theirs alone,
directory.py which rooms they can find.

Never inside `atomic()`: on SQLite that takes the write lock. Imports models, protocol and limits.
"""

from .blocks import blocked_by, blocked_by_each, has_met
from .directory import directory, opened
from .files import attachment, kept
from .guests import guests_long_gone, long_gone
from .oversight import last_reading
from .own import Seat, acquaintances, between, my_rooms, read_event, rooms_of, seat
from .revisions import revisions
from .room import (
    Look,
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
)  # fmt: skip
from .search import search

__all__ = [
    "Look", "Seat", "acquaintances", "attachment", "between", "blocked_by", "blocked_by_each", "changes",
    "directory", "guests_long_gone", "has_met", "heads", "history", "info_event", "kept", "last_reading",
    "long_gone", "member_row", "membership_event", "message_event", "message_row", "my_rooms", "opened",
    "people", "read_event", "revisions", "rooms_of", "search", "seat", "snapshot",
]  # fmt: skip
