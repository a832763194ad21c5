"""Re-encodes a picture in a process of its own, with limits on memory, time and output.

A decoder holds the interpreter lock and cannot be interrupted: in a thread, one malicious picture would
stop every delivery or take all memory.
"""

import json
import logging
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

log = logging.getLogger(__name__)

PROGRAM = Path(__file__).with_name("pictures.py")
# Seconds of CPU time, and by the clock, which a busy machine needs more of. The CPU limit also holds when the
# parent is gone.
WORK, DEADLINE = 30, 120.0
# Memory: Python and its libraries, and for each pixel the copies that rotating, drawing and encoding need.
BASE_BYTES, PIXEL_BYTES = 512 * 2**20, 16
WRITTEN_BYTES = 256 * 2**20


class Made(NamedTuple):
    """A picture after re-encoding. `has_thumbnail`: there is a thumbnail."""

    type: str
    width: int
    height: int
    has_thumbnail: bool


class UnshowablePicture(Exception):
    """The reason: `damaged`, or too many `pixels` or `frames`."""


def reencode(
    source: Path, target: Path, thumbnail: Path, pixels: int, frames: int, deadline: float = DEADLINE
) -> Made:
    """Blocks for up to `deadline` seconds. Raises UnshowablePicture."""
    limits = [BASE_BYTES + PIXEL_BYTES * pixels, WORK, WRITTEN_BYTES]
    arguments = [str(one) for one in (source, target, thumbnail, pixels, frames, *limits)]
    try:
        # -I: neither the environment nor the current folder can inject code.
        done = subprocess.run(  # noqa: S603  our own program, and names of our own making
            [sys.executable, "-I", str(PROGRAM), *arguments], stdin=subprocess.DEVNULL, capture_output=True,
            timeout=deadline, check=False, env={},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        log.warning("a picture took longer than %d s", deadline)
        raise UnshowablePicture("damaged") from None
    return _made(done.returncode, done.stdout)


def _made(code: int, said: bytes) -> Made:
    if code != 0:  # killed by the system, or by a decoder's own fault
        log.warning("a picture ended its process: %d", code)
        raise UnshowablePicture("damaged")
    found = json.loads(said)
    if "refused" in found:
        raise UnshowablePicture(found["refused"])
    return Made(**found)
