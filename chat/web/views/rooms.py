"""The pages of rooms: the room itself, a new one; entering and leaving.

Imports actions, forms, queries, refusals and writer.
"""

import json
import secrets
import time
from functools import lru_cache
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.html import json_script
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_POST, require_safe

from chat import __version__, actions, files, limits, queries
from chat.actions import Refused
from chat.models import Profile, Room, people_of
from chat.protocol import Code
from chat.queries import RoomPageData
from chat.web import error_messages, forms
from chat.web.context_processors import DENSITY_COOKIE, THEME_COOKIE
from chat.writer import writer

from .access import limited, may_make_rooms, people_only, remember, room_for, say

# Seconds for which a room's event is kept at most: a name of somebody who has left it changes without a seq.
KEPT = 600
# Another process may be another version of the pages.
_THIS_PROCESS = secrets.token_hex(8)


@require_safe
@people_only
def room(request: HttpRequest, me: Profile, key: str, message: int | None = None) -> HttpResponse:
    """The chat, for its members; for others who may come in, its door. Whether there is such a message is for
    the page's script to find out: its address has to be as cheap as the room's."""
    data = queries.room_page_data(me.pk, key)
    if data is None:
        return render(request, "chat/door.html", {"room": room_for(me, key), "message": message})
    response = talk(request, me, data, message)
    if request.COOKIES.get("room") != key:
        remember(response, "room", key)
    return response


def _as_of(request: HttpRequest, me: Profile, data: RoomPageData, message: int | None) -> str | None:
    """Changes with everything this page shows: who asks, in which language and colours; the room, and their
    place in it; the secret its forms' tokens are made of. Without that one no page can be used again."""
    secret = request.META.get("CSRF_COOKIE")
    shown = (
        _THIS_PROCESS, time.time() // KEPT, secret, me.pk, me.kind, *data, translation.get_language(),
        request.COOKIES.get(THEME_COOKIE, ""), request.COOKIES.get(DENSITY_COOKIE, ""),
        request.build_absolute_uri(),
    )  # fmt: skip
    return f'"{salted_hmac("chat.page", repr(shown)).hexdigest()}"' if secret else None


@condition(etag_func=_as_of)
def talk(request: HttpRequest, me: Profile, data: RoomPageData, message: int | None) -> HttpResponse:
    """Who has it as it is now is told so (304): but `me` and `data` were read for this very request."""
    context = {
        "room": data, "title": title(me, data), "place": {"name": data.place},
        "page": page(request, me, data, message),
        "first": _first(data.room, data.key, data.seq, int(time.time() // KEPT)),
        "confined": me.is_guest and not (data.guests_see_public_rooms or data.guests_create_rooms),
    }  # fmt: skip
    return render(request, "chat/room.html", context)


def title(me: Profile, data: RoomPageData) -> str:
    """What the room is called until the page's script says it: a direct one by its other people."""
    if data.people_key is None:
        return data.name
    others = [person for person in people_of(data.people_key) if person != me.pk]
    return ", ".join(person.name for person in queries.people(others).values())


@lru_cache(maxsize=64)
def _first(room: int, key: str, seq: int, _while: int) -> SafeString:
    """The `room` event as a connection would get it: the same for all who are in the room, so it is read and
    encoded once for each seq. Whether somebody is in the room is asked before, every time."""
    return json_script(json.loads(queries.snapshot(room).frame), "first")


def page(request: HttpRequest, me: Profile, data: RoomPageData, message: int | None) -> dict[str, Any]:
    """What the page's script starts from, besides the room."""
    return {
        "me": me.pk,
        "room": data.key,
        # In the bounds of the wire: no message has such a number.
        "message": None if message is None else min(max(message, 1), 2**53 - 1),
        "socket": "/ws/",
        "version": __version__,
        "language": translation.get_language(),
        "join_link": invitation(request, me, data),
        "invites": invites(me, data),
        "guest": me.is_guest,
        "moderates": data.moderates,
        "files": {"bytes": files.bounds().bytes, "most": limits.ATTACHMENTS},
        "home": reverse("home"),
    }


def invites(me: Profile, data: RoomPageData) -> bool:
    """As `may_invite`, of what the page knows anyway."""
    if data.people_key is not None or (me.is_guest and not data.guests_invite):
        return False
    return data.kind == Room.Kind.PUBLIC or data.moderates


def invitation(request: HttpRequest, me: Profile, data: RoomPageData) -> str:
    """The address of a link for many people, for whoever may invite; empty while there is none."""
    if data.link is None or not invites(me, data):
        return ""
    return request.build_absolute_uri(reverse("join", args=[data.link]))


@people_only
@limited("room.make")
def new_room(request: HttpRequest, me: Profile) -> HttpResponse:
    if not may_make_rooms(me):
        why = error_messages.sentence(Refused(Code.NOT_ALLOWED, "guest"))
        return render(request, "chat/refused.html", {"why": why}, status=403)
    form = forms.RoomForm(request.POST or None, initial={"name": request.GET.get("name", "")})
    if request.method == "POST" and form.is_valid():
        try:
            made = writer.perform(open_room, me, **form.cleaned_data)
            return redirect("room", made.key)
        except Refused as refused:
            form.add_error(None, error_messages.sentence(refused))
    return render(request, "chat/new_room.html", {"form": form}, status=400 if form.errors else 200)


def open_room(me: Profile, **given: Any) -> Room:
    """A room and the link to invite with."""
    room: Room = actions.make_room(me.pk, **given)
    if room.guests_invite or not me.is_guest:
        actions.make_join_link(me.pk, room.key)
    return room


@require_POST
@people_only
@limited("room.join")
def enter_room(request: HttpRequest, me: Profile, key: str) -> HttpResponse:
    room_for(me, key)
    try:
        writer.perform(actions.join_room, me.pk, key)
    except Refused as refused:
        say(request, refused)
    message = request.POST.get("message", "")
    # Other scripts have digits no address takes.
    numbered = message.isascii() and message.isdecimal() and len(message) < 19
    return redirect("message", key, message) if numbered else redirect("room", key)


@require_POST
@people_only
@limited("room.join")
def leave_room(request: HttpRequest, me: Profile, key: str) -> HttpResponse:
    left = room_for(me, key)
    try:
        writer.perform(actions.leave_room, me.pk, key)
        messages.success(request, _said(left))
    except Refused as refused:
        say(request, refused)
    return redirect("directory")


def _said(left: Room) -> str:
    if left.direct:
        return _("Conversation hidden. It will reappear when there’s a new message.")
    return _("You left “%(room)s”.") % {"room": left.name}
