"""File limits from the settings, with defaults for host projects that do not set them."""

from typing import NamedTuple

from django.conf import settings

MIB = 2**20


class FileLimits(NamedTuple):
    """`bytes` of one file (0: uploads are off); of all files of one person `each`, of a guest `guest`, and of
    everybody `total` (0: unlimited). `reserve` stays free on the disk. `pixels` and `frames` of a picture."""

    bytes: int
    each: int
    guest: int
    total: int
    reserve: int
    pixels: int
    frames: int

    def quota(self, is_guest: bool) -> int:
        """The quota of one person."""
        return self.guest if is_guest else self.each


def file_limits() -> FileLimits:
    return FileLimits(
        bytes=getattr(settings, "CHAT_FILE_MB", 25) * MIB,
        each=getattr(settings, "CHAT_FILES_MB_EACH", 1024) * MIB,
        guest=getattr(settings, "CHAT_GUEST_FILES_MB", 50) * MIB,
        total=getattr(settings, "CHAT_FILES_MB_TOTAL", 51_200) * MIB,
        reserve=getattr(settings, "CHAT_FREE_DISK_MB", 500) * MIB,
        pixels=getattr(settings, "CHAT_IMAGE_MEGAPIXELS", 50) * 1_000_000,
        frames=getattr(settings, "CHAT_IMAGE_FRAMES", 500),
    )
