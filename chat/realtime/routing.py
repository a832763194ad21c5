"""Routes WebSockets under the chat's prefix."""

import logging
from typing import Any

from channels.routing import URLRouter
from django.urls import re_path

from chat import addresses
from chat.protocol import Close

from .consumers import ChatConsumer

log = logging.getLogger(__name__)


async def no_such_address(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Accept, then close with a code: a refused handshake would look like blocked WebSockets."""
    log.warning("no socket at %.100r", scope["path"])
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": int(Close.NO_SUCH_ADDRESS)})


_chat: Any = re_path(addresses.socket_pattern(), ChatConsumer.as_asgi())
_others: Any = re_path("", no_such_address)  # type: ignore[arg-type]

websocket = URLRouter([_chat, _others])
