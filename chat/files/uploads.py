"""Receives an upload: writes, counts, checks and stores it. A rejected one leaves no file behind."""

import shutil
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, Protocol

from .file_names import clean_file_name
from .file_types import IMAGE, OTHER, kind_of
from .limits import FileLimits
from .picture_worker import UnshowablePicture, reencode
from .storage import PIECE, new_work_folder, store


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class RejectedFile(Exception):
    """The reason: `empty`, or too many `bytes`; the number, if known, and the limit."""

    def __init__(self, why: str, found: int | None = None, most: int | None = None) -> None:
        super().__init__(why, found, most)
        self.why, self.found, self.most = why, found, most


class Stored(NamedTuple):
    """A file stored under `key`. `stored_bytes` includes the thumbnail."""

    key: str
    name: str
    kind: str
    type: str
    size: int
    stored_bytes: int
    width: int | None = None
    height: int | None = None
    has_thumbnail: bool = False


def receive_upload(stream: Readable, key: str, name: str, limits: FileLimits) -> Stored:
    """Blocks until the stream ends and a picture is re-encoded. Raises RejectedFile."""
    folder = new_work_folder()
    try:
        _receive(stream, folder / "received", limits.bytes)
        with (folder / "received").open("rb") as file:
            kind = kind_of(file)
        if kind.kind == IMAGE:
            # One that cannot be shown is a file like any other.
            with suppress(UnshowablePicture):
                return _store_picture(folder, key, name, limits)
            kind = OTHER
        size = (folder / "received").stat().st_size
        taken = store(key, folder / "received", None)
        return Stored(key, clean_file_name(name, kind.type), kind.kind, kind.type, size, taken)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _receive(stream: Readable, path: Path, most: int) -> None:
    """Counts what arrives; the declared length was checked before."""
    size = 0
    with path.open("xb") as file:
        while data := stream.read(PIECE):
            size += len(data)
            if size > most:
                raise RejectedFile("bytes", None, most)
            file.write(data)
    if not size:
        raise RejectedFile("empty")


def _store_picture(folder: Path, key: str, name: str, limits: FileLimits) -> Stored:
    whole, thumbnail = folder / "whole", folder / "thumbnail"
    made = reencode(folder / "received", whole, thumbnail, limits.pixels, limits.frames)
    size = whole.stat().st_size
    taken = store(key, whole, thumbnail if made.has_thumbnail else None)
    return Stored(key, clean_file_name(name, made.type), IMAGE, made.type, size, taken, *made[1:])
