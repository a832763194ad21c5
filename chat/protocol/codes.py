"""The codes and reasons of refused commands, and the codes of closed connections."""

import enum


class Code(enum.StrEnum):
    """Why a command was refused. An error's `retry_after` says when to try again."""

    BAD_FRAME = "bad_frame"
    TOO_LARGE = "too_large"
    RATE_LIMITED = "rate_limited"
    OVERLOADED = "overloaded"
    STORAGE_UNAVAILABLE = "storage_unavailable"
    NO_SUCH_ROOM = "no_such_room"
    NO_SUCH_MESSAGE = "no_such_message"
    NO_SUCH_FILE = "no_such_file"
    NOT_ALLOWED = "not_allowed"
    MUTED = "muted"
    BANNED = "banned"
    ARCHIVED = "archived"
    READ_ONLY = "read_only"
    NONCE_CONFLICT = "nonce_conflict"
    BAD_BODY = "bad_body"
    BAD_FILE = "bad_file"
    BAD_EMOJI = "bad_emoji"
    TOO_MANY = "too_many"
    NO_SPACE = "no_space"
    FAILED = "failed"


class Reason(enum.StrEnum):
    """Why exactly, where the code alone does not say enough."""

    LAST_OWNER = "last_owner"
    LAST_SUPERUSER = "last_superuser"
    PRIVATE_ROOM = "private_room"
    NOT_ANNOUNCED = "not_announced"
    TOO_LATE = "too_late"
    NOT_FOR_GUESTS = "not_for_guests"
    TOO_MANY_GUESTS = "too_many_guests"
    ADDRESS_BANNED = "address_banned"
    USERNAME_TAKEN = "username_taken"
    NAME_TAKEN = "name_taken"
    STORAGE_FULL = "storage_full"
    DISK_FULL = "disk_full"


class Close(enum.IntEnum):
    """Why a connection was closed. daphne can only send 1000 and 3000 to 4999."""

    PROTOCOL = 4001
    TOO_SLOW = 4008
    REPLACED = 4009
    RESTARTING = 4012
    OVERLOADED = 4013
    FLOODING = 4029
    LOGIN_ENDED = 4401
    BANNED = 4403
    NO_SUCH_ADDRESS = 4404
