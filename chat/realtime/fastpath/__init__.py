"""Faster connections and more limits on daphne, through private names of daphne, autobahn and Twisted.

With plain ASGI `send` everything works as well, only slower.
"""

from .backpressure import bounded
from .daphne import find_protocol, is_encrypted
from .http_channel import guard_connections
from .request_bodies import body_of, limit_bodies, uploader_of
from .response_pacing import Pace, pace_of
from .shared_options import forget_handshake, share_options
from .straight_connection import StraightConnection, connection_of
from .uploads import Asked, Declined, Larger

__all__ = [
    "Asked", "Declined", "Larger", "Pace", "StraightConnection", "body_of", "bounded", "connection_of",
    "find_protocol", "forget_handshake", "guard_connections", "is_encrypted", "limit_bodies", "pace_of",
    "share_options", "uploader_of",
]  # fmt: skip
