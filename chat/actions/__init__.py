"""Everything people can do, each as one function that checks, writes and publishes in one transaction.

An action that is not allowed raises `Refused` and changes nothing. Call them through `writer.perform`.
"""

from .attachments import (
    add_upload,
    delete_old_attachments,
    discard_upload,
    refuse_upload,
    refuse_without_space,
)
from .blocks import block_person, unblock_person
from .direct import open_direct_room
from .guests import delete_guest, retire_guest
from .messages import add_reaction, delete_message, edit_message, remove_reaction, restore_message
from .moderation import ban_person, mute, remove_member, set_role, unban_person
from .opening import announce_opening, cancel_opening
from .people import activity_changed, change_profile, login_changed, make_guest
from .pins import pin_message, unpin_message
from .posting import Draft, Posted, post_messages
from .reading import mark_read, set_favourite, set_level, unmark_read
from .refused import Refused
from .retention import delete_expired_login_sessions, delete_old_sessions, erase_deleted_messages
from .rooms import (
    change_room,
    create_workspace,
    join_by_link,
    join_room,
    leave_room,
    make_join_link,
    make_room,
    revoke_join_link,
)
from .staff_reading import open_to_staff

__all__ = [
    "Draft", "Posted", "Refused", "activity_changed", "add_reaction", "add_upload", "announce_opening",
    "ban_person", "block_person", "cancel_opening", "change_profile", "change_room", "create_workspace",
    "delete_expired_login_sessions", "delete_guest", "delete_message", "delete_old_attachments",
    "delete_old_sessions", "discard_upload", "edit_message", "erase_deleted_messages", "join_by_link",
    "join_room", "leave_room", "login_changed", "make_guest", "make_join_link", "make_room", "mark_read",
    "mute", "open_direct_room", "open_to_staff", "pin_message", "post_messages", "refuse_upload",
    "refuse_without_space", "remove_member", "remove_reaction", "restore_message", "retire_guest",
    "revoke_join_link", "set_favourite", "set_level", "set_role", "unban_person", "unblock_person",
    "unmark_read", "unpin_message",
]  # fmt: skip
