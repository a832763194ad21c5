"""The cases, one module per kind of fault. Importing the package registers all of them in run.CASES."""

from . import (
    access,
    bad_input,
    crash,
    database,
    floods,
    frames,
    hostile_sockets,
    hostile_text,
    layer,
    long_run,
    network,
    nonces,
    presence,
    redis,
    restore,
    same_events,
    shutdown,
    slow,
)

__all__ = [
    "access", "bad_input", "crash", "database", "floods", "frames", "hostile_sockets", "hostile_text",
    "layer", "long_run", "network", "nonces", "presence", "redis", "restore",
    "same_events", "shutdown", "slow",
]  # fmt: skip
