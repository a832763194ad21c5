"""The pages of rooms: the room itself, the list of all, a new one; entering and leaving.

Imports actions, forms, queries, refusals and writer.
"""

import json
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from chat import __version__, actions, forms, queries, refusals, throttle, writer
from chat.actions import Refused
from chat.models import JoinLink, Membership, Profile, Room

from .guard import people_only, place_of, remember, room_for, say, slow_down


@require_safe
@people_only
def room(request: HttpRequest, me: Profile, key: str) -> HttpResponse:
    """The chat, for its members; for others who may come in, its door."""
    found = room_for(me, key)
    place = place_of(me, found)
    if place is None:
        return render(request, "chat/door.html", {"room": found})
    response = render(request, "chat/room.html", {"room": found, "page": page(request, place, found)})
    if request.COOKIES.get("room") != key:
        remember(response, "room", key)
    return response


def page(request: HttpRequest, place: Membership, room: Room) -> dict[str, Any]:
    """What the page's script starts from. `first` is the `room` event as a connection would get it."""
    return {
        "me": place.user_id,
        "room": room.key,
        "first": json.loads(queries.snapshot(room.pk).frame),
        "socket": "/ws/",
        "version": __version__,
        "language": translation.get_language(),
        "join_link": invitation(request, place, room),
        "moderates": place.moderates,
        "urls": _addresses(room.key),
    }


def invitation(request: HttpRequest, place: Membership, room: Room) -> str:
    """The address of a link without end, for whoever may invite: in a private room its moderators."""
    if room.kind != Room.Kind.PUBLIC and not place.moderates:
        return ""
    links = JoinLink.objects.usable().filter(room=room, expires_at=None, most_uses=None)
    code = links.order_by("-pk").values_list("code", flat=True).first()
    return request.build_absolute_uri(reverse("join", args=[code])) if code else ""


def _addresses(key: str) -> dict[str, str]:
    return {
        "home": reverse("home"),
        "directory": reverse("directory"),
        "new_room": reverse("new_room"),
        "join_room": reverse("enter_room", args=[key]),
        "leave_room": reverse("leave_room", args=[key]),
        "settings": reverse("room_settings", args=[key]),
        "profile": reverse("profile"),
        "logout": reverse(settings.LOGOUT_URL),
        "language": reverse("language"),
    }


@require_safe
@people_only
def directory(request: HttpRequest, me: Profile) -> HttpResponse:
    mine = set(Membership.objects.present().filter(user_id=me.pk).values_list("room_id", flat=True))
    rooms = queries.directory(me.pk).exclude(kind=Room.Kind.DIRECT)[:500]
    return render(request, "chat/directory.html", {"rooms": rooms, "mine": mine})


@people_only
def new_room(request: HttpRequest, me: Profile) -> HttpResponse:
    form = forms.RoomForm(request.POST or None)
    if request.method == "POST" and throttle.refused(request, "new_room", most=60, seconds=3600):
        return slow_down(request, 3600)
    if request.method == "POST" and form.is_valid():
        try:
            made = writer.perform(open_room, me.pk, **form.cleaned_data)
            return redirect("room", made.key)
        except Refused as refused:
            form.add_error(None, refusals.sentence(refused))
    return render(request, "chat/new_room.html", {"form": form}, status=400 if form.errors else 200)


def open_room(person: Any, name: str, kind: str, topic: str) -> Room:
    """A room and the link to invite with."""
    room: Room = actions.make_room(person, name, kind, topic)
    actions.make_join_link(person, room.key)
    return room


@require_POST
@people_only
def enter_room(request: HttpRequest, me: Profile, key: str) -> HttpResponse:
    room_for(me, key)
    try:
        writer.perform(actions.join_room, me.pk, key)
    except Refused as refused:
        say(request, refused)
    return redirect("room", key)


@require_POST
@people_only
def leave_room(request: HttpRequest, me: Profile, key: str) -> HttpResponse:
    left = room_for(me, key)
    try:
        writer.perform(actions.leave_room, me.pk, key)
        messages.success(request, _("You are no longer in “%(room)s”.") % {"room": left.name})
    except Refused as refused:
        say(request, refused)
    return redirect("directory")
