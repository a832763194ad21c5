"""Uploaded files: identified by their bytes, made harmless, stored on disk.

Knows no people, no rooms and no database.
"""

from .file_names import clean_file_name
from .file_types import FILE, Kind, is_picture, kind_of
from .limits import MIB, FileLimits, bounds
from .picture_worker import Made, RejectedFile, reencode
from .ranges import OutOfRange, stretch
from .storage import (
    Piece,
    clear_incoming,
    entrance,
    folders,
    free_bytes,
    has_space,
    incoming,
    keep,
    kept_before,
    open_file,
    remove,
)
from .uploads import Stored, receive_upload

__all__ = [
    "FILE",
    "MIB",
    "FileLimits",
    "Kind",
    "Made",
    "OutOfRange",
    "Piece",
    "RejectedFile",
    "Stored",
    "bounds",
    "clean_file_name",
    "clear_incoming",
    "entrance",
    "folders",
    "free_bytes",
    "has_space",
    "incoming",
    "is_picture",
    "keep",
    "kept_before",
    "kind_of",
    "open_file",
    "receive_upload",
    "reencode",
    "remove",
    "stretch",
]  # fmt: skip
