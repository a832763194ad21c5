"""Uploaded files: identified by their bytes, made harmless, stored on disk.

Knows no people, no rooms and no database.
"""

from .file_names import clean_file_name
from .file_types import FILE, Kind, is_picture, kind_of
from .limits import MIB, FileLimits, file_limits
from .picture_worker import Made, RejectedFile, reencode
from .ranges import OutOfRange, parse_range
from .storage import (
    FilePart,
    delete_unfinished,
    incoming_folder,
    stored_folders,
    free_bytes,
    has_space,
    new_work_folder,
    store,
    stored_before,
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
    "FilePart",
    "RejectedFile",
    "Stored",
    "file_limits",
    "clean_file_name",
    "delete_unfinished",
    "incoming_folder",
    "stored_folders",
    "free_bytes",
    "has_space",
    "new_work_folder",
    "is_picture",
    "store",
    "stored_before",
    "kind_of",
    "open_file",
    "receive_upload",
    "reencode",
    "remove",
    "parse_range",
]  # fmt: skip
