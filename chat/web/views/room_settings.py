"""A room's settings, members and join links. Each form has its own address and redirects back."""

import datetime
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import Case, F, Value, When
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chat import actions
from chat.actions import Refused
from chat.models import JoinLink, Membership, Profile, Room
from chat.networks import is_only_here
from chat.web import forms
from chat.writer import writer

from . import privacy
from .access import (
    get_room_or_404,
    may_invite,
    membership_of,
    person_required,
    rate_limited,
    search_text,
    show_refusal,
)

MEMBERS_ON_A_PAGE = 50


@person_required
@rate_limited("room.change")
def room_settings(request: HttpRequest, me: Profile, key: str) -> HttpResponse:
    """Members see the page; only moderators can change settings."""
    room, membership = _room_and_membership(me, key)
    form = forms.RoomForm(request.POST or None, initial=_initial(room))
    if room.kind == Room.Kind.PRIVATE:  # making it public has its own form
        del form.fields["kind"]
    if request.method == "POST" and form.is_valid():
        return _perform(request, key, _("Saved."), actions.change_room, me.pk, key, **form.cleaned_data)
    context = _context(request, room, me, membership) | {"form": form, "me": me}
    context |= privacy.readers(room.pk) | privacy.opening_of(room, me, context["owns"])
    return render(request, "chat/room_settings.html", context, status=400 if form.errors else 200)


@require_POST
@person_required
@rate_limited("room.change")
def archive_room(request: HttpRequest, me: Profile, key: str) -> HttpResponse:
    archived = request.POST.get("archived") == "on"
    said = _("This room is archived.") if archived else _("This room is no longer archived.")
    _room_and_membership(me, key)
    return _perform(request, key, said, actions.change_room, me.pk, key, archived=archived)


@require_POST
@person_required
@rate_limited("room.link")
def make_link(request: HttpRequest, me: Profile, key: str) -> HttpResponse:
    _room_and_membership(me, key)
    form = forms.LinkForm(request.POST)
    if not form.is_valid():
        return redirect("chat:room_settings", key)
    limits = (form.cleaned_data["days"], form.cleaned_data["uses"])
    return _perform(request, key, _("Invite link created."), actions.make_join_link, me.pk, key, *limits)


@require_POST
@person_required
@rate_limited("room.change")
def revoke_link(request: HttpRequest, me: Profile, key: str) -> HttpResponse:
    room, _membership = _room_and_membership(me, key)
    code = request.POST.get("code", "")
    if not JoinLink.objects.filter(room=room, code=code).exists():
        raise Http404
    return _perform(request, key, _("Invite link revoked."), actions.revoke_join_link, me.pk, code)


@require_POST
@person_required
@rate_limited("room.member")
def change_member(request: HttpRequest, me: Profile, key: str) -> HttpResponse:
    _room_and_membership(me, key)
    form = forms.MemberForm(request.POST)
    if not form.is_valid():
        return redirect("chat:room_settings", key)
    action, args, kwargs = _member_action(form.cleaned_data)
    person = form.cleaned_data["person"]
    return _perform(request, key, _("Done."), action, me.pk, key, person, *args, **kwargs)


def _member_action(given: dict[str, Any]) -> tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]:
    if given["do"] == "role":
        return actions.set_role, (given["role"],), {}
    if given["do"] == "mute":
        return actions.mute, (timezone.now() + datetime.timedelta(hours=given["hours"] or 1),), {}
    if given["do"] == "unmute":
        return actions.mute, (None,), {}
    return actions.remove_member, (), {"block_rejoin": given["do"] == "block_rejoin"}


def _perform(
    request: HttpRequest, key: str, said: str, action: Callable[..., Any], *args: Any, **kw: Any
) -> HttpResponse:
    try:
        writer.perform(action, *args, **kw)
        messages.success(request, said)
    except Refused as refused:
        show_refusal(request, refused)
    return redirect("chat:room_settings", key)


def _room_and_membership(me: Profile, key: str) -> tuple[Room, Membership]:
    room = get_room_or_404(me, key)
    membership = membership_of(me, room)
    if membership is None or room.is_direct:  # a direct room has no settings
        raise Http404
    return room, membership


def _initial(room: Room) -> dict[str, object]:
    shown = {field: getattr(room, field) for field in forms.RoomForm.base_fields}
    return shown | {"guests_invite": "guests" if room.guests_invite else ""}


def _context(request: HttpRequest, room: Room, me: Profile, membership: Membership) -> dict[str, Any]:
    invites = may_invite(room, me, membership)
    return {
        "room": room,
        "membership": membership,
        "owns": membership.role == Membership.Role.OWNER,
        "invites": invites,
        "links": _links(request, room) if invites else [],
        "link_form": forms.LinkForm(),
        "only_here": is_only_here(request.get_host()),
        "members": _members(request, room),
        "query": search_text(request),
        "roles": Membership.Role.choices,
        "mutes": forms.MemberForm.MUTES,
    }


def _links(request: HttpRequest, room: Room) -> list[dict[str, object]]:
    usable = JoinLink.objects.usable().filter(room=room).order_by("-pk")[:50]
    host = request.get_host()
    return [{"link": link, "address": host + reverse("chat:join", args=[link.code])} for link in usable]


def _members(request: HttpRequest, room: Room) -> Page[Any]:
    rows = room.memberships.active().annotate(
        name=Coalesce("user__chat_profile__name", Value("")),
        person_kind=F("user__chat_profile__kind"),
        muted=Case(When(muted_until__gt=timezone.now(), then=True), default=False),
        rank=Case(When(role="owner", then=0), When(role="moderator", then=1), default=2),
    )
    if name := search_text(request):
        rows = rows.filter(name__icontains=name)
    return Paginator(rows.order_by("rank", "name", "pk"), MEMBERS_ON_A_PAGE).get_page(request.GET.get("page"))
