"""Connections over plain ASGI, shared frames, limits on connections and uploads, start and stop under daphne.

Contains nothing about rooms or models. What is faster or safer on daphne itself is in `fastpath`.
"""

from .connection import Connection, PlainConnection, Receive, Send
from .frames import Frames, text_frame
from .open_files import count_open, most_for_connections, raise_limit
from .pending_requests import Arrivals
from .reactor import Timer, installed_reactor, when_running
from .slots import Slots
from .transfer_slots import GRACE, Owner, TransferSlots

__all__ = [
    "GRACE",
    "Arrivals",
    "Connection",
    "Frames",
    "Owner",
    "PlainConnection",
    "Receive",
    "Send",
    "Slots",
    "Timer",
    "TransferSlots",
    "count_open",
    "installed_reactor",
    "most_for_connections",
    "raise_limit",
    "text_frame",
    "when_running",
]  # fmt: skip
