"""How large may the body of a request be before daphne refuses it? It would otherwise hold all of it, and
only then ask the application (django/daphne#483).

A declared length is refused before a byte is read, a chunked body when it passes the limit; answered 413, and
what still comes is read and forgotten for a moment, so that a client that is busy sending sees the answer.
Uploads may be larger: they are written to the disk as they come, and that file is the body the application
gets (`body_of`). Daphne would read it back and queue all of it in memory.
"""

import logging
import re
import sys
import tempfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import IO, Any, NamedTuple

log = logging.getLogger(__name__)

TOO_LARGE = (
    b"HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Type: text/plain\r\n"
    b"Content-Length: 10\r\n\r\nToo large\n"
)
BUSY = (
    b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Type: text/plain\r\n"
    b"Retry-After: 5\r\nContent-Length: 5\r\n\r\nBusy\n"
)
# Seconds for the client to notice.
LINGER = 2.0
# What we take the place of, in daphne's request: Twisted calls each of them once per request or chunk.
HOOKS = ("gotLength", "handleContentChunk", "requestReceived")


class Larger(NamedTuple):
    """POSTs whose path matches may have bodies of `most` bytes: at most `at_once` of them on their way, in
    files in `folder`, for at most `seconds` each."""

    path: re.Pattern[bytes]
    most: int
    folder: Callable[[], Path]
    at_once: int = 32
    seconds: float = 900.0


def limit_bodies(most: int, larger: Larger | None = None) -> None:
    """From now on daphne refuses bodies of more than `most` bytes. On another server this is nothing."""
    daphne = sys.modules.get("daphne.http_protocol")
    request = getattr(daphne, "WebRequest", None)
    if request is None or not all(hasattr(request, hook) for hook in HOOKS):
        return
    request.chat_limit, request.chat_larger, request.chat_upload = most, larger, None
    if not hasattr(request, "chat_refused"):
        request.chat_refused = False
        for hook, guard in zip(HOOKS, (_length, _chunk, _received), strict=True):
            setattr(request, hook, guard(getattr(request, hook)))


def body_of(send: Any) -> IO[bytes] | None:
    """The file an upload was written to, to be read from its start; None of any other request."""
    request = (getattr(send, "args", None) or (None,))[0]
    upload = getattr(request, "chat_upload", None)
    return upload.file if upload is not None else None


class _Upload:
    """One on its way: its file, and its end when it takes too long."""

    under_way = 0

    def __init__(self, request: Any, larger: Larger) -> None:
        # Without a name: it goes when we do, however that happens.
        self.file = tempfile.TemporaryFile(dir=larger.folder())  # noqa: SIM115
        self._late = _reactor().callLater(larger.seconds, request.channel.transport.abortConnection)
        _Upload.under_way += 1
        request.notifyFinish().addBoth(self._end)

    def arrived(self) -> None:
        if self._late.active():
            self._late.cancel()
        self.file.seek(0)

    def _end(self, _how: Any) -> None:
        _Upload.under_way -= 1
        if self._late.active():
            self._late.cancel()


def _length(stock: Any) -> Any:
    def gotLength(request: Any, length: int | None) -> None:
        larger = request.chat_larger if _is_upload(request) else None
        if larger is not None:
            request.chat_limit = larger.most
        too_much = length is not None and length > request.chat_limit
        # Without a length Twisted takes a file on disk for it; up to the limit, memory will do.
        stock(request, 0 if too_much or length is None else length)
        if too_much:
            _refuse(request, TOO_LARGE)
        elif larger is not None and _Upload.under_way >= larger.at_once:
            _refuse(request, BUSY)
        elif larger is not None:
            request.chat_upload = _Upload(request, larger)
            request.content = request.chat_upload.file

    return gotLength


def _is_upload(request: Any) -> bool:
    larger, channel = request.chat_larger, request.channel
    if larger is None or getattr(channel, "_command", b"") != b"POST":
        return False
    return larger.path.search(channel._path.partition(b"?")[0]) is not None


def _chunk(stock: Any) -> Any:
    def handleContentChunk(request: Any, data: bytes) -> None:
        if request.chat_refused:
            return
        if request.content.tell() + len(data) > request.chat_limit:
            _refuse(request, TOO_LARGE)
        else:
            stock(request, data)

    return handleContentChunk


def _received(stock: Any) -> Any:
    def requestReceived(request: Any, *line: bytes) -> None:
        if request.chat_refused:
            return
        if request.chat_upload is not None:
            request.chat_upload.arrived()
            request.content = BytesIO()
        stock(request, *line)

    return requestReceived


def _refuse(request: Any, answer: bytes) -> None:
    request.chat_refused = True
    request.content.truncate(0)
    request.requestHeaders.removeHeader(b"Expect")  # or Twisted would ask for the body after all
    transport = request.channel.transport
    log.warning("a request's body was refused: more than %d bytes, or too many at once", request.chat_limit)
    transport.write(answer)
    _reactor().callLater(LINGER, transport.abortConnection)


def _reactor() -> Any:
    from twisted.internet import reactor

    return reactor
