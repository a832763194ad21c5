"""The server, with a log line for each connection's write path and each message that bypassed autobahn."""

import logging
from typing import Any

from chat.realtime import fastpath
from chat.realtime.fastpath import daphne, frame_reader
from chatsite.asgi import application as served

log = logging.getLogger("witness")
whole_text = frame_reader.whole_text


def seen(data: bytes) -> tuple[bytes, int] | None:
    found = whole_text(data)
    log.info("read whole" if found else "left to autobahn")
    return found


frame_reader.whole_text = seen


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] == "websocket":
        protocol = fastpath.find_protocol(send)
        straight = protocol is not None and daphne.straight_send(protocol.transport) is not None
        log.info("way out: %s", "straight" if straight else "through twisted" if protocol else "plain")
    await served(scope, receive, send)
