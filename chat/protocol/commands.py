"""The commands a client can send, one type each, and `parse`, which reads them strictly.

Anything invalid (an unknown type or key, NaN, deep nesting, lone surrogates, NUL) raises BadFrame and
nothing else. Of duplicate keys the last one counts, as in JavaScript.
"""

from functools import reduce
from operator import or_
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta, Struct

from chat import limits

# The values of Membership.Level.
Level = Annotated[str, Meta(pattern=r"^(everything|mentions|nothing|hidden)\Z")]
Key = Annotated[str, Meta(min_length=1, max_length=32)]
# \Z because $ also matches before a trailing line feed.
Nonce = Annotated[str, Meta(pattern=r"^[0-9a-zA-Z_-]{16,64}\Z")]
Ref = Annotated[str, Meta(max_length=64)]
Body = Annotated[str, Meta(min_length=1, max_length=limits.BODY_CHARACTERS)]
Emoji = Annotated[str, Meta(min_length=1, max_length=32)]
# Integers that JavaScript can represent exactly (RFC 8259, section 6).
Id = Annotated[int, Meta(ge=1, le=2**53 - 1)]
Seq = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Page = Annotated[int, Meta(ge=1, le=limits.MAX_HISTORY)]


class Command(Struct, forbid_unknown_fields=True, tag_field="type", kw_only=True, frozen=True):
    ref: Ref | None = None
    rate: ClassVar[str] = "frame"


class Post(Command, tag="message.post", frozen=True):
    """The body may be empty if there are attachments."""

    room: Key
    nonce: Nonce
    body: Annotated[str, Meta(max_length=limits.BODY_CHARACTERS)]
    reply_to: Id | None = None
    attachments: Annotated[list[Key], Meta(max_length=limits.ATTACHMENTS)] = []
    rate = "message.post"

    def __post_init__(self) -> None:
        if not (self.body or self.attachments):
            raise ValueError("neither body nor attachments")


class Edit(Command, tag="message.edit", frozen=True):
    message: Id
    body: Body
    rate = "message.edit"


class Delete(Command, tag="message.delete", frozen=True):
    message: Id
    rate = "message.delete"


class ReadRevisions(Command, tag="message.revisions", frozen=True):
    message: Id
    rate = "room.history"


class Pin(Command, tag="message.pin", frozen=True):
    message: Id
    rate = "message.edit"


class Unpin(Command, tag="message.unpin", frozen=True):
    message: Id
    rate = "message.edit"


class AddReaction(Command, tag="reaction.add", frozen=True):
    message: Id
    emoji: Emoji
    rate = "reaction"


class RemoveReaction(Command, tag="reaction.remove", frozen=True):
    message: Id
    emoji: Emoji
    rate = "reaction"


class OpenRoom(Command, tag="room.open", frozen=True):
    room: Key
    since: Seq | None = None
    rate = "room.open"


class SyncRoom(Command, tag="room.sync", frozen=True):
    room: Key
    since: Seq
    rate = "room.open"


class ReadHistory(Command, tag="room.history", frozen=True):
    """Takes exactly one of before, after and around, each a message id."""

    room: Key
    before: Id | None = None
    after: Id | None = None
    around: Id | None = None
    limit: Page = limits.HISTORY_PAGE
    rate = "room.history"

    def __post_init__(self) -> None:
        if sum(mark is not None for mark in (self.before, self.after, self.around)) != 1:
            raise ValueError("exactly one of before, after, around")


class Search(Command, tag="search", frozen=True):
    """`next` comes from the previous page. Days are those of the IANA zone or, without one, at `utc_offset`,
    in minutes east of UTC."""

    text: Annotated[str, Meta(min_length=1, max_length=limits.SEARCH_CHARACTERS)]
    room: Key | None = None
    next: Id | None = None
    limit: Page = limits.SEARCH_PAGE
    zone: Annotated[str, Meta(max_length=64)] | None = None
    utc_offset: Annotated[int, Meta(ge=-840, le=840)] = 0
    rate = "search"


class JoinRoom(Command, tag="room.join", frozen=True):
    room: Key
    rate = "room.join"


class LeaveRoom(Command, tag="room.leave", frozen=True):
    room: Key
    rate = "room.join"


class MarkRead(Command, tag="read.mark", frozen=True):
    room: Key
    message: Annotated[int, Meta(ge=0, le=2**53 - 1)]
    rate = "read.mark"


class UnmarkRead(Command, tag="read.unmark", frozen=True):
    room: Key
    message: Id
    rate = "read.mark"


class SetLevel(Command, tag="room.level", frozen=True):
    room: Key
    level: Level
    rate = "room.join"


class SetFavourite(Command, tag="room.favourite", frozen=True):
    room: Key
    favourite: bool
    rate = "room.join"


class BlockPerson(Command, tag="person.block", frozen=True):
    """Stop seeing this person's messages. The other person is not notified."""

    person: Id
    rate = "room.join"


class UnblockPerson(Command, tag="person.unblock", frozen=True):
    person: Id
    rate = "room.join"


class Type(Command, tag="typing", frozen=True):
    room: Key
    rate = "typing"


class SetPresence(Command, tag="presence", frozen=True):
    state: Annotated[str, Meta(pattern=r"^(online|away)\Z")]
    rate = "presence"


class Ping(Command, tag="ping", frozen=True):
    """`heads` maps rooms to the seqs a client has reached; the answer has the rooms' newest seqs."""

    heads: Annotated[dict[Key, Seq], Meta(max_length=500)] | None = None


# Every type above.
COMMANDS = tuple(Command.__subclasses__())


class BadFrame(Exception):
    """Not a valid command. The text is for the client; it quotes the frame, so never log it."""


_decode = msgspec.json.Decoder(reduce(or_, COMMANDS)).decode


def parse(frame: str) -> Command:
    """Raises BadFrame."""
    try:
        command: Command = _decode(frame)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise BadFrame(_why(error)) from None
    # PostgreSQL refuses NUL in text and SQLite stores it, so it is refused for both. The check of the frame
    # is cheap, but on its own would also refuse an escaped backslash before "u0000".
    if "\\u0000" in frame and any("\0" in text for text in _texts(command)):
        raise BadFrame("NUL in a string")
    return command


def _why(error: Exception) -> str:
    return str(error)[:200] if isinstance(error, msgspec.DecodeError) else "not text"


def _texts(command: Command) -> list[str]:
    found: list[str] = []
    for name in command.__struct_fields__:
        value = getattr(command, name)
        found += (
            [value]
            if isinstance(value, str)
            else [v for v in value if isinstance(v, str)]
            if value.__class__ in (list, dict)
            else []
        )
    return found
