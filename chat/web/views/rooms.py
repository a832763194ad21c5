"""Room pages: the room itself, creating, joining and leaving."""

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
from chat.networks import is_only_here
from chat.protocol import Code, Reason
from chat.queries import RoomPageData
from chat.web import error_messages, forms
from chat.web.context_processors import DENSITY_COOKIE, THEME_COOKIE
from chat.writer import writer

from .access import (
    LAST_ROOM,
    get_room_or_404,
    may_make_rooms,
    person_required,
    rate_limited,
    remember,
    show_refusal,
)

# Seconds a room's event is cached: the name of somebody who has left can change without a new seq.
KEPT = 600
# Other processes may run another version of the pages.
_THIS_PROCESS = secrets.token_hex(8)


@require_safe
@person_required
def room(request: HttpRequest, me: Profile, key: str, message: int | None = None) -> HttpResponse:
    # The script checks whether `message` exists, so that its address costs no more than the room's.
    data = queries.room_page_data(me.pk, key)
    if data is None:
        return render(request, "chat/join_room.html", {"room": get_room_or_404(me, key), "message": message})
    response = _room_page(request, me, data, message)
    if request.COOKIES.get(LAST_ROOM) != key:
        remember(response, LAST_ROOM, key)
    return response


def _etag(request: HttpRequest, me: Profile, data: RoomPageData, message: int | None) -> str | None:
    """None without a CSRF secret: such a page cannot be reused."""
    secret = request.META.get("CSRF_COOKIE")
    shown = (
        _THIS_PROCESS, time.time() // KEPT, secret, me.pk, me.kind, *data, translation.get_language(),
        request.COOKIES.get(THEME_COOKIE, ""), request.COOKIES.get(DENSITY_COOKIE, ""),
        request.build_absolute_uri(),
    )  # fmt: skip
    return f'"{salted_hmac("chat.page", repr(shown)).hexdigest()}"' if secret else None


@condition(etag_func=_etag)
def _room_page(request: HttpRequest, me: Profile, data: RoomPageData, message: int | None) -> HttpResponse:
    context = {
        "room": data, "title": title(me, data), "workspace": {"name": data.workspace},
        "page": page(request, me, data, message),
        "first": _first(data.room, data.key, data.seq, int(time.time() // KEPT)),
        "confined": me.is_guest and not (data.guests_see_public_rooms or data.guests_create_rooms),
    }  # fmt: skip
    return render(request, "chat/room.html", context)


def title(me: Profile, data: RoomPageData) -> str:
    if data.people_key is None:
        return data.name
    others = [person for person in people_of(data.people_key) if person != me.pk]
    return ", ".join(person.name for person in queries.people(others).values())


@lru_cache(maxsize=64)
def _first(room: int, key: str, seq: int, _while: int) -> SafeString:
    # The same for all members, so it is encoded once per seq. Membership is checked on every request.
    return json_script(json.loads(queries.snapshot(room).frame), "first")


def page(request: HttpRequest, me: Profile, data: RoomPageData, message: int | None) -> dict[str, object]:
    return {
        "me": me.pk,
        "room": data.key,
        # Clamped to the protocol's integer range: no message has such a number.
        "message": None if message is None else min(max(message, 1), 2**53 - 1),
        "version": __version__,
        "language": translation.get_language(),
        "join_link": invitation(request, me, data),
        "invites": invites(me, data),
        "only_here": is_only_here(request.get_host()),
        "guest": me.is_guest,
        "moderates": data.moderates,
        "files": {"bytes": files.file_limits().bytes, "most": limits.ATTACHMENTS},
    }


def invites(me: Profile, data: RoomPageData) -> bool:
    """`may_invite` without a query."""
    if data.people_key is not None or (me.is_guest and not data.guests_invite):
        return False
    return data.kind == Room.Kind.PUBLIC or data.moderates


def invitation(request: HttpRequest, me: Profile, data: RoomPageData) -> str:
    """The address of a multi-use join link for people who may invite; else empty."""
    if data.link is None or not invites(me, data):
        return ""
    return request.build_absolute_uri(reverse("chat:join", args=[data.link]))


@person_required
@rate_limited("room.make")
def new_room(request: HttpRequest, me: Profile) -> HttpResponse:
    if not may_make_rooms(me):
        why = error_messages.sentence(Refused(Code.NOT_ALLOWED, Reason.NOT_FOR_GUESTS))
        return render(request, "chat/refused.html", {"why": why}, status=403)
    form = forms.RoomForm(request.POST or None, initial={"name": request.GET.get("name", "")})
    if request.method == "POST" and form.is_valid():
        try:
            made = writer.perform(open_room, me, **form.cleaned_data)
            return redirect("chat:room", made.key)
        except Refused as refused:
            form.add_error(None, error_messages.sentence(refused))
    return render(request, "chat/new_room.html", {"form": form}, status=400 if form.errors else 200)


def open_room(me: Profile, **given: Any) -> Room:
    room: Room = actions.make_room(me.pk, **given)
    if room.guests_invite or not me.is_guest:
        actions.make_join_link(me.pk, room.key)
    return room


@require_POST
@person_required
@rate_limited("room.join")
def enter_room(request: HttpRequest, me: Profile, key: str) -> HttpResponse:
    get_room_or_404(me, key)
    try:
        writer.perform(actions.join_room, me.pk, key)
    except Refused as refused:
        show_refusal(request, refused)
    message = request.POST.get("message", "")
    # Rejects other scripts' digits, which no address takes.
    numbered = message.isascii() and message.isdecimal() and len(message) < 19
    return redirect("chat:message", key, message) if numbered else redirect("chat:room", key)


@require_POST
@person_required
@rate_limited("room.join")
def leave_room(request: HttpRequest, me: Profile, key: str) -> HttpResponse:
    left = get_room_or_404(me, key)
    try:
        writer.perform(actions.leave_room, me.pk, key)
        messages.success(request, _left_notice(left))
    except Refused as refused:
        show_refusal(request, refused)
    return redirect("chat:directory")


def _left_notice(left: Room) -> str:
    if left.is_direct:
        return _("Conversation hidden. It will reappear when there’s a new message.")
    return _("You left “%(room)s”.") % {"room": left.name}
