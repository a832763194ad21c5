"""What is in the bytes somebody sends, how are they made harmless, and where are they kept?

kinds.py looks at the first of them, pictures.py makes pictures anew (in a process of its own, which worker.py
starts and bounds), names.py cleans what they are called, shelf.py keeps them on the disk. Knows no people, no
rooms and no database.
"""

from .kinds import FILE, IMAGE, Kind, kind_of
from .names import clean_file_name
from .shelf import Piece, incoming, keep, open_file, remove, strays
from .worker import Made, Unfit, remake

__all__ = [
    "FILE", "IMAGE", "Kind", "Made", "Piece", "Unfit", "clean_file_name", "incoming", "keep", "kind_of",
    "open_file", "remake", "remove", "strays",
]  # fmt: skip
