"""An ASGI application that does not read, to test what daphne and our guards bound.

`tests.support.bare_application:application`; with CHAOS_GUARDED it has the guards of chat/realtime/fastpath.
Tests serve it both ways, so that the day daphne bounds these itself is noticed.
"""

import asyncio
import os
from typing import Any

from chat.realtime import fastpath

listening = asyncio.Event()
GUARDED = bool(os.environ.get("CHAOS_GUARDED"))
if GUARDED:
    fastpath.switch_on(1_000_000)


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] == "websocket":
        await deaf(fastpath.bounded(fastpath.find_protocol(send), receive) if GUARDED else receive, send)
    elif scope["type"] == "http":
        await receive()
        listening.set()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ok"})


async def deaf(receive: Any, send: Any) -> None:
    """Reads nothing until an HTTP request came, then everything, and sends the number of frames."""
    listening.clear()
    await receive()
    await send({"type": "websocket.accept"})
    await listening.wait()
    heard = 0
    while (message := await receive())["type"] == "websocket.receive":
        heard += 1
        if message["text"] == "how many?":
            await send({"type": "websocket.send", "text": str(heard)})
