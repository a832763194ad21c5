"""Pages that set up a new installation, for holders of the one-time link and signed-in superusers."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters

from chat import addresses, rate_limit
from chat.accounts import first_run
from chat.actions import Refused
from chat.models import default_name
from chat.protocol import Code
from chat.web import error_messages, forms
from chat.writer import writer

from . import onboarding
from .access import address_of, remember, too_many_requests


def home(request: HttpRequest) -> HttpResponseBase:
    if first_run.is_set_up():
        return onboarding.last_room(request)
    person = request.user.pk
    if person is None or not request.user.is_superuser:
        return _not_set_up(request, status=503)

    def set_up(given: dict[str, str]) -> str:
        return writer.perform(first_run.set_up_as, person, given)

    return _ask(request, forms.WorkspaceForm, {"name": default_name(request.user)}, set_up)


@sensitive_post_parameters("password")
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    if first_run.is_set_up():
        return redirect("chat:home")
    if not first_run.is_token(token):
        # Only wrong tokens count: behind a shared proxy address, strangers cannot lock out the person who has
        # the link.
        if wait := rate_limit.visitors_from(address_of(request)).take("set-up"):
            return too_many_requests(request, wait)
        return _not_set_up(request, status=404, wrong_link=True)

    def set_up(given: dict[str, str]) -> str:
        # Hashed here: hashing is slow and everybody shares the writer.
        user, key = writer.perform(first_run.set_up_by_link, token, given, make_password(given["password"]))
        onboarding.sign_in(request, user)
        return key

    return _ask(request, forms.SetupForm, {}, set_up)


@csrf_protect
def _ask(
    request: HttpRequest, kind: type[forms.WorkspaceForm], initial: dict[str, str],
    set_up: Callable[[dict[str, str]], str],
) -> HttpResponse:  # fmt: skip
    form = kind(request.POST or None, initial=initial | {"language": translation.get_language()})
    if request.method == "POST" and form.is_valid():
        try:
            response = redirect("chat:room", set_up(form.cleaned_data))
        except Refused as refused:
            form.add_error(None, _sentence(refused))
        else:
            remember(response, settings.LANGUAGE_COOKIE_NAME, form.cleaned_data["language"])
            return response
    return _uncached(render(request, "chat/setup.html", {"form": form}, status=400 if form.errors else 200))


def _sentence(refused: Refused) -> str:
    if refused.code == Code.NOT_ALLOWED:
        return _("Someone else has just set up this chat. Ask them for an invite link.")
    return error_messages.sentence(refused)


def _not_set_up(request: HttpRequest, status: int, wrong_link: bool = False) -> HttpResponse:
    context = {
        "wrong_link": wrong_link,
        "has_users": first_run.link() is None,
        "sign_in": redirect_to_login(addresses.root(), addresses.account_page("login")).url,
    }
    return _uncached(render(request, "chat/not_set_up.html", context, status=status))


def _uncached(response: HttpResponse) -> HttpResponse:
    add_never_cache_headers(response)
    return response
