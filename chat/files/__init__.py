"""What is in the bytes somebody sends, how are they made harmless, and where are they kept?

intake.py takes them in: kinds.py looks at the first of them, pictures.py makes pictures anew (in a process of
its own, which worker.py starts and bounds), names.py cleans what they are called, shelf.py keeps them on the
disk; bounds.py says how much may be, ranges.py which part is asked for. Knows no people, no rooms and no
database.
"""

from .bounds import MIB, Bounds, bounds
from .intake import Stored, take_in
from .kinds import FILE, Kind, is_picture, kind_of
from .names import clean_file_name
from .ranges import OutOfRange, stretch
from .shelf import (
    Piece,
    clear_incoming,
    entrance,
    folders,
    free_bytes,
    incoming,
    keep,
    kept_before,
    open_file,
    remove,
)
from .worker import Made, Unfit, remake

__all__ = [
    "FILE", "MIB", "Bounds", "Kind", "Made", "OutOfRange", "Piece", "Stored", "Unfit", "bounds",
    "clean_file_name", "clear_incoming", "entrance", "folders", "free_bytes", "incoming", "is_picture",
    "keep", "kept_before", "kind_of", "open_file", "remake", "remove", "stretch", "take_in",
]  # fmt: skip
