"""Joining by invite link, and the start page."""

from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.models import AbstractUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils import translation

from chat import actions, rate_limit
from chat.accounts import sessions
from chat.actions import Refused
from chat.models import JoinLink, Membership, Profile
from chat.protocol import Reason
from chat.web import error_messages, forms
from chat.writer import writer

from .access import LAST_ROOM, address_of, allowance, person_of, person_required, too_many_requests

MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


def favicon(request: HttpRequest) -> HttpResponse:
    # For pages that name no icon, such as the admin's.
    return redirect(static("chat/icon.svg"))


@person_required
def last_room(request: HttpRequest, me: Profile) -> HttpResponse:
    """Opens the room this screen showed last, else the most recently active one."""
    memberships = (
        Membership.objects.present().filter(user_id=me.pk, room__archived_at=None).select_related("room")
    )
    membership = memberships.filter(room__key=request.COOKIES.get(LAST_ROOM, "")).first()
    membership = membership or memberships.order_by("-room__active_at", "room_id").first()
    return redirect("chat:room", membership.room.key) if membership else redirect("chat:directory")


# -- a join link ---------------------------------------------------------------------------------------------


def join(request: HttpRequest, code: str) -> HttpResponse:
    # Links get around: nothing of the room is shown, not even its name, until somebody has joined.
    link = JoinLink.objects.usable().filter(code=code).select_related("room").first()
    if link is None:
        return render(request, "chat/no_link.html", status=404)
    if (me := person_of(request)) is not None:
        return _join_as_person(request, me, link)
    return _join_as_guest(request, link)


def _join_as_person(request: HttpRequest, me: Profile, link: JoinLink) -> HttpResponse:
    if sessions.is_banned(me, address_of(request)):
        return render(request, "chat/banned.html", status=403)
    if request.method == "POST":
        if wait := allowance(request, me).take("room.join"):
            return too_many_requests(request, wait)
        try:
            writer.perform(actions.join_by_link, me.pk, link.code)
        except Refused as refused:
            return render(request, "chat/refused.html", {"why": error_messages.sentence(refused)}, status=403)
        return redirect("chat:room", link.room.key)
    if Membership.objects.present().filter(room=link.room, user_id=me.pk).exists():
        return redirect("chat:room", link.room.key)
    return render(request, "chat/join.html", {"me": me, "code": link.code})


def _join_as_guest(request: HttpRequest, link: JoinLink) -> HttpResponse:
    form = forms.GuestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if wait := _wait_for(request, link):
            return too_many_requests(request, wait)
        language = translation.get_language() or ""
        try:
            given = (form.cleaned_data["name"], link.code, language, address_of(request))
            user = writer.perform(join_as_guest, *given)
        except Refused as refused:
            # A refused name uses nothing of the link up, and says who has an account.
            taken = refused.reason == Reason.NAME_TAKEN
            if taken and (wait := rate_limit.newcomers_from(address_of(request)).take("newcomer")):
                return too_many_requests(request, wait)
            form.add_error(None, error_messages.sentence(refused))
        else:
            return _enter(request, user, link.room.key)
    context = {"form": form, "code": link.code}
    return render(request, "chat/join.html", context, status=400 if form.errors else 200)


def _wait_for(request: HttpRequest, link: JoinLink) -> float:
    # A link with limited uses is its own limit: a whole class may join from one address.
    newcomers = rate_limit.newcomers_from(address_of(request))
    return newcomers.take("newcomer") if link.max_uses is None else 0.0


def join_as_guest(name: str, code: str, language: str, address: str) -> AbstractUser:
    """Creates the guest and their membership together, or neither if the link was used up meanwhile."""
    user = actions.make_guest(name, language, address)
    actions.join_by_link(user.pk, code)
    return user


def _enter(request: HttpRequest, user: AbstractUser, key: str) -> HttpResponse:
    sign_in(request, user)
    return redirect("chat:room", key)


def sign_in(request: HttpRequest, user: Any) -> None:
    # A login session is only valid with a backend that the project uses.
    backends = settings.AUTHENTICATION_BACKENDS
    login(request, user, backend=MODEL_BACKEND if MODEL_BACKEND in backends else backends[0])
