"""Runs each HTTP request in one thread that keeps its database connection, as under WSGI.

Django's ASGI handler makes a thread and a database connection per request and changes threads between sync
and async middleware. Uploaded bodies stay on disk, and long responses are streamed at the client's pace.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import IO, Any

from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.core.signals import request_finished, request_started
from django.http import HttpRequest, HttpResponse
from django.urls import set_script_prefix

from chat.accounts.cookies import Request
from chat.accounts.sessions import session_key_of
from chat.addresses import slow_pages
from chat.files import is_picture
from chat.realtime.fastpath import body_of, pace_of, uploader_of
from chat.realtime.transport import Owner, Send, TransferSlots

from .downloads import Download
from .fair_pool import FairPool
from .fair_threads import FairThreads
from .upload_access import network_of

# Threads for page views, and at most so many for one person. More would only compete for the interpreter.
QUICK, QUICK_EACH = 4, 2
# Threads for forms, which wait for the writer, the admin and health checks. Separate, because health checks
# must be answered when page views hang.
SLOW = 8
# Threads that store uploads, and workers for pictures, each decoded in a memory-hungry process: one for each
# person. Other files never wait for pictures.
UPLOADS, PICTURES = 2, 2
# Most login sessions whose person is remembered.
REMEMBERED = 10_000
# Streaming responses of more bytes than this are not read at once.
LONG = 262_144
# Most downloads at once: in total, for all guests, per network, per person. Each holds a part in memory.
# Strangers from one network are one person.
DOWNLOADS, GUESTS, EACH_NETWORK, EACH_PERSON = 512, 256, 128, 16


class HttpHandler(ASGIHandler):
    """Replaces `get_asgi_application()`; create it once Django is set up."""

    request_class = Request

    def __init__(self) -> None:
        BaseHandler.__init__(self)
        self.load_middleware(is_async=False)
        self._slow_pages = slow_pages()
        self._quick = FairThreads(QUICK, QUICK_EACH, "chat-page")
        self._slow = ThreadPoolExecutor(SLOW, thread_name_prefix="chat-form")
        self._uploads = FairThreads(UPLOADS, 1, "chat-upload")
        self._pictures = FairPool(PICTURES, "chat-picture")
        self._downloads = TransferSlots(DOWNLOADS, GUESTS, EACH_NETWORK, EACH_PERSON)
        # The owner of each session key that Django has accepted. The key alone could be made up.
        self._owners: dict[str, Owner] = {}

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Send) -> None:
        uploaded = body_of(send)
        try:
            body = uploaded or await self.read_body(receive)
        except RequestAborted:
            return
        if uploaded:
            threads = self._pictures if is_picture(uploaded) else self._uploads
            answer = await threads.run(uploader_of(send), self._answer, scope, body)
        elif self._is_quick(scope):
            answer = await self._quick.run(self._owner(scope).person, self._answer, scope, body)
        else:
            answer = await asyncio.get_running_loop().run_in_executor(self._slow, self._answer, scope, body)
        if answer.streaming and not answer.is_async:
            await self._send_long(answer, scope, send)
        else:
            await self.send_response(answer, send)

    async def _send_long(self, answer: Any, scope: dict[str, Any], send: Send) -> None:
        """Stream a long response, or answer 503 if too many are under way."""
        download = Download(self._owner(scope), pace_of(send))
        if not self._downloads.take(download):
            download.end()
            answer.close()
            busy = HttpResponse("Busy\n", status=503, headers={"Retry-After": "5"}, content_type="text/plain")
            await self.send_response(busy, send)
            return
        try:
            answer.streaming_content = download.send(iter(answer.streaming_content), answer.close)
            await self.send_response(answer, send)
        finally:
            self._downloads.free(download)

    def _answer(self, scope: dict[str, Any], body: IO[bytes]) -> Any:
        """Includes request_started and request_finished, by which Django manages connections."""
        with closing(body):
            set_script_prefix(get_script_prefix(scope))
            request_started.send(sender=self.__class__, scope=scope)
            request, response = self.create_request(scope, body)
            if request is not None:
                response = self.get_response(request)
                self._remember(request)
            return self._complete(response)

    def _is_quick(self, scope: dict[str, Any]) -> bool:
        path = scope["path"].removeprefix(get_script_prefix(scope))
        return scope["method"] in ("GET", "HEAD") and not path.startswith(self._slow_pages)

    def _owner(self, scope: dict[str, Any]) -> Owner:
        """The person whose share of threads and downloads this uses. Strangers from one network count as one
        guest."""
        network = network_of((scope.get("client") or [""])[0])
        known = self._owners.get(session_key_of(scope["headers"]) or "")
        return known._replace(address=network) if known else Owner(network or "", True, network)

    def _remember(self, request: HttpRequest) -> None:
        login = getattr(request, "chat_login", None)
        if login is None or login.session_key in self._owners:
            return
        if len(self._owners) >= REMEMBERED:
            self._owners.clear()
        self._owners[login.session_key] = Owner(login.person, login.is_guest)

    def _complete(self, response: Any) -> Any:
        """Read short streams here: reading files blocks the loop. `_send_long` closes the long ones."""
        response._handler_class = self.__class__
        if response.streaming and not response.is_async and int(response.get("Content-Length") or 0) > LONG:
            request_finished.send(sender=self.__class__)
            return response
        if response.streaming and not response.is_async:
            response.streaming_content = _each(list(response.streaming_content))
        response.close()  # sends request_finished; the content remains readable
        return response


async def _each(parts: Iterable[bytes]) -> AsyncIterator[bytes]:
    for part in parts:
        yield part
