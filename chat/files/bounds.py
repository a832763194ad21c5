"""How large may a file be? From the settings; where a project has none of ours, what is sane."""

from typing import NamedTuple

from django.conf import settings

MIB = 2**20


class Bounds(NamedTuple):
    """`bytes` of one file (0: none are taken) and `each` of all files of one person (0: no end); `pixels` and
    `frames` of a picture."""

    bytes: int
    each: int
    pixels: int
    frames: int


def bounds() -> Bounds:
    return Bounds(
        bytes=getattr(settings, "CHAT_FILE_MB", 25) * MIB,
        each=getattr(settings, "CHAT_FILES_MB_EACH", 1024) * MIB,
        pixels=getattr(settings, "CHAT_IMAGE_MEGAPIXELS", 50) * 1_000_000,
        frames=getattr(settings, "CHAT_IMAGE_FRAMES", 500),
    )
