"""Changes to a daphne that make its work harder without breaking a promise. Installed by CHAOS_BREAK, like
breaks.py."""

from collections.abc import Callable
from typing import Any


def slow_pages() -> None:
    """Every page holds its database connection for a long time."""
    from django.db import connection

    from chat.web.views import health

    def slow() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(20)")
        return True

    health._is_migrated = slow


def crashing() -> None:
    """A command whose `ref` is "fail" fails, whatever it is; a frame "die" raises in its consumer."""
    from chat.realtime import consumers

    for command, handler in consumers.HANDLERS.items():
        consumers.HANDLERS[command] = _failing(handler)
    receive = consumers._DISPATCH["websocket.receive"]

    async def dying(self: Any, message: dict[str, Any]) -> None:
        if message.get("text") == "die":
            raise RuntimeError("injected")
        await receive(self, message)

    consumers._DISPATCH["websocket.receive"] = dying


def _failing(handler: Any) -> Any:
    async def failing(self: Any, command: Any) -> None:
        if command.ref == "fail":
            raise RuntimeError("injected")
        await handler(self, command)

    return failing


STRESS: dict[str, Callable[[], None]] = {function.__name__: function for function in (slow_pages, crashing)}
