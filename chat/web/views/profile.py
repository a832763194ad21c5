"""Profile and language settings, and turning a guest into an account."""

import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import HASH_SESSION_KEY, get_user_model
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session as StoredSession
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from chat import actions, addresses, queries
from chat.accounts import sessions
from chat.actions import Refused
from chat.ids import PersonId
from chat.models import Profile, guests_create_accounts, login_field
from chat.protocol import Code, Reason
from chat.web import error_messages, forms
from chat.web.context_processors import DENSITY_COOKIE, THEME_COOKIE
from chat.writer import writer

from . import privacy
from .access import (
    address_of,
    allowance,
    person_of,
    person_required,
    rate_limited,
    remember,
    too_many_requests,
)

# Seconds for which a guest's old session key works beside the new account's.
OLD_KEY_SECONDS = 10


@person_required
@rate_limited("profile")
def profile(request: HttpRequest, me: Profile) -> HttpResponse:
    form = forms.ProfileForm(request.POST or None, initial=_initial(request, me))
    if request.method == "POST" and form.is_valid():
        try:
            density = form.cleaned_data.pop("density")
            writer.perform(actions.change_profile, me.pk, **form.cleaned_data)
            return _saved(request, form.cleaned_data | {"density": density})
        except Refused as refused:
            form.add_error(None, error_messages.sentence(refused))
    context = {"form": form, "me": me, "guest": me.is_guest, "blocked": privacy.blocked_people(me)}
    context["creates_account"] = me.is_guest and guests_create_accounts()
    context["password_set"] = queries.password_set_at(me.pk)
    return render(request, "chat/profile.html", context, status=400 if form.errors else 200)


def _initial(request: HttpRequest, me: Profile) -> dict[str, object]:
    # This screen's choices: the room page changes language and theme here too.
    theme, density = request.COOKIES.get(THEME_COOKIE, me.theme), request.COOKIES.get(DENSITY_COOKIE, "")
    return {"name": me.name, "language": translation.get_language(), "theme": theme, "density": density}


def _saved(request: HttpRequest, given: dict[str, Any]) -> HttpResponse:
    translation.activate(given["language"])
    messages.success(request, _("Saved."))
    response = redirect("chat:profile")
    remember(response, settings.LANGUAGE_COOKIE_NAME, given["language"])
    remember(response, THEME_COOKIE, given["theme"])
    remember(response, DENSITY_COOKIE, given["density"])
    return response


@sensitive_post_parameters("password")
@person_required
@rate_limited("password")
def account(request: HttpRequest, me: Profile) -> HttpResponse:
    if not (me.is_guest and guests_create_accounts()):
        return redirect("chat:profile")
    form = forms.CredentialsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            # Hashed here: hashing is slow and everybody shares the writer.
            username, password = form.cleaned_data["username"], make_password(form.cleaned_data["password"])
            writer.perform(become_account, me.pk, request.session, username, password)
            said = _("Your account is ready. You can now sign in as “%(name)s” on any device.")
            messages.success(request, said % {"name": username})
            return redirect("chat:profile")
        except Refused as refused:
            taken = refused.reason == Reason.USERNAME_TAKEN
            form.add_error("username", forms.username_taken() if taken else error_messages.sentence(refused))
    return render(request, "chat/account.html", {"form": form}, status=400 if form.errors else 200)


@person_required
def sign_out(request: HttpRequest, me: Profile) -> HttpResponse:
    """Asks first, because a guest cannot come back. The project's own page signs out."""
    if not addresses.account_page("logout"):
        return redirect("chat:profile")
    context = {"guest": me.is_guest, "creates_account": guests_create_accounts()}
    return render(request, "chat/sign_out.html", context)


def become_account(person: PersonId, session: SessionBase, username: str, password: str) -> None:
    """Changes username, password (its hash) and login session together. Raises Refused."""
    user: Any = get_user_model()._default_manager.select_for_update().get(pk=person)
    if not Profile.objects.guests().filter(pk=person).exists():
        raise Refused(Code.NOT_ALLOWED)  # another request with the same login session was first
    setattr(user, login_field().name, username)
    user.password = password
    try:
        user.save(update_fields=[login_field().name, "password"])
    except IntegrityError:
        raise Refused(Code.NOT_ALLOWED, Reason.USERNAME_TAKEN) from None
    actions.change_profile(person, kind=Profile.Kind.ACCOUNT)
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    _change_key(session)


def _change_key(session: SessionBase) -> None:
    # An attacker may have planted the session key (session fixation). The old one works until the response
    # has given the new one to the browser's other tabs; its end is stored in its data, so that saving the
    # session does not extend it.
    old, data = session.session_key, dict(session.items())
    session.create()
    ends = timezone.now() + datetime.timedelta(seconds=OLD_KEY_SECONDS)
    kept = session.encode(data | {"_session_expiry": ends.isoformat()})
    StoredSession.objects.filter(pk=old).update(session_data=kept, expire_date=ends)


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    form = forms.LanguageForm(request.POST)
    # The page may show another room than the one it was loaded for; only the browser knows which.
    here = request.POST.get("next") or request.headers.get("Referer", "")
    response = HttpResponseRedirect(_safe(request, here))
    if not form.is_valid():
        return response
    chosen = form.cleaned_data["language"]
    me = person_of(request)
    if me is not None and me.language != chosen and not sessions.is_banned(me, address_of(request)):
        if wait := allowance(request, me).take("profile"):
            return too_many_requests(request, wait)
        writer.perform(actions.change_profile, me.pk, language=chosen)
    remember(response, settings.LANGUAGE_COOKIE_NAME, chosen)
    return response


def _safe(request: HttpRequest, address: str) -> str:
    # Only complete addresses of this site: a relative one would resolve against this page.
    ours = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if ours and address.startswith(("/", "http")) else reverse("chat:home")
