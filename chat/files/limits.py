"""The file limits from the settings, in bytes."""

from typing import NamedTuple

from chat.conf import chat_settings

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
        bytes=chat_settings.CHAT_FILE_MB * MIB,
        each=chat_settings.CHAT_FILES_MB_EACH * MIB,
        guest=chat_settings.CHAT_GUEST_FILES_MB * MIB,
        total=chat_settings.CHAT_FILES_MB_TOTAL * MIB,
        reserve=chat_settings.CHAT_FREE_DISK_MB * MIB,
        pixels=chat_settings.CHAT_IMAGE_MEGAPIXELS * 1_000_000,
        frames=chat_settings.CHAT_IMAGE_FRAMES,
    )
