"""Limits on request bodies: their size, how many are on their way at once, and how slowly they may come.

Daphne would hold all of any body, and only then ask the application (django/daphne#483). Here a declared
length is refused before a byte is read, a chunked body when it passes the limit; what still comes after the
answer is read and forgotten for a moment, so that a client that is busy sending sees the answer.
Uploads may be larger: `uploads.py` lets them in.
"""

import logging
import sys
import time
from functools import partial
from io import BytesIO
from typing import IO, Any

from . import uploads
from .http_channel import LINGER, plain_answer
from .slots import Slot, Slots
from .upload_slots import GRACE
from .uploads import Larger

log = logging.getLogger(__name__)

TOO_LARGE = plain_answer("413 Content Too Large", "Too large")
BUSY = plain_answer("503 Service Unavailable", "Busy", "Retry-After: 5\r\n")
TOO_SLOW = plain_answer("408 Request Timeout", "Too slow")
# Seconds in which a body has to be complete. An upload has its own.
FORM_SECONDS = 60.0
# After GRACE seconds a body must have come at so many bytes a second since then.
LEAST_RATE = 4096
# A form of more bytes, or of an unknown number, takes one of a few slots: what waits in memory is bounded.
SMALL = 65_536
FORMS, FORMS_EACH_ADDRESS = 16, 4
# Seconds between two lines of the log for the same status.
LOGGED_EVERY = 10.0
_logged: dict[str, float] = {}
# What we take the place of, in daphne's request: Twisted calls each of them once per request or chunk.
HOOKS = ("gotLength", "handleContentChunk", "requestReceived")


def limit_bodies(most: int, larger: Larger | None = None) -> None:
    """From now on daphne refuses bodies of more than `most` bytes. On another server this is nothing."""
    daphne = sys.modules.get("daphne.http_protocol")
    request = getattr(daphne, "WebRequest", None)
    if request is None or not all(hasattr(request, hook) for hook in HOOKS):
        return
    request.chat_limit, request.chat_larger = most, larger
    request.chat_upload = request.chat_arriving = None
    request.chat_forms = Slots(FORMS, FORMS_EACH_ADDRESS)
    if not hasattr(request, "chat_refused"):
        request.chat_refused = False
        for hook, guard in zip(HOOKS, (_length, _chunk, _received), strict=True):
            setattr(request, hook, guard(getattr(request, hook)))


def body_of(send: Any) -> IO[bytes] | None:
    """The file an upload was written to, to be read from its start; None of any other request."""
    upload = _upload_of(send)
    return upload.file if upload is not None else None


def uploader_of(send: Any) -> Any:
    """Who sent it, as `Larger.admit` called them; None of any other request."""
    upload = _upload_of(send)
    return upload.uploader.person if upload is not None else None


def _upload_of(send: Any) -> Any:
    request = (getattr(send, "args", None) or (None,))[0]
    return getattr(request, "chat_upload", None)


class Arriving:
    """A body on its way, looked at every second: is it late, or too slow?"""

    def __init__(self, request: Any, seconds: float) -> None:
        self._request, self._seconds = request, seconds
        self._began, self.size = time.monotonic(), 0
        self._next = _reactor().callLater(1.0, self._look)
        request.notifyFinish().addBoth(self.end)

    def end(self, _how: Any = None) -> None:
        if self._next is not None and self._next.active():
            self._next.cancel()
        self._next = None

    def _look(self) -> None:
        passed = time.monotonic() - self._began
        if passed > self._seconds or self.size < (passed - GRACE) * LEAST_RATE:
            refuse(self._request, TOO_SLOW)
        else:
            self._next = _reactor().callLater(1.0, self._look)


def _length(stock: Any) -> Any:
    def gotLength(request: Any, length: int | None) -> None:
        larger = request.chat_larger if length != 0 and uploads.is_upload(request) else None
        most = larger.most if larger is not None else request.chat_limit
        too_much = length is not None and length > most
        # Without a length Twisted takes a file on disk for it; up to the limit, memory will do.
        stock(request, 0 if too_much or larger or length is None else length)
        request.chat_limit, request.chat_arriving = most, None
        if too_much:
            refuse(request, TOO_LARGE)
        elif larger is not None:
            uploads.ask(request, larger, length, _admitted)
        elif length != 0:
            _take_form(request, length)

    return gotLength


def _take_form(request: Any, length: int | None) -> None:
    if length is None or length > SMALL:
        slot, forms = Slot(uploads.network_of(request)), request.chat_forms
        if not forms.take(slot):
            refuse(request, BUSY)
            return
        request.notifyFinish().addBoth(lambda _how: forms.free(slot))
    request.chat_arriving = Arriving(request, FORM_SECONDS)


def _admitted(request: Any, larger: Larger, upload: uploads.Upload | bytes | None) -> None:
    """`upload` is what it will be written to, the answer that refuses it, or None: too many at once."""
    if not isinstance(upload, uploads.Upload):
        refuse(request, BUSY if upload is None else upload)
        return
    request.chat_upload, request.content = upload, upload.file
    upload.give_way = partial(refuse, request, BUSY)
    request.chat_arriving = Arriving(request, larger.seconds)


def _chunk(stock: Any) -> Any:
    def handleContentChunk(request: Any, data: bytes) -> None:
        if request.chat_refused:
            return
        if request.content.tell() + len(data) > request.chat_limit:
            refuse(request, TOO_LARGE)
            return
        if request.chat_upload is not None and not request.chat_upload.has_space():
            refuse(request, BUSY)
            return
        request.chat_arriving.size += len(data)
        stock(request, data)

    return handleContentChunk


def _received(stock: Any) -> Any:
    def requestReceived(request: Any, *line: bytes) -> None:
        if request.chat_refused:
            return
        if request.chat_arriving is not None:
            request.chat_arriving.end()
        if request.chat_upload is not None:
            request.chat_upload.complete()
            request.content = BytesIO()
        stock(request, *line)

    return requestReceived


def refuse(request: Any, answer: bytes) -> None:
    if request.chat_refused or request.channel is None:
        return
    request.chat_refused = True
    if request.chat_arriving is not None:
        request.chat_arriving.end()
    if request.chat_upload is not None:
        request.chat_upload.slots.free(request.chat_upload)
    request.content.truncate(0)
    request.requestHeaders.removeHeader(b"Expect")  # or Twisted would ask for the body after all
    transport = request.channel.transport
    _log(answer)
    transport.write(answer)
    _reactor().callLater(LINGER, transport.abortConnection)


def _log(answer: bytes) -> None:
    """Each status once in a while: whoever is refused must not fill the disk with our log."""
    status, now = answer.split(b"\r\n", 1)[0].decode().partition(" ")[2], time.monotonic()
    if now - _logged.get(status, -LOGGED_EVERY) >= LOGGED_EVERY:
        _logged[status] = now
        log.warning("a request's body was refused: %s", status)


def _reactor() -> Any:
    from twisted.internet import reactor

    return reactor
