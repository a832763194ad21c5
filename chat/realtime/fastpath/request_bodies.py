"""Limits on request bodies: size, number at once, and speed.

daphne reads a whole body of any size before it asks the application (django/daphne#483). Here a declared
length is refused before a byte is read, and a chunked body when it passes the limit. After refusing, input
is discarded for a moment so that a client that is still sending sees the answer. Larger uploads go through
`uploads.py`.
"""

import logging
import re
import sys
import time
from collections.abc import Callable, Hashable
from functools import partial
from io import BytesIO
from typing import IO
from urllib.parse import unquote

from chat.realtime.transport import GRACE, Slots, Timer, installed_reactor

from . import uploads
from .daphne import behind
from .http_channel import LINGER, plain_answer
from .types import Request
from .uploads import Larger, Upload

log = logging.getLogger(__name__)

TOO_LARGE = plain_answer("413 Content Too Large", "Too large")
BUSY = plain_answer("503 Service Unavailable", "Busy", "Retry-After: 5\r\n")
TOO_SLOW = plain_answer("408 Request Timeout", "Too slow")
# Seconds for a body to complete. Uploads have their own limit.
FORM_SECONDS = 60.0
# Bytes per second that a body must average once GRACE seconds have passed.
LEAST_RATE = 4096
# Larger forms, or those of unknown size, need one of a few slots: this bounds the memory they take.
SMALL = 65_536
FORMS, FORMS_EACH_ADDRESS = 16, 4
EVERYWHERE = re.compile("")
# Seconds between two log lines for the same status.
LOGGED_EVERY = 10.0
_logged: dict[str, float] = {}
# Chunks of a body whose length is not declared: so many, and one more for each so many bytes. A chunk takes
# 5 µs of the event loop, and can be of one byte.
CHUNKS, CHUNK_BYTES = 256, 512
# The methods of daphne's request that are wrapped; Twisted calls them once per request or chunk.
HOOKS = ("gotLength", "handleContentChunk", "requestReceived")

Hook = Callable[..., None]


def limit_bodies(most: int, larger: Larger | None = None, where: re.Pattern[str] = EVERYWHERE) -> None:
    """Make daphne refuse bodies over `most` bytes on paths that match `where`; others are not limited."""
    request = sys.modules["daphne.http_protocol"].WebRequest
    request.chat_limit, request.chat_larger, request.chat_where = most, larger, where
    request.chat_upload = request.chat_arriving = None
    request.chat_chunks = 0
    request.chat_forms = Slots(FORMS, FORMS_EACH_ADDRESS)
    if not hasattr(request, "chat_refused"):
        request.chat_refused = False
        for hook, guard in zip(HOOKS, (_length, _chunk, _received), strict=True):
            setattr(request, hook, guard(getattr(request, hook)))


def body_of(send: object) -> IO[bytes] | None:
    """The file an upload was written to, positioned at its start. None for other requests."""
    upload = _upload_of(send)
    return upload.file if upload is not None else None


def uploader_of(send: object) -> Hashable:
    """The person `Larger.admit` returned for this upload. None for other requests."""
    upload = _upload_of(send)
    return upload.owner.person if upload is not None else None


def _upload_of(send: object) -> Upload | None:
    return getattr(behind(send), "chat_upload", None)


class Arriving:
    """A body under way, checked every second for being late or too slow."""

    def __init__(self, request: Request, seconds: float) -> None:
        self._request, self._seconds = request, seconds
        self._began, self.size = time.monotonic(), 0
        self._next: Timer | None = installed_reactor().callLater(1.0, self._look)
        request.notifyFinish().addBoth(self.end)

    def end(self, _how: object = None) -> None:
        if self._next is not None and self._next.active():
            self._next.cancel()
        self._next = None

    def _look(self) -> None:
        passed = time.monotonic() - self._began
        if passed > self._seconds or self.size < (passed - GRACE) * LEAST_RATE:
            refuse(self._request, TOO_SLOW)
        else:
            self._next = installed_reactor().callLater(1.0, self._look)


def _length(stock: Hook) -> Hook:
    def gotLength(request: Request, length: int | None) -> None:
        if not _is_ours(request):
            request.chat_limit = sys.maxsize
            stock(request, length)
            return
        larger = request.chat_larger if length != 0 and uploads.is_upload(request) else None
        most = larger.most if larger is not None else request.chat_limit
        too_much = length is not None and length > most
        # Without a length Twisted would use a file on disk; up to our limit, memory will do.
        stock(request, 0 if too_much or larger or length is None else length)
        request.chat_limit, request.chat_arriving = most, None
        if too_much:
            refuse(request, TOO_LARGE)
        elif larger is not None:
            uploads.ask(request, larger, length, _admitted)
        elif length != 0:
            _take_form(request, length)

    return gotLength


def _is_ours(request: Request) -> bool:
    """Includes targets that are not paths, such as whole addresses: daphne may find a path in them."""
    target = unquote(getattr(request.channel, "_path", b"").decode("latin-1"))
    return not target.startswith("/") or request.chat_where.match(target) is not None


def _take_form(request: Request, length: int | None) -> None:
    if length is None or length > SMALL:
        network, forms = uploads.network_of(request), request.chat_forms
        if not forms.take(network):
            refuse(request, BUSY)
            return
        request.notifyFinish().addBoth(lambda _how: forms.free(network))
    request.chat_arriving = Arriving(request, FORM_SECONDS)


def _admitted(request: Request, larger: Larger, upload: Upload | bytes | None) -> None:
    """`upload` is the file to write to, a response that refuses it, or None: too many at once."""
    if not isinstance(upload, Upload):
        refuse(request, BUSY if upload is None else upload)
        return
    request.chat_upload, request.content = upload, upload.file
    upload.give_way = partial(refuse, request, BUSY)
    request.chat_arriving = Arriving(request, larger.seconds)


def _chunk(stock: Hook) -> Hook:
    def handleContentChunk(request: Request, data: bytes) -> None:
        if request.chat_refused:
            return
        request.chat_chunks += 1
        if request.content.tell() + len(data) > request.chat_limit or _in_tiny_chunks(request):
            refuse(request, TOO_LARGE)
            return
        if request.chat_upload is not None and not request.chat_upload.has_space():
            refuse(request, BUSY)
            return
        if request.chat_arriving is not None:
            request.chat_arriving.size += len(data)
        stock(request, data)

    return handleContentChunk


def _in_tiny_chunks(request: Request) -> bool:
    if request.chat_arriving is None or request.requestHeaders.hasHeader(b"content-length"):
        return False
    return request.chat_chunks > CHUNKS + request.content.tell() // CHUNK_BYTES


def _received(stock: Hook) -> Hook:
    def requestReceived(request: Request, *line: bytes) -> None:
        if request.chat_refused:
            return
        if request.chat_arriving is not None:
            request.chat_arriving.end()
        if request.chat_upload is not None:
            request.chat_upload.complete()
            request.content = BytesIO()
        stock(request, *line)

    return requestReceived


def refuse(request: Request, answer: bytes) -> None:
    if request.chat_refused or request.channel is None:
        return
    request.chat_refused = True
    if request.chat_arriving is not None:
        request.chat_arriving.end()
    if request.chat_upload is not None:
        request.chat_upload.slots.free(request.chat_upload)
    request.content.truncate(0)
    request.requestHeaders.removeHeader(b"Expect")  # or Twisted would still ask for the body
    transport = request.channel.transport
    _log(answer)
    transport.write(answer)
    installed_reactor().callLater(LINGER, transport.abortConnection)


def _log(answer: bytes) -> None:
    """Log each status once in a while, so that refused clients cannot fill the disk with logs."""
    status, now = answer.split(b"\r\n", 1)[0].decode().partition(" ")[2], time.monotonic()
    if now - _logged.get(status, -LOGGED_EVERY) >= LOGGED_EVERY:
        _logged[status] = now
        log.warning("a request's body was refused: %s", status)
