"""Starts and stops what one serving process runs: hub, writer, reading threads and background tasks.

chat/asgi.py wraps it around the chat's pages and WebSockets, so it sees each of their connections first. It
gives the hub its database reads as functions, and sets `broadcast.outlet` and `writer.current`, through which
any thread reaches the process.
"""

import asyncio
import gc
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any

from channels.layers import get_channel_layer
from django.conf import settings
from django.db import connection

from chat import addresses, broadcast, files, queries
from chat.conf import chat_settings
from chat.protocol import Close
from chat.realtime import fastpath, process_lock, transport
from chat.realtime.hub.hub import Hub, Reads
from chat.realtime.origin import is_allowed
from chat.realtime.sending import close_with_reason
from chat.realtime.transport import Receive, Send
from chat.rendering.pool import Renderer
from chat.writer import writer

from . import startup_checks, upload_access
from .access_monitor import AccessMonitor
from .cleanup import Cleanup
from .database import Database
from .presence_tracker import PresenceTracker
from .public_rooms import PublicRooms
from .search_indexer import SearchIndexer

log = logging.getLogger(__name__)

# Parts of the drain's 25 seconds: for the writer, for connections to close, for daphne to forget them.
FLUSH_LIMIT, CLOSE_LIMIT, REAPED = 10.0, 5.0, 1.5
# Clients told to reconnect per second, so that they do not overload the next process.
RETURNING = 200

NOT_SERVED = "The chat cannot be served. The server's log says why.\n"

App = Callable[..., Awaitable[None]]


class ServerRuntime:
    """Serves `app`, the chat's pages and WebSockets. If that cannot be done, a process that serves the chat
    `is_whole_site` ends; in another, only the chat's addresses answer 503."""

    def __init__(self, app: App, is_whole_site: bool = True) -> None:
        self._app, self._is_whole_site = app, is_whole_site
        self.started = self.draining = self.failed = False
        transport.when_running(self.start, self.drain)
        open_files = transport.raise_limit()
        self._fast_path_off = fastpath.reason_off(chat_settings.CHAT_FAST_PATH)
        if self._fast_path_off is None:
            most, where = chat_settings.CHAT_MAX_BODY_BYTES, addresses.chat_pattern()
            fastpath.switch_on(most, self._larger(), where, open_files)

    def _larger(self) -> fastpath.Larger:
        most, path = files.file_limits().bytes, addresses.upload_pattern()
        network = upload_access.network_of
        return fastpath.Larger(path, most, files.incoming_folder, self._admit, network, files.has_space)

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if not self.started:
            self.start()
        if self.failed:
            await _answer_not_served(scope, receive, send)
            return
        if scope["type"] == "websocket":
            protocol = fastpath.find_protocol(send)
            if fastpath.is_encrypted(protocol):
                scope["scheme"] = "wss"  # daphne always says "ws"
            if not is_allowed(scope):
                await _refuse(receive, send)
                return
            fastpath.share_options(protocol)
            scope["chat.server"], scope["chat.protocol"] = self, protocol
            receive = fastpath.bounded(protocol, receive)
        await self._app(scope, receive, send)

    def start(self) -> None:
        """Start on the serving loop. Raises SystemExit if the database is already served or unfit, and the
        chat is all that this process serves."""
        self.started = True
        try:
            self._only = _only_server()
            _stop_if_unfit()
        except SystemExit as refusal:
            if self._is_whole_site:
                raise
            self.failed = True
            log.error("the chat is not served: %s", refusal)
            return
        self._run()

    def _run(self) -> None:
        if self._fast_path_off is not None:
            log.warning(fastpath.OFF, self._fast_path_off)
        _spare_the_collector()
        self._loop = asyncio.get_event_loop()
        self.database = Database(self._loop)
        self.renderer = Renderer()
        self.hub = self._make_hub()
        self.presence_tracker = PresenceTracker(self.hub, self.database, _locks())
        self.access_monitor = AccessMonitor(self.hub, self.database, self.presence_tracker.entered)
        self.public_rooms = PublicRooms(self.hub, self.database)
        self._open_to_threads()
        self.hub.start()
        self.presence_tracker.start()
        forever = [
            *self.presence_tracker.tasks(), self.access_monitor.recheck, self.public_rooms.watch,
            Cleanup(self.database).forever, SearchIndexer(self.database).forever,
        ]  # fmt: skip
        self._tasks = [asyncio.ensure_future(task()) for task in forever]

    async def _admit(self, asked: fastpath.Asked) -> transport.Owner | fastpath.Declined:
        return await upload_access.admit(self.database, asked)

    def _make_hub(self) -> Hub:
        read = self.database.read
        reads = Reads(
            heads=lambda rooms: read(queries.heads, rooms),
            changes=lambda room, since: read(queries.changes, room, since),
            snapshot=lambda room: read(queries.snapshot, room),
            recheck_access=lambda person: self.access_monitor.recheck_access(person),
        )
        audiences = broadcast.room_audience, broadcast.person_audience
        return Hub(get_channel_layer(), reads, *audiences, too_slow=Close.TOO_SLOW)

    def _open_to_threads(self) -> None:
        writing = self.database.writer

        def outlet(hints: list[broadcast.Hint]) -> None:
            writing.on_loop(self.hub.publish, hints)

        broadcast.outlet, writer.current = outlet, writing

    async def drain(self) -> None:
        """Answer every accepted command, close every session, ask every client to reconnect."""
        self.draining = True
        if not self.started or self.failed:
            return
        for task in self._tasks:
            task.cancel()
        await self.presence_tracker.end()
        await self.database.finish(FLUSH_LIMIT)
        self.renderer.stop()
        self.hub.flusher.flush()
        for number, conn in enumerate(self.hub.connections):
            close_with_reason(conn, Close.RESTARTING, "restarting", 0.5 + number / RETURNING)
        await self._gone()
        self.hub.stop()
        await asyncio.sleep(REAPED)
        # Kept until here, so that late requests still learn that the process is draining.
        writer.current = None

    async def _gone(self) -> None:
        end = self._loop.time() + CLOSE_LIMIT
        while list(self.hub.connections) and self._loop.time() < end:  # noqa: ASYNC110  nobody tells us
            await asyncio.sleep(0.05)


def _spare_the_collector() -> None:
    """Keep the garbage collector from scanning long-lived objects: a thousand new connections are a hundred
    thousand objects, none of them garbage."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 10, 10)


def _locks() -> Path:
    return Path(chat_settings.CHAT_LOCKS_DIR)


def _only_server() -> IO[str] | None:
    """Hold the lock of the SQLite file: two processes with in-process layers would split every room."""
    if connection.vendor != "sqlite":
        return None
    name = Path(str(settings.DATABASES["default"]["NAME"]))
    file = process_lock.acquire(name.with_name(name.name + ".serving"))
    if file is None:
        raise SystemExit(
            f"Another server already serves {name.name}: one process per SQLite file (see README)."
        )
    return file


def _stop_if_unfit() -> None:
    """Django forbids database access on the loop, hence the thread. Nobody is connected yet."""
    with ThreadPoolExecutor(1) as thread:
        wrong = thread.submit(startup_checks.startup_error).result()
    if wrong:
        raise SystemExit(wrong)


async def _refuse(receive: Receive, send: Send) -> None:
    """Close before accepting, which daphne turns into a 403."""
    await receive()
    await send({"type": "websocket.close", "code": int(Close.BANNED)})


async def _answer_not_served(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await _refuse(receive, send)
        return
    head = [(b"content-type", b"text/plain"), (b"retry-after", b"60")]
    await send({"type": "http.response.start", "status": 503, "headers": head})
    await send({"type": "http.response.body", "body": NOT_SERVED.encode()})
