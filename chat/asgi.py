"""Adds the chat to a project's ASGI application.

application = with_chat(get_asgi_application())
"""

from collections.abc import Awaitable, Callable
from typing import Any

from channels.routing import ProtocolTypeRouter

from . import addresses
from .realtime.routing import websocket
from .realtime.server.http_handler import HttpHandler
from .realtime.server.runtime import ServerRuntime

Application = Callable[..., Awaitable[None]]


def with_chat(project: Application | None = None) -> Application:
    """The chat under the prefix of `chat.urls`, `project` everywhere else. Call it after django.setup()."""
    chat = ServerRuntime(
        ProtocolTypeRouter({"http": HttpHandler(), "websocket": websocket}), is_whole_site=project is None
    )
    if project is None:
        return chat
    other, is_chat = project, addresses.chat_pattern().match

    async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
        here = chat if is_chat(scope.get("path", "")) else other
        await here(scope, receive, send)

    return application
