"""Lets large bodies in: who asks is known from the headers before a byte is taken, how many are on their way
is bounded (upload_slots.py), and so is what all of them together may write.

While the application decides, the connection is not read. An upload is written to a file on the disk as it
comes, and that file is the body the application gets (`body_of`): daphne would read it back and queue all of
it in memory.
"""

import asyncio
import logging
import re
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, NamedTuple

from .daphne import client_of
from .upload_slots import Uploader, UploadSlots

log = logging.getLogger(__name__)

# On their way at once: all, of all guests, of one address, of one person, who may have two pages that send
# three each.
ALL, GUESTS, EACH_ADDRESS, EACH_PERSON = 48, 16, 24, 6
# Bytes of one upload between two looks at the free space.
SPACE_CHECKED_EVERY = 2**20
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Asked(NamedTuple):
    """What is known of an upload before its body: `length` is None where it comes in chunks. `promised` bytes
    may be written by it and by those that run already."""

    path: str
    cookies: list[tuple[bytes, bytes]]
    length: int | None
    address: str
    promised: int


class Declined(NamedTuple):
    """A whole response, with which it is refused."""

    answer: bytes


Admit = Callable[[Asked], Awaitable[Uploader | Declined]]


class Larger(NamedTuple):
    """POSTs whose path matches may have bodies of `most` bytes, in files in `folder`, for at most `seconds`
    each. `admit` says whose it is, or declines it; `network` which addresses count as one, None those that
    are not counted; `has_space` whether the disk takes so many bytes more."""

    path: re.Pattern[bytes]
    most: int
    folder: Callable[[], Path]
    admit: Admit
    network: Callable[[str], str | None]
    has_space: Callable[[int], bool]
    seconds: float = 900.0


class Upload:
    """One on its way, with its file. Without a name: it goes when we do, however that happens."""

    slots = UploadSlots(ALL, GUESTS, EACH_ADDRESS, EACH_PERSON)

    # Ends it with an answer; set where that is known.
    give_way: Callable[[], None]

    def __init__(self, uploader: Uploader, promised: int, larger: Larger) -> None:
        self.uploader, self.promised, self._larger = uploader, promised, larger
        self.began = time.monotonic()
        self.file = tempfile.TemporaryFile(dir=larger.folder())  # noqa: SIM115
        self._space_checked = 0

    @property
    def size(self) -> int:
        return self.file.tell()

    def has_space(self) -> bool:
        """Whether the disk still has some: others write there too."""
        if self.size < self._space_checked + SPACE_CHECKED_EVERY:
            return True
        self._space_checked = self.size
        return self._larger.has_space(0)

    def complete(self) -> None:
        self.promised = self.size
        self.slots.complete(self)
        self.file.seek(0)


Decided = Callable[[Any, Larger, Upload | bytes | None], None]


def is_upload(request: Any) -> bool:
    larger, channel = request.chat_larger, request.channel
    if larger is None or getattr(channel, "_command", b"") != b"POST" or not hasattr(channel, "hold"):
        return False
    return larger.path.search(channel._path.partition(b"?")[0]) is not None


def network_of(request: Any) -> str | None:
    larger = request.chat_larger
    return larger.network(client_of(request)) if larger is not None else None


def ask(request: Any, larger: Larger, length: int | None, decided: Decided) -> None:
    """Let the application say whose this upload is; `decided` is called once, unless the client is gone."""
    headers, channel = request.requestHeaders, request.channel
    cookies = [(b"cookie", value) for value in headers.getRawHeaders(b"cookie", [])]
    path = channel._path.partition(b"?")[0].decode("latin-1")
    expects = headers.getRawHeaders(b"expect", [b""])[0].lower() == b"100-continue"
    headers.removeHeader(b"Expect")  # Twisted would answer it at once
    channel.hold()
    promise = larger.most if length is None else length
    asked = Asked(path, cookies, length, client_of(request), Upload.slots.promised + promise)
    asking = asyncio.ensure_future(larger.admit(asked))
    continues = expects and channel._version == b"HTTP/1.1"
    asking.add_done_callback(lambda done: _answered(request, larger, promise, done, continues, decided))


def _answered(
    request: Any, larger: Larger, promise: int, done: Any, continues: bool, decided: Decided
) -> None:
    channel = request.channel
    if channel is None:
        return
    upload = _upload(request, larger, promise, done)
    if isinstance(upload, Upload):
        channel.arrivals.forget(channel)  # we know whose it is: it does not give way to strangers
        if continues:
            channel.transport.write(CONTINUE)
    decided(request, larger, upload)
    channel.go_on()


def _upload(request: Any, larger: Larger, promise: int, done: Any) -> Upload | bytes | None:
    if done.cancelled() or done.exception() is not None:
        log.warning("an upload could not be asked about: %r", None if done.cancelled() else done.exception())
        return None
    found = done.result()
    if isinstance(found, Declined):
        return found.answer
    if not larger.has_space(Upload.slots.promised + promise):  # others were let in meanwhile
        return None
    uploader = found._replace(address=network_of(request))
    try:
        upload = Upload(uploader, promise, larger)
    except OSError as error:  # no room, or no files left
        log.warning("an upload cannot be written: %s", error)
        return None
    if not Upload.slots.take(upload):
        upload.file.close()
        return None
    request.notifyFinish().addBoth(lambda _how: Upload.slots.free(upload))
    return upload
