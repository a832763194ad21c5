"""Switches the fast path on as a whole, or says why it stays off."""

import re
import sys

from .http_channel import guard_connections
from .names import missing
from .request_bodies import EVERYWHERE, limit_bodies
from .uploads import Larger

OFF = (
    "the fast path is off (%s): the chat is slower, and limits on request bodies, uploads, slow connections "
    "and floods of frames are weaker; see docs/fast-path.md"
)


def reason_off(wanted: bool) -> str | None:
    """None if the fast path can be switched on."""
    if not wanted:
        return "CHAT_FAST_PATH is off"
    if "daphne.server" not in sys.modules:
        return "the server is not daphne"
    name = missing()
    return f"{name} is missing" if name else None


def switch_on(
    most: int, larger: Larger | None = None, where: re.Pattern[str] = EVERYWHERE, open_files: int = 0
) -> None:
    """Change daphne's classes, for all connections from now on. `open_files` may be open at once (0: any
    number); the others are limit_bodies'."""
    limit_bodies(most, larger, where)
    guard_connections(larger.network if larger is not None else lambda _address: None, open_files)
    sys.modules["daphne.ws_protocol"].WebSocketProtocol.chat_reading = None
