"""Re-encodes a picture in a process of its own, with bounds on its memory, time and output.

A decoder holds the interpreter while it works and cannot be interrupted: in a thread here, one malicious
picture would stop every delivery or take all memory.
"""

import json
import logging
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

log = logging.getLogger(__name__)

PROGRAM = Path(__file__).with_name("pictures.py")
# Seconds: of a processor, and by the clock, which a busy machine needs more of. The first ends it also when
# nobody is left to look at the clock.
WORK, DEADLINE = 30, 120.0
# Memory: Python and its libraries, and for each pixel the copies that turning, drawing and encoding hold.
BASE_BYTES, PIXEL_BYTES = 512 * 2**20, 16
WRITTEN_BYTES = 256 * 2**20


class Made(NamedTuple):
    """A picture as it is now. `small` says that there is a small one beside it."""

    type: str
    width: int
    height: int
    small: bool


class RejectedFile(Exception):
    """Why it is not taken: `damaged`, or too many `pixels` or `frames`; how many there are, where that is
    known, and how many may be."""

    def __init__(self, why: str, found: int | None = None, most: int | None = None) -> None:
        super().__init__(why, found, most)
        self.why, self.found, self.most = why, found, most


def reencode(
    source: Path, target: Path, small: Path, pixels: int, frames: int, deadline: float = DEADLINE
) -> Made:
    """Blocks for up to `deadline` seconds. Raises RejectedFile."""
    bounds = [BASE_BYTES + PIXEL_BYTES * pixels, WORK, WRITTEN_BYTES]
    arguments = [str(one) for one in (source, target, small, pixels, frames, *bounds)]
    try:
        # -I: neither the environment nor the folder it starts in can put other code in the way.
        done = subprocess.run(  # noqa: S603  our own program, and names of our own making
            [sys.executable, "-I", str(PROGRAM), *arguments], stdin=subprocess.DEVNULL, capture_output=True,
            timeout=deadline, check=False, env={},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        log.warning("a picture took longer than %d s", deadline)
        raise RejectedFile("damaged") from None
    return _made(done.returncode, done.stdout)


def _made(code: int, said: bytes) -> Made:
    if code != 0:  # killed by the system, or by a decoder's own fault
        log.warning("a picture ended its process: %d", code)
        raise RejectedFile("damaged")
    found = json.loads(said)
    if "refused" in found:
        raise RejectedFile(*found["refused"])
    return Made(**found)
