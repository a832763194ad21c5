"""The channel layers: in_process.py for a single process, shared.py for several."""

from .in_process import InProcessChannelLayer

__all__ = ["InProcessChannelLayer"]
