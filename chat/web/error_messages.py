"""Messages shown to people when an action is refused: one sentence per code, saying what to do."""

import math

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from chat.actions import Refused
from chat.protocol import Code, Reason

_SENTENCES: dict[Code, str | Promise] = {
    Code.NO_SUCH_ROOM: _("This room doesn’t exist, or you don’t have access to it."),
    Code.NO_SUCH_FILE: _("One of the files is no longer available. Attach it again."),
    Code.NO_SPACE: _("You’ve used up your file storage. Ask an administrator for more."),
    Code.NOT_ALLOWED: _("You don’t have permission to do this."),
    Code.BANNED: _("You’ve been banned from this workspace."),
    Code.MUTED: _("You’re muted in this room."),
    Code.ARCHIVED: _("This room is archived. You can read it, but not post."),
    Code.READ_ONLY: _("Only moderators can post in this room."),
    Code.BAD_BODY: _("A name needs at least one visible character."),
    Code.RATE_LIMITED: _("You’re doing this too often. Wait a moment, then try again."),
    Code.OVERLOADED: _("The server is busy. Nothing was changed; try again in a moment."),
    Code.STORAGE_UNAVAILABLE: _(
        "The server can’t save right now. Nothing was changed; try again in a moment."
    ),
    Code.TOO_MANY: _("You’ve reached the limit. Remove some first, then try again."),
}
_REASONS: dict[Reason | None, str | Promise] = {
    Reason.LAST_OWNER: _("A room needs at least one owner. Make someone else an owner first."),
    Reason.LAST_SUPERUSER: _("This is the last active superuser. Make someone else a superuser first."),
    Reason.PRIVATE_ROOM: _("Only an owner can make a private room public."),
    Reason.NOT_ANNOUNCED: _("Notify the members first: they get a day before the room becomes public."),
    Reason.TOO_LATE: _("This message was deleted too long ago to be restored."),
    Reason.NOT_FOR_GUESTS: _("Guests can’t do this. Create an account first."),
    Reason.TOO_MANY_GUESTS: _("No more guests can join right now. You can still join with an account."),
    Reason.NAME_TAKEN: _("Someone with an account already has this name. Choose another one."),
    Reason.ADDRESS_BANNED: _(
        "Guests from your network can’t join right now. Sign in if you have an account."
    ),
    Reason.STORAGE_FULL: _("File storage is full. Ask an administrator to free up space."),
    Reason.DISK_FULL: _("The server’s disk is almost full. Ask an administrator to free up space."),
}
_OTHER = _("That didn’t work, and nothing was changed. Try again.")
_STATUS = {
    Code.NO_SUCH_ROOM: 404, Code.NO_SUCH_FILE: 404, Code.TOO_LARGE: 413, Code.NO_SPACE: 413, Code.BAD_FILE:
    422, Code.OVERLOADED: 503, Code.STORAGE_UNAVAILABLE: 503,
}  # fmt: skip


def try_again_in(seconds: float) -> str:
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
    if refused.code == Code.RATE_LIMITED and refused.retry_after:
        return try_again_in(refused.retry_after)
    return str(_REASONS.get(refused.reason) or _SENTENCES.get(refused.code, _OTHER))


def status(code: Code) -> int:
    return _STATUS.get(code, 403)
