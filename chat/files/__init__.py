"""Uploaded files: identified by their bytes, made harmless, stored on disk.

Knows no people, no rooms and no database.
"""

from .file_names import clean_file_name
from .file_types import FILE, Kind, is_picture, kind_of
from .limits import MIB, file_limits
from .picture_worker import Made, UnshowablePicture, reencode
from .ranges import OutOfRange, parse_range
from .storage import (
    FilePart,
    delete_unfinished,
    free_bytes,
    has_space,
    incoming_folder,
    new_work_folder,
    open_file,
    remove,
    store,
    stored_before,
    stored_folders,
)
from .uploads import RejectedFile, Stored, receive_upload

__all__ = [
    "FILE",
    "MIB",
    "FilePart",
    "Kind",
    "Made",
    "OutOfRange",
    "RejectedFile",
    "Stored",
    "UnshowablePicture",
    "clean_file_name",
    "delete_unfinished",
    "file_limits",
    "free_bytes",
    "has_space",
    "incoming_folder",
    "is_picture",
    "kind_of",
    "new_work_folder",
    "open_file",
    "parse_range",
    "receive_upload",
    "reencode",
    "remove",
    "store",
    "stored_before",
    "stored_folders",
]  # fmt: skip
