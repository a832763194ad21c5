"""Raises this process's limit of open files, which bounds its connections."""

import contextlib
import importlib
import logging
import os
from typing import Any

log = logging.getLogger(__name__)

# Log a warning below this: a connection takes one file, a download two.
FEW = 4096
# Some systems report a hard limit of a billion.
MAX_RAISED = 2**20
# Files kept for the database, uploads and Redis: an eighth, but at most this.
MAX_RESERVE = 256


def raise_limit() -> int:
    """Raise the soft limit towards the hard one. Returns the resulting limit, 0 if there is none."""
    resource: Any = None
    with contextlib.suppress(ImportError):
        resource = importlib.import_module("resource")
    if resource is None:
        return 0
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_RAISED if hard == resource.RLIM_INFINITY else min(hard, MAX_RAISED)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if soft != resource.RLIM_INFINITY and soft < FEW:
        log.warning("only %d files may be open at once; raise it (ulimit -n) for more connections", soft)
    return 0 if soft == resource.RLIM_INFINITY else int(soft)


def most_for_connections(limit: int) -> int:
    """Descriptors from this number on are in the reserve."""
    return limit - min(limit // 8, MAX_RESERVE)


def count_open() -> int:
    """Takes a millisecond for a few thousand."""
    try:
        return len(os.listdir("/dev/fd"))
    except OSError:  # no descriptor is left to list them with
        return MAX_RAISED
