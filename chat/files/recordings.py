"""Tells sound from film in files that can hold either: MP4 and WebM, which phones use for voice memos too."""

import re
import struct
from typing import IO

# Of the list of tracks, which is kilobytes in files that play.
MAX_READ = 4 * 2**20
MAX_BOXES = 100
_HANDLER = re.compile(rb"hdlr.{8}(vide|soun)", re.DOTALL)
_CODEC = re.compile(rb"\x86[\x81-\xff]([VA])_[A-Z0-9]", re.DOTALL)
# A WebM file begins with it, after at most an index.
WEBM_HEAD = 65_536


def is_sound_only(file: IO[bytes], type: str) -> bool:
    """True if a file of a video type has no picture. Seeks back to the start."""
    if type == "video/webm":
        tracks = set(_CODEC.findall(file.read(WEBM_HEAD)))
    else:
        tracks = set(_HANDLER.findall(_movie_box(file)))
    file.seek(0)
    return tracks in ({b"A"}, {b"soun"})


def _movie_box(file: IO[bytes]) -> bytes:
    """The box of an MP4 file that describes its tracks, which may be at its end."""
    for _ in range(MAX_BOXES):
        header = file.read(8)
        if len(header) < 8:
            break
        size, name = struct.unpack(">I4s", header)
        length = size - 8
        if size == 1:  # a longer one has its size after its name
            length = int.from_bytes(file.read(8), "big") - 16
        if name == b"moov":
            return file.read(min(max(length, 0), MAX_READ))
        if length < 0 or size == 0:
            break
        file.seek(length, 1)
    return b""


def is_aac(head: bytes) -> bool:
    """Two frames of AAC as an ADTS stream, where a single one could be chance."""
    return (length := _aac_frame(head)) > 0 and _aac_frame(head[length:]) > 0


def _aac_frame(data: bytes) -> int:
    """The length of the frame that begins here; 0 if none does."""
    if len(data) < 7 or data[0] != 0xFF or data[1] & 0xF6 != 0xF0 or (data[2] >> 2) & 0xF > 12:
        return 0
    length = (data[3] & 3) << 11 | data[4] << 3 | data[5] >> 5
    return length if length > 7 else 0
