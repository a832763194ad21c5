"""Faster connections and stricter limits on daphne, through private names of daphne, autobahn and Twisted.

docs/fast-path.md says what it relies on, and what is lost without it.
"""

from .backpressure import bounded
from .daphne import find_protocol, is_encrypted
from .request_bodies import body_of, uploader_of
from .response_pacing import Pace, pace_of
from .shared_options import forget_handshake, share_options
from .straight_connection import StraightConnection, connection_of
from .switch import OFF, reason_off, switch_on
from .uploads import Asked, Declined, Larger

__all__ = [
    "OFF", "Asked", "Declined", "Larger", "Pace", "StraightConnection", "body_of", "bounded", "connection_of",
    "find_protocol", "forget_handshake", "is_encrypted", "pace_of", "reason_off", "share_options",
    "switch_on", "uploader_of",
]  # fmt: skip
