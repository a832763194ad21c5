"""The limit of open files of this process, which bounds how many connections it can hold."""

import contextlib
import importlib
import logging
import os
from typing import Any

log = logging.getLogger(__name__)

# Fewer than this are few for a chat: a connection takes one, a download two.
FEW = 4096
# Some systems name a hard limit of a thousand million.
RAISED_MOST = 2**20
# Kept for the database, files and Redis: an eighth, and never more than this.
RESERVE_MOST = 256


def raise_limit() -> int:
    """Raise the soft limit to the hard one, as far as the system lets us. Returns what it is now; 0 where
    there is none."""
    resource: Any = None
    with contextlib.suppress(ImportError):
        resource = importlib.import_module("resource")
    if resource is None:
        return 0
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = RAISED_MOST if hard == resource.RLIM_INFINITY else min(hard, RAISED_MOST)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if soft != resource.RLIM_INFINITY and soft < FEW:
        log.warning("only %d files may be open at once; raise it (ulimit -n) for more connections", soft)
    return 0 if soft == resource.RLIM_INFINITY else int(soft)


def most_for_connections(limit: int) -> int:
    """A descriptor of this number or a higher one is in the reserve."""
    return limit - min(limit // 8, RESERVE_MOST)


def count_open() -> int:
    """How many files this process has open. Takes a millisecond for a few thousand."""
    try:
        return len(os.listdir("/dev/fd"))
    except OSError:  # none is left to look with
        return RAISED_MOST
