"""Admin pages of people and accounts. Accounts are Django's pages without deletion."""

from copy import copy
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chat import actions
from chat.actions import Refused, accounts
from chat.models import Profile
from chat.web import error_messages
from chat.writer import writer

from .bans import BanForm, addresses_until
from .base import ActionAdmin, NoTransactionAdmin
from .filters import BannedFilter
from .moderation import log_of


@admin.register(Profile)
class ProfileAdmin(ActionAdmin):
    list_display = ("name", "username", "kind", "banned_at")
    list_filter = (BannedFilter, "kind")
    list_select_related = ("user",)
    search_fields = ("name", "user__username")
    ordering = ("name", "pk")
    fields = ("user", "name", "kind", "banned_at", "language", "history")
    readonly_fields = ("user", "kind", "banned_at", "language", "history")
    actions = ("ban", "unban")
    action_form = BanForm

    @admin.display(description=_("username"), ordering="user__username")
    def username(self, profile: Profile) -> str:
        return profile.user.get_username()

    @admin.display(description=_("history"))
    def history(self, profile: Profile) -> str:
        return log_of(person__id__exact=profile.pk)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Profile | None = None) -> bool:
        above = obj is not None and accounts.is_above(obj.user, request.user)
        return not above and super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Profile, form: Any, change: bool) -> None:
        writer.perform(actions.change_profile, obj.pk, name=obj.name)

    @admin.action(description=_("Ban"), permissions=["change"])
    def ban(self, request: HttpRequest, chosen: QuerySet[Profile]) -> HttpResponse | None:
        staff, until = request.user.pk, addresses_until(request)
        return self.do(
            request, gettext("Banned: %(count)d."), "banned", chosen.filter(banned_at=None).order_by("pk"),
            lambda one: actions.ban_person(one.pk, until, by=staff),
        )  # fmt: skip

    @admin.action(description=_("Unban"), permissions=["change"])
    def unban(self, request: HttpRequest, chosen: QuerySet[Profile]) -> HttpResponse | None:
        staff, out = request.user.pk, chosen.exclude(banned_at=None)
        return self.do(
            request, gettext("Unbanned: %(count)d."), "unbanned", out.order_by("pk"),
            lambda one: actions.unban_person(one.pk, by=staff),
        )  # fmt: skip


# Changing these would let staff give themselves every permission.
SUPERUSERS_CHANGE = ("is_staff", "is_superuser", "groups", "user_permissions")


class PasswordForm(AdminPasswordChangeForm):  # type: ignore[type-arg]
    """Saves through the writer, which records who set the password."""

    def __init__(self, actor: Any, *args: Any) -> None:
        super().__init__(*args)
        self._actor = actor

    def save(self, commit: bool = True) -> Any:
        user = super().save(commit=False)
        if commit:
            writer.perform(accounts.save_account, self._actor, user)
        return user


class AccountAdmin(NoTransactionAdmin, UserAdmin):  # type: ignore[type-arg]
    """Accounts are deactivated, not deleted, so that messages keep their author."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        return fields if request.user.is_superuser else (*fields, *SUPERUSERS_CHANGE)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Used for the page, its form and the password page."""
        above = obj is not None and accounts.is_above(obj, request.user)
        return not above and super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        writer.perform(accounts.save_account, request.user.pk, obj)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """Django saves this form without save_model. Works on a copy, because requests share this object."""
        page: Any = copy(self)
        page.change_password_form = partial(PasswordForm, request.user.pk)
        try:
            answer: HttpResponse = super(AccountAdmin, page).user_change_password(request, id, form_url)
        except Refused as refused:
            self.message_user(request, error_messages.sentence(refused), messages.ERROR)
            answer = HttpResponseRedirect(request.get_full_path())
        return answer

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Unwrapped from Django's transaction, because hashing a password takes long: see
        NoTransactionAdmin."""
        unwrapped: Any = self
        answer: HttpResponse = unwrapped._add_view(request, form_url, extra_context)
        return answer


class RolesAdmin(NoTransactionAdmin, GroupAdmin):
    """Groups grant permissions: superusers only."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _is_superuser(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_superuser(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _is_superuser(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_superuser(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_superuser(request)


def _is_superuser(request: HttpRequest) -> bool:
    return bool(request.user.is_active and request.user.is_superuser)


if admin.site.is_registered(Group):
    admin.site.unregister(Group)
    admin.site.register(Group, RolesAdmin)
User = get_user_model()
if admin.site.is_registered(User):
    admin.site.unregister(User)
    admin.site.register(User, AccountAdmin)
