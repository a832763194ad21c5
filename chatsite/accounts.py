"""Adapts allauth: who may sign up, rate limits, and the forms' labels."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account import forms as allauth_forms
from allauth.account import views as allauth_views
from allauth.account.adapter import DefaultAccountAdapter
from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext_lazy as _

from chat import rate_limit
from chat.models import BannedAddress, JoinLink, Profile, Workspace
from chat.web import error_messages
from chat.web.views.access import address_of, person_required, rate_limited, too_many_requests

# Usernames are not words to be corrected.
NO_AUTOCORRECT = {"autocapitalize": "none", "spellcheck": "false"}


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("Wrong username or password."),
        "incorrect_password": _("Wrong password."),
        "enter_current_password": _("That’s not your current password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        if Workspace.current().founder_id is None:
            return False
        if BannedAddress.is_banned(self.get_client_ip(request)):
            return False
        return settings.CHAT_SIGNUP == "open" or has_join_link(request)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Counts wrong passwords only, because a whole class signs in at once from one address."""
        sign_ins = rate_limit.sign_ins_of(credentials.get("username", ""), address_of(request))
        _refuse_if(sign_ins.take("sign-in"))
        user = super().authenticate(request, **credentials)
        if user is not None:
            sign_ins.charge("sign-in", -1)
            _refuse_if(rate_limit.allowance_of(user.pk).take("password"))
        return user

    def is_safe_url(self, url: str | None) -> bool:
        """Accepts only complete addresses of this site: a relative one would resolve against this page."""
        try:
            return str(url).startswith(("/", "http")) and bool(super().is_safe_url(url))
        except ValueError:  # "http://["
            return False

    def get_client_ip(self, request: HttpRequest) -> str:
        # The address daphne saw, or the trusted proxy named (--proxy-headers).
        return str(request.META.get("REMOTE_ADDR") or "127.0.0.1")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("chat:profile")

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """No messages about signing in or out: one can see it."""


def _refuse_if(wait: float) -> None:
    if wait:
        raise forms.ValidationError(error_messages.try_again_in(wait), code="too_many_login_attempts")


def signup(request: HttpRequest) -> HttpResponse:
    if request.method == "POST" and (wait := rate_limit.newcomers_from(address_of(request)).take("newcomer")):
        return too_many_requests(request, wait)
    answer: HttpResponse = allauth_views.signup(request)
    return answer


@person_required
@rate_limited("password")
def change_password(request: HttpRequest, me: Profile) -> HttpResponse:
    answer: HttpResponse = allauth_views.password_change(request)
    return answer


def has_join_link(request: HttpRequest) -> bool:
    # Reading it from `next` means a visit stores nothing.
    given = request.POST.get("next") or request.GET.get("next", "")
    try:
        page = resolve(urlsplit(given).path)
    except (Resolver404, ValueError):
        return False
    code = page.kwargs.get("code", "") if page.view_name == "chat:join" else ""
    return JoinLink.objects.usable().filter(code=code.replace("\0", "")).exists()


def set_labels(form: forms.Form, **labels: Any) -> None:
    # Placeholders repeat labels and vanish while typing.
    for name, label in labels.items():
        field = form.fields[name]
        field.label, field.help_text = label, ""
        field.widget.attrs.pop("placeholder", None)


class LoginForm(allauth_forms.LoginForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_labels(self, login=_("Username"), password=_("Password"))
        self.fields["login"].widget.attrs |= NO_AUTOCORRECT | {"autofocus": True}

    @property
    def may_sign_up(self) -> bool:
        return Adapter(self.request).is_open_for_signup(self.request)


class SignupForm(allauth_forms.SignupForm):  # type: ignore[misc]
    field_order = ["name", "username", "password1"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_labels(self, username=_("Username"), password1=_("Password"))
        self.fields["username"].help_text = _("For signing in. Other people don’t see it.")
        self.fields["password1"].help_text = _("At least 12 characters. Spaces are allowed.")
        self.fields["username"].widget.attrs |= NO_AUTOCORRECT
        self.fields["username"].widget.attrs.pop("autofocus", None)
        self.order_fields(self.field_order)


class ChangePasswordForm(allauth_forms.ChangePasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        new, again = _("New password"), _("Confirm new password")
        set_labels(self, oldpassword=_("Current password"), password1=new, password2=again)
        self.fields["password1"].help_text = _("At least 12 characters. Spaces are allowed.")


class ReauthenticateForm(allauth_forms.ReauthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_labels(self, password=_("Password"))
