"""The catalogue, one module for each kind of fault. Importing this makes all of them known to run.CASES."""

from . import crash, layer, network, redis, shutdown

__all__ = ["crash", "layer", "network", "redis", "shutdown"]
