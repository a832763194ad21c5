"""Identifies the person behind a request and checks what they may see."""

import math
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import translation

from chat import addresses, rate_limit
from chat.accounts import sessions
from chat.actions import Refused
from chat.models import Membership, Profile, Room, Workspace, default_name
from chat.protocol import Code
from chat.web import error_messages
from chat.web.context_processors import THEME_COOKIE

P = ParamSpec("P")
MAX_SEARCH_TEXT = 200
YEAR = 365 * 24 * 3600
LAST_ROOM = "chat_room"  # a cookie: the room this screen showed last
READING = ("GET", "HEAD", "OPTIONS")
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")

PersonView = Callable[Concatenate[HttpRequest, Profile, P], HttpResponseBase]


def person_required(view: PersonView[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Passes the signed-in person to the view; others are sent to sign in. POST is rate-limited."""
    view = rate_limited("form")(view)

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        me = person_of(request)
        if me is None:
            return redirect_to_login(request.get_full_path(), addresses.account_page("login"))
        if sessions.is_banned(me, address_of(request)):
            return render(request, "chat/banned.html", status=403)
        chosen = _cookies_for_new_screen(request, me)
        response = view(request, me, *args, **kwargs)
        for cookie, value in chosen.items():
            remember(response, cookie, value)
        return response

    return guarded


def rate_limited(name: str) -> Callable[[PersonView[P]], PersonView[P]]:
    """Takes one `name` from the person's allowance for each POST. Reading a page is free."""

    def decorate(view: PersonView[P]) -> PersonView[P]:
        @wraps(view)
        def within_rate(
            request: HttpRequest, me: Profile, /, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            if request.method not in READING and (wait := allowance(request, me).take(name)):
                return too_many_requests(request, wait)
            return view(request, me, *args, **kwargs)

        return within_rate

    return decorate


def allowance(request: HttpRequest, me: Profile) -> rate_limit.Allowance:
    return rate_limit.allowance_of(me.pk, address_of(request) if me.kind == Profile.Kind.GUEST else None)


def address_of(request: HttpRequest) -> str:
    return request.META.get("REMOTE_ADDR") or ""


def person_of(request: HttpRequest) -> Profile | None:
    # Two statements; `request.user` would need two of its own and another for the profile.
    key = sessions.valid_key(request.COOKIES.get(settings.SESSION_COOKIE_NAME, ""))
    owner = sessions.session_owners([key]).get(key) if key else None
    if owner is None:
        return None
    request.chat_login = owner.login  # type: ignore[attr-defined]  # http_handler.py looks at it
    if owner.profile.name is None:
        return _unsaved_profile(request.user)
    return Profile(user_id=owner.login.person, **owner.profile._asdict())


def _unsaved_profile(user: Any) -> Profile:
    # Viewing a page writes nothing.
    return Profile(user=user, name=default_name(user))


def get_room_or_404(me: Profile, key: str) -> Room:
    """Raises Http404 for a room this person may not see, as for one that does not exist."""
    room = Room.objects.visible_to(me.pk).filter(key=key).first()
    if room is None:
        raise Http404
    return room


def search_text(request: HttpRequest) -> str:
    # PostgreSQL rejects NUL.
    return request.GET.get("q", "").replace("\0", "").strip()[:MAX_SEARCH_TEXT]


def membership_of(me: Profile, room: Room) -> Membership | None:
    return Membership.objects.present().filter(room=room, user_id=me.pk).first()


def may_invite(room: Room, me: Profile, membership: Membership | None) -> bool:
    if membership is None or room.archived_at is not None or (me.is_guest and not room.guests_invite):
        return False
    return room.kind == Room.Kind.PUBLIC or membership.moderates


def may_make_rooms(me: Profile) -> bool:
    return not me.is_guest or Workspace.current().guests_create_rooms


def show_refusal(request: HttpRequest, refused: Refused) -> None:
    """Shows the reason on the next page. Raises Http404 if the room may not be seen."""
    if refused.code == Code.NO_SUCH_ROOM:
        raise Http404
    messages.error(request, error_messages.sentence(refused))


def too_many_requests(request: HttpRequest, wait: float) -> HttpResponse:
    """A 429 response: a page for forms, JSON for scripts."""
    why = error_messages.try_again_in(wait)
    response: HttpResponse
    if request.content_type in FORMS:
        response = render(request, "chat/too_many_requests.html", {"why": why}, status=429)
    else:
        response = JsonResponse({"code": Code.RATE_LIMITED, "sentence": why}, status=429)
    response["Retry-After"] = str(math.ceil(wait))
    return response


def remember(response: HttpResponseBase, cookie: str, value: str) -> None:
    # The language is the whole site's, all others are the chat's. None of them is secret.
    is_language = cookie == settings.LANGUAGE_COOKIE_NAME
    path = settings.LANGUAGE_COOKIE_PATH if is_language else addresses.root()
    if value:
        secure = settings.SESSION_COOKIE_SECURE
        response.set_cookie(cookie, value, max_age=YEAR, path=path, samesite="Lax", secure=secure)
    else:
        response.delete_cookie(cookie, path=path, samesite="Lax")


def _cookies_for_new_screen(request: HttpRequest, me: Profile) -> dict[str, str]:
    """Cookies for a new screen, from what the person has chosen elsewhere."""
    wanted = {settings.LANGUAGE_COOKIE_NAME: me.language, THEME_COOKIE: me.theme}
    chosen = {cookie: value for cookie, value in wanted.items() if value and cookie not in request.COOKIES}
    request.COOKIES.update(chosen)
    if settings.LANGUAGE_COOKIE_NAME in chosen:
        translation.activate(me.language)
        request.LANGUAGE_CODE = me.language
    return chosen
