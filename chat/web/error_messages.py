"""How is a refused action told to a person? One sentence per code: what happened and what to do.

Imports actions and protocol.
"""

import math

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from chat.actions import Refused
from chat.protocol import Code

_SENTENCES: dict[Code, str | Promise] = {
    Code.NO_SUCH_ROOM: _("There is no such room, or it is not open to you."),
    Code.NO_SUCH_FILE: _("One of the files is no longer there. Attach it again."),
    Code.NO_SPACE: _("Your files take all the space a person has here."),
    Code.NOT_ALLOWED: _("You may not do this here."),
    Code.BANNED: _("You are banned from this place."),
    Code.MUTED: _("You are muted here."),
    Code.ARCHIVED: _("This room is archived. It can be read, and nothing else."),
    Code.READ_ONLY: _("Only moderators write in this room."),
    Code.BAD_BODY: _("A name needs at least one visible character."),
    Code.RATE_LIMITED: _("That was too often in a short time. Wait a little, then try again."),
    Code.OVERLOADED: _("The server is busy just now. Nothing has changed; try again in a moment."),
    Code.STORAGE_UNAVAILABLE: _("The server cannot save just now. Nothing has changed; try again soon."),
    Code.TOO_MANY: _("There are too many of these already."),
}
# Where the code alone does not say enough.
_DETAILS: dict[str, str | Promise] = {
    "last owner": _("A room keeps at least one owner. Make somebody else an owner first."),
    "last superuser": _("This is the last active superuser. Make somebody else a superuser first."),
    "private room": _("Only an owner of a private room can open it to everybody."),
    "announce first": _("Announce it first: its people get a day before the room is opened."),
    "forgotten": _("What was deleted so long ago is no longer kept."),
    "guest": _("Guests can’t do this here. With an account you can."),
    "guests": _("No more guests can come in at the moment. With an account you can."),
    "address": _("Guests can’t come in from your network at the moment. Sign in if you have an account."),
    "site full": _("The space for files is used up. Ask an administrator to make room."),
    "disk full": _("The server’s disk is almost full. Ask an administrator to make room."),
}
_OTHER = _("That did not work, and nothing has changed. Try again.")
_STATUS = {
    Code.NO_SUCH_ROOM: 404, Code.NO_SUCH_FILE: 404, Code.TOO_LARGE: 413, Code.NO_SPACE: 413, Code.BAD_FILE:
    422, Code.OVERLOADED: 503, Code.STORAGE_UNAVAILABLE: 503,
}  # fmt: skip


def try_again_in(seconds: float) -> str:
    """Too often: when it will work again, in seconds or minutes, rounded up."""
    whole = math.ceil(seconds)
    if whole < 100:
        return ngettext(
            "Too many attempts. Try again in %(count)d second.",
            "Too many attempts. Try again in %(count)d seconds.", whole,
        ) % {"count": whole}  # fmt: skip
    minutes = math.ceil(whole / 60)
    return ngettext(
        "Too many attempts. Try again in %(count)d minute.",
        "Too many attempts. Try again in %(count)d minutes.", minutes,
    ) % {"count": minutes}  # fmt: skip


def sentence(refused: Refused) -> str:
    return str(_DETAILS.get(refused.detail) or _SENTENCES.get(refused.code, _OTHER))


def status(code: Code) -> int:
    """Of an HTTP response that tells a program, not a person, why."""
    return _STATUS.get(code, 403)
