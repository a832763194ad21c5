"""Admits large request bodies by their headers, limited in number (transfer_slots.py) and total bytes.

The connection is not read while the application decides. The body is written to a file as it arrives, which
the application gets through `body_of`: daphne would read it back and queue all of it in memory.
"""

import asyncio
import logging
import re
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

from chat.realtime.transport import Owner, TransferSlots

from .daphne import client_of
from .types import Request

log = logging.getLogger(__name__)

# Most at once: in total, for all guests, per address, per person (two pages that send three each).
ALL, GUESTS, EACH_ADDRESS, EACH_PERSON = 48, 16, 24, 6
# Bytes of one upload between two checks of the free space.
SPACE_CHECKED_EVERY = 2**20
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Asked(NamedTuple):
    """An upload before its body. `length` is None for chunked bodies. `promised` is what it and all running
    uploads may still write, in bytes."""

    path: str
    cookies: list[tuple[bytes, bytes]]
    length: int | None
    address: str
    promised: int


class Declined(NamedTuple):
    answer: bytes


Admit = Callable[[Asked], Awaitable[Owner | Declined]]
Admitting = asyncio.Future[Owner | Declined]


class Larger(NamedTuple):
    """POSTs to `path` may have bodies of `most` bytes, in files in `folder`, for at most `seconds` each.
    `admit` returns the owner or a refusal; `network` maps an address to the one it is counted as (None:
    not counted); `has_space` checks that the disk can take so many more bytes."""

    path: re.Pattern[bytes]
    most: int
    folder: Callable[[], Path]
    admit: Admit
    network: Callable[[str], str | None]
    has_space: Callable[[int], bool]
    seconds: float = 900.0


class Upload:
    """A running upload and its file, which has no name and so disappears with the process."""

    slots = TransferSlots(ALL, GUESTS, EACH_ADDRESS, EACH_PERSON)

    # Ends the upload with an answer; set by `request_bodies`.
    give_way: Callable[[], None]

    def __init__(self, owner: Owner, promised: int, larger: Larger) -> None:
        self.owner, self.promised, self._larger = owner, promised, larger
        self.began = time.monotonic()
        self.file = tempfile.TemporaryFile(dir=larger.folder())  # noqa: SIM115
        self._space_checked = 0

    @property
    def size(self) -> int:
        return self.file.tell()

    def has_space(self) -> bool:
        """Check the disk every now and then, because others write to it too."""
        if self.size < self._space_checked + SPACE_CHECKED_EVERY:
            return True
        self._space_checked = self.size
        return self._larger.has_space(0)

    def complete(self) -> None:
        self.promised = self.size
        self.slots.complete(self)
        self.file.seek(0)


Decided = Callable[[Request, Larger, Upload | bytes | None], None]


def is_upload(request: Request) -> bool:
    larger, channel = request.chat_larger, request.channel
    if larger is None or channel is None or getattr(channel, "_command", b"") != b"POST":
        return False
    return larger.path.search(channel._path.partition(b"?")[0]) is not None


def network_of(request: Request) -> str | None:
    larger = request.chat_larger
    return larger.network(client_of(request)) if larger is not None else None


def ask(request: Request, larger: Larger, length: int | None, decided: Decided) -> None:
    """Ask the application whose upload this is. Calls `decided` once, unless the client disconnects."""
    headers, channel = request.requestHeaders, request.channel
    if channel is None:
        return
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
    request: Request, larger: Larger, promise: int, done: Admitting, continues: bool, decided: Decided
) -> None:
    channel = request.channel
    if channel is None:
        return
    upload = _upload(request, larger, promise, done)
    if isinstance(upload, Upload):
        channel.arrivals.forget(channel)  # its person is known: strangers must not displace it
        if continues:
            channel.transport.write(CONTINUE)
    decided(request, larger, upload)
    channel.go_on()


def _upload(request: Request, larger: Larger, promise: int, done: Admitting) -> Upload | bytes | None:
    if done.cancelled() or done.exception() is not None:
        log.warning("an upload could not be asked about: %r", None if done.cancelled() else done.exception())
        return None
    found = done.result()
    if isinstance(found, Declined):
        return found.answer
    if not larger.has_space(Upload.slots.promised + promise):  # others were admitted meanwhile
        return None
    owner = found._replace(address=network_of(request))
    try:
        upload = Upload(owner, promise, larger)
    except OSError as error:  # disk full, or no descriptors left
        log.warning("an upload cannot be written: %s", error)
        return None
    if not Upload.slots.take(upload):
        upload.file.close()
        return None
    request.notifyFinish().addBoth(lambda _how: Upload.slots.free(upload))
    return upload
