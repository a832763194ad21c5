"""WebSocket and HTTP connections: shared frames, backpressure, limits, and all knowledge of daphne.

Contains nothing about rooms or models. With plain ASGI `send` everything works as well, only slower.
"""

from .backpressure import bounded
from .connection import Connection, PlainConnection, StraightConnection, connection_of
from .daphne import find_protocol, is_encrypted, when_running
from .frames import Frames, text_frame
from .http_channel import guard_connections, plain_answer
from .open_files import raise_limit
from .request_bodies import body_of, limit_bodies, uploader_of
from .response_pacing import Pace, pace_of
from .shared_options import forget_handshake, share_options
from .slots import Slot, Slots
from .upload_slots import Uploader
from .uploads import Asked, Declined, Larger

__all__ = [
    "Asked", "Connection", "Declined", "Frames", "Larger", "Pace", "PlainConnection", "Slot", "Slots",
    "StraightConnection", "Uploader", "body_of", "bounded", "connection_of", "find_protocol",
    "forget_handshake", "guard_connections", "is_encrypted", "limit_bodies", "pace_of", "plain_answer",
    "raise_limit", "share_options", "text_frame", "uploader_of", "when_running",
]  # fmt: skip
