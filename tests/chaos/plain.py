"""Daphne by itself and with our guards: an application that does not read.

`tests.chaos.plain:application`; with CHAOS_GUARDED it has what chat/realtime/transport puts in front of ours.
Tests serve it both ways, so that the day daphne bounds these itself is noticed.
"""

import asyncio
import os
from typing import Any

from chat.realtime import transport

listening = asyncio.Event()
GUARDED = bool(os.environ.get("CHAOS_GUARDED"))
if GUARDED:
    transport.limit_bodies(1_000_000)
    transport.guard_connections(lambda address: None, 0)


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] == "websocket":
        await deaf(transport.bounded(transport.find_protocol(send), receive) if GUARDED else receive, send)
    elif scope["type"] == "http":
        await receive()
        listening.set()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ok"})


async def deaf(receive: Any, send: Any) -> None:
    """Takes nothing until an HTTP request came, then everything, and says how many frames that were."""
    listening.clear()
    await receive()
    await send({"type": "websocket.accept"})
    await listening.wait()
    heard = 0
    while (message := await receive())["type"] == "websocket.receive":
        heard += 1
        if message["text"] == "how many?":
            await send({"type": "websocket.send", "text": str(heard)})
