"""Connections and bytes: frames shared by many sockets, a socket's backlog, and what we know of daphne.

Knows no rooms, no models and no verbs. With plain ASGI `send` on both sides of it everything still works;
only slower.
"""

from .bodies import Larger, body_of, limit_bodies
from .connection import Connection, PlainConnection, StraightConnection, connection_of
from .daphne import find_protocol, is_encrypted, when_running
from .frames import Frames, text_frame
from .lean import forget_handshake, share_options
from .pacing import Pace, pace_of
from .reading import bounded

__all__ = [
    "Connection", "Frames", "Larger", "Pace", "PlainConnection", "StraightConnection", "body_of", "bounded",
    "connection_of", "find_protocol", "forget_handshake", "is_encrypted", "limit_bodies", "pace_of",
    "share_options", "text_frame", "when_running",
]  # fmt: skip
