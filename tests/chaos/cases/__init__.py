"""The catalogue, one module for each kind of fault. Importing this makes all of them known to run.CASES."""

from . import (
    bad_input,
    crash,
    database,
    equal,
    frames,
    hostile_sockets,
    layer,
    long,
    network,
    nonces,
    presence,
    redis,
    restore,
    rights,
    shutdown,
    slow,
)

__all__ = [
    "bad_input",
    "crash",
    "database",
    "equal",
    "frames",
    "hostile_sockets",
    "layer",
    "long",
    "network",
    "nonces",
    "presence",
    "redis",
    "restore",
    "rights",
    "shutdown",
    "slow",
]
