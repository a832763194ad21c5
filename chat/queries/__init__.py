"""Reads. Never call these inside `atomic()`: on SQLite that takes the write lock."""

from .blocks import blocked_by, blocked_by_each, has_met
from .directory import directory, newest_public_rooms
from .files import attachment, existing_attachments
from .guests import inactive_guest_ids, inactive_guests
from .memberships import (
    RoomPageData,
    acquaintances,
    my_rooms,
    my_rooms_of_each,
    people_in_list,
    read_event,
    room_page_data,
)
from .people import name_of, people
from .revisions import revisions
from .room import (
    RoomRead,
    changes,
    heads,
    history,
    info_event,
    membership_event,
    message_event,
    message_row,
    snapshot,
)
from .staff_actions import last_reading, password_set_at

__all__ = [
    "RoomPageData", "RoomRead", "acquaintances", "attachment", "blocked_by", "blocked_by_each", "changes",
    "directory", "existing_attachments", "has_met", "heads", "history", "inactive_guest_ids",
    "inactive_guests", "info_event", "last_reading", "membership_event", "message_event", "message_row",
    "my_rooms", "my_rooms_of_each", "name_of", "newest_public_rooms", "password_set_at", "people",
    "people_in_list", "read_event", "revisions", "room_page_data", "snapshot",
]  # fmt: skip
