"""Decides from an upload's headers whether it is allowed, before any of its body is read.

Django checks CSRF later, and the view repeats the other checks when it saves the row.
"""

import ipaddress
import math

import msgspec
from django.conf import settings
from django.utils import translation

from chat import actions, addresses, files, rate_limit
from chat.accounts import sessions
from chat.actions import Refused
from chat.protocol import Code
from chat.realtime.fastpath import Asked, Declined
from chat.realtime.transport import Owner
from chat.web import error_messages

from .database import Database

UNKNOWN = ("401 Unauthorized", "not_signed_in")
BANNED = ("403 Forbidden", "banned")
# The status if Refused has no other.
FORBIDDEN = "403 Forbidden"
TOO_OFTEN = "429 Too Many Requests"
_LINES = {404: "404 Not Found", 413: "413 Content Too Large", 503: "503 Service Unavailable"}


def network_of(address: str) -> str | None:
    """The network that an address is counted under. None for this machine: that is a proxy or the owner."""
    try:
        local = ipaddress.ip_address(address.partition("%")[0]).is_loopback
    except ValueError:  # a Unix socket: a proxy
        return None
    return None if local else rate_limit.network(address)


async def admit(database: Database, asked: Asked) -> Owner | Declined:
    key = sessions.session_key_of(asked.cookies)
    if key is None:
        return _declined(*UNKNOWN)
    return await database.read(_judge, key, asked)


def _judge(key: str, asked: Asked) -> Owner | Declined:
    owner = sessions.session_owners([key]).get(key)
    if owner is None:
        return _declined(*UNKNOWN)
    if sessions.is_banned(owner.profile, asked.address):
        return _declined(*BANNED)
    guest_from = asked.address if owner.login.is_guest else None
    allowance = rate_limit.allowance_of(owner.login.person, guest_from)
    if wait := allowance.take("upload"):
        with translation.override(owner.profile.language or settings.LANGUAGE_CODE):
            return _declined(TOO_OFTEN, Code.RATE_LIMITED, error_messages.try_again_in(wait), wait)
    allowance.charge("upload", -1)  # given back: the view charges it
    found = addresses.upload_pattern().match(asked.path.encode("latin-1"))
    room = found[1].decode("latin-1") if found else ""
    try:
        quota = files.file_limits().quota(owner.login.is_guest)
        actions.refuse_upload(owner.login.person, room, asked.length or 0, quota)
        actions.refuse_without_space(asked.promised)
    except Refused as refused:
        with translation.override(owner.profile.language or settings.LANGUAGE_CODE):
            line = _LINES.get(error_messages.status(refused.code), FORBIDDEN)
            return _declined(line, refused.code, error_messages.sentence(refused))
    return Owner(owner.login.person, owner.login.is_guest)


def _declined(line: str, code: str, sentence: str | None = None, wait: float = 0.0) -> Declined:
    """The view's response, which the page understands. Without a sentence the page shows its own."""
    body = msgspec.json.encode({"code": code} | ({"sentence": sentence} if sentence else {}))
    head = f"HTTP/1.1 {line}\r\nConnection: close\r\nContent-Type: application/json\r\n"
    if wait:
        head += f"Retry-After: {math.ceil(wait)}\r\n"
    return Declined(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
