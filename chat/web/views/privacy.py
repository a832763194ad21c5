"""Making a private room public, who can read a direct room, and the list of blocked people."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from chat import actions, queries
from chat.actions import Refused
from chat.conf import chat_settings
from chat.models import Profile, Room
from chat.writer import writer

from .access import person_required, rate_limited, show_refusal
from .rooms import title


@require_safe
@person_required
def about_direct(request: HttpRequest, me: Profile, key: str) -> HttpResponse:
    data = queries.room_page_data(me.pk, key)
    if data is None or data.people_key is None:
        raise Http404
    context = readers(data.room) | {"room": data, "title": title(me, data)}
    return render(request, "chat/about_direct.html", context)


@require_POST
@person_required
@rate_limited("room.change")
def opening(request: HttpRequest, me: Profile, key: str) -> HttpResponse:
    choices: dict[str, tuple[Callable[..., Any], dict[str, Any], str]] = {
        "cancel": (actions.cancel_opening, {}, _("The room will stay private.")),
        "open": (actions.change_room, {"kind": Room.Kind.PUBLIC}, _("The room is now public.")),
        "announce": (actions.announce_opening, {}, _("Members have been notified.")),
    }
    action, given, said = choices.get(request.POST.get("do", ""), choices["announce"])
    try:
        writer.perform(action, me.pk, key, **given)
        messages.success(request, said)
    except Refused as refused:
        show_refusal(request, refused)
    return redirect("chat:room_settings", key)


@require_POST
@person_required
def unblock(request: HttpRequest, me: Profile) -> HttpResponse:
    person = request.POST.get("person", "")
    if person.isascii() and person.isdecimal() and len(person) < 16:
        try:
            writer.perform(actions.unblock_person, me.pk, int(person))
        except Refused as refused:
            show_refusal(request, refused)
    return redirect("chat:profile")


def blocked_people(me: Profile) -> list[tuple[str, str]]:
    people = queries.people(queries.blocked_by(me.pk))
    return sorted(((pk, person.name) for pk, person in people.items()), key=lambda one: one[1].casefold())


def readers(room: int) -> dict[str, object]:
    return {
        "staff_reads": chat_settings.CHAT_STAFF_READS == "recorded",
        "last_reading": queries.last_reading(room),
    }


def opening_of(room: Room, me: Profile, owns: bool) -> dict[str, object]:
    if not owns or room.kind != Room.Kind.PRIVATE or room.archived_at is not None:
        return {}
    ready = room.opening_due or room.is_used_only_by(me.pk)
    return {"opening": True, "announced": room.opening_announced, "ready": ready}
