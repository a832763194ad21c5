"""How large may the body of a request be before daphne refuses it? It would otherwise hold all of it, and
only then ask the application (django/daphne#483).

A declared length is refused before a byte is read, a chunked body when it passes the limit; answered 413, and
what still comes is read and forgotten for a moment, so that a client that is busy sending sees the answer.
"""

import logging
import sys
from typing import Any

log = logging.getLogger(__name__)

ANSWER = (
    b"HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Type: text/plain\r\n"
    b"Content-Length: 10\r\n\r\nToo large\n"
)
# Seconds for the client to notice.
LINGER = 2.0
# What we take the place of, in daphne's request: Twisted calls each of them once per request or chunk.
HOOKS = ("gotLength", "handleContentChunk", "requestReceived")


def limit_bodies(most: int) -> None:
    """From now on daphne refuses bodies of more than `most` bytes. On another server this is nothing."""
    daphne = sys.modules.get("daphne.http_protocol")
    request = getattr(daphne, "WebRequest", None)
    if request is None or not all(hasattr(request, hook) for hook in HOOKS):
        return
    request.chat_limit = most
    if not hasattr(request, "chat_refused"):
        request.chat_refused = False
        for hook, guard in zip(HOOKS, (_length, _chunk, _received), strict=True):
            setattr(request, hook, guard(getattr(request, hook)))


def _length(stock: Any) -> Any:
    def gotLength(request: Any, length: int | None) -> None:
        too_much = length is not None and length > request.chat_limit
        # Without a length Twisted takes a file on disk for it; up to the limit, memory will do.
        stock(request, 0 if too_much or length is None else length)
        if too_much:
            _refuse(request)

    return gotLength


def _chunk(stock: Any) -> Any:
    def handleContentChunk(request: Any, data: bytes) -> None:
        if request.chat_refused:
            return
        if request.content.tell() + len(data) > request.chat_limit:
            _refuse(request)
        else:
            stock(request, data)

    return handleContentChunk


def _received(stock: Any) -> Any:
    def requestReceived(request: Any, *line: bytes) -> None:
        if not request.chat_refused:
            stock(request, *line)

    return requestReceived


def _refuse(request: Any) -> None:
    from twisted.internet import reactor

    later: Any = reactor
    request.chat_refused = True
    request.content.truncate(0)
    request.requestHeaders.removeHeader(b"Expect")  # or Twisted would ask for the body after all
    transport = request.channel.transport
    log.warning("a request's body was refused: more than %d bytes", request.chat_limit)
    transport.write(ANSWER)
    later.callLater(LINGER, transport.abortConnection)
