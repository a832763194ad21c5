"""A file lock that a process holds for as long as it lives: the kernel gives it back at any death.

Says which processes of this machine are alive without asking them, and keeps a second server off one SQLite
file. Standard library only.
"""

import fcntl
from pathlib import Path
from typing import IO


def hold(path: Path) -> IO[str] | None:
    """Take the lock, or None where a living process has it. Keep what is returned: closing it lets go."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file


def is_dead(path: Path) -> bool:
    """True where the file is here and nobody holds it: its process was on this machine and has died."""
    if not path.exists():
        return False
    file = hold(path)
    if file is None:
        return False
    with file:
        path.unlink(missing_ok=True)
    return True


def release(path: Path, file: IO[str]) -> None:
    """An orderly end: nobody has to find out."""
    path.unlink(missing_ok=True)
    file.close()
