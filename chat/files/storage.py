"""Stores files in CHAT_FILES_DIR under random names.

A file is written elsewhere on the same disk and moved here whole; a stored file is never written to.
Beside a picture is its thumbnail.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from chat.conf import chat_settings

from .limits import file_limits

THUMBNAIL_SUFFIX = ".small"
PIECE = 262_144


def new_work_folder() -> Path:
    """A new work folder on the same disk as the stored files. The caller removes it."""
    return Path(tempfile.mkdtemp(dir=incoming_folder()))


def incoming_folder() -> Path:
    """The folder that uploads are received in."""
    folder = _root() / "incoming"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def free_bytes() -> int:
    """Free bytes on the disk of the stored files."""
    return shutil.disk_usage(incoming_folder()).free


def has_space(size: int) -> bool:
    """Whether so many bytes fit on the disk without touching the reserve."""
    return free_bytes() - size >= file_limits().reserve


def store(key: str, whole: Path, thumbnail: Path | None) -> int:
    """Moves files to their place. Returns how many bytes they take."""
    folder = _path(key).parent
    folder.mkdir(parents=True, exist_ok=True)
    taken = 0
    for source, target in ((whole, _path(key)), (thumbnail, _path(key, thumbnail=True))):
        if source is not None:
            taken += source.stat().st_size
            _sync(source)
            source.replace(target)
    for changed in (folder, folder.parent):
        _sync(changed)
    return taken


def open_file(key: str, *, thumbnail: bool = False) -> BinaryIO:
    """Raises FileNotFoundError."""
    return _path(key, thumbnail).open("rb")


def remove(keys: Iterable[str]) -> None:
    for key in keys:
        for thumbnail in (False, True):
            _path(key, thumbnail).unlink(missing_ok=True)


def delete_unfinished(age: float) -> None:
    """Deletes unfinished work that is older than `age` seconds."""
    for left in (_root() / "incoming").glob("*"):
        if left.stat().st_mtime < time.time() - age:
            shutil.rmtree(left, ignore_errors=True)


def stored_folders() -> list[Path]:
    return sorted((_root() / "kept").glob("*"))


def stored_before(folder: Path, age: float) -> set[str]:
    """Keys of files that have been in this folder for more than `age` seconds."""
    before = time.time() - age
    return {
        file.name.removesuffix(THUMBNAIL_SUFFIX) for file in folder.iterdir() if file.stat().st_mtime < before
    }


class FilePart:
    """Part of an open file, read in pieces. Closes the file at its end."""

    def __init__(self, file: BinaryIO, start: int, length: int) -> None:
        self._file, self._left = file, length
        file.seek(start)

    def __iter__(self) -> "FilePart":
        return self

    def __next__(self) -> bytes:
        data = self._file.read(min(PIECE, self._left)) if self._left else b""
        self._left -= len(data)
        if not data:
            self.close()
            raise StopIteration
        return data

    def close(self) -> None:
        self._left = 0
        self._file.close()


def _root() -> Path:
    return Path(chat_settings.CHAT_FILES_DIR)


def _path(key: str, thumbnail: bool = False) -> Path:
    return _root() / "kept" / key[:2] / (key + THUMBNAIL_SUFFIX if thumbnail else key)


def _sync(path: Path) -> None:
    """Syncs a file, or the names in a folder, to disk, before a database row refers to it."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
