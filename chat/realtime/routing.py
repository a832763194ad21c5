"""Routes WebSocket paths to consumers."""

import logging
from typing import Any

from channels.routing import URLRouter
from django.urls import path, re_path

from chat.protocol import Close

from .consumers import ChatConsumer

log = logging.getLogger(__name__)


async def no_such_address(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Accept, then close with a code: a refused handshake would look like blocked WebSockets."""
    log.warning("no socket at %.100r", scope["path"])
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": int(Close.NO_SUCH_ADDRESS)})


websocket = URLRouter([path("ws/", ChatConsumer.as_asgi()), re_path("", no_such_address)])  # type: ignore[arg-type]
