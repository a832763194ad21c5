"""The catalogue, one module for each kind of fault. Importing this makes all of them known to run.CASES."""

from . import crash, layer

__all__ = ["crash", "layer"]
