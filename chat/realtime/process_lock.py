"""A file lock held for the life of a process; the kernel releases it however the process dies.

Shows which processes on this machine are alive, and keeps a second server off a SQLite file.
"""

import fcntl
from pathlib import Path
from typing import IO


def acquire(path: Path) -> IO[str] | None:
    """Take the lock; None if a living process has it. Closing the returned file releases the lock."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file


def is_dead(path: Path) -> bool:
    """True if the file exists and is unlocked: its process ran on this machine and has died. Removes it."""
    if not path.exists():
        return False
    file = acquire(path)
    if file is None:
        return False
    with file:
        path.unlink(missing_ok=True)
    return True


def release(path: Path, file: IO[str]) -> None:
    """Release on an orderly exit and remove the file, so that nobody takes it for a crash."""
    path.unlink(missing_ok=True)
    file.close()
