"""Admin pages of accounts and groups on the shipped site. Nobody is deleted, password changes are logged."""

from copy import copy
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm
from django.contrib.auth.models import AbstractUser, Group
from django.db.models import Model
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from chat.actions import Refused, accounts
from chat.admin.base import NoTransactionAdmin
from chat.ids import PersonId
from chat.web import error_messages
from chat.writer import writer

# Changing these would let staff give themselves every permission.
SUPERUSER_ONLY_FIELDS = ("is_staff", "is_superuser", "groups", "user_permissions")


class PasswordForm(AdminPasswordChangeForm):  # type: ignore[type-arg]
    """Saves through the writer, which records who set the password."""

    def __init__(self, actor: PersonId | None, *args: Any) -> None:
        super().__init__(*args)
        self._actor = actor

    def save(self, commit: bool = True) -> Any:
        user = super().save(commit=False)
        if commit:
            writer.perform(accounts.save_account, self._actor, user)
        return user


class AccountAdmin(NoTransactionAdmin, UserAdmin):  # type: ignore[type-arg]
    """Accounts are deactivated, not deleted, so that messages keep their author."""

    # Also here, the pages say in which zone their times are.
    change_list_template, change_form_template = "admin/chat/change_list.html", "admin/chat/change_form.html"

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        return fields if request.user.is_superuser else (*fields, *SUPERUSER_ONLY_FIELDS)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        above = isinstance(obj, AbstractUser) and accounts.is_above(obj, request.user)
        return not above and super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: AbstractUser, form: BaseForm, change: bool) -> None:
        writer.perform(accounts.save_account, request.user.pk, obj)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        # Django saves this form without save_model. A copy, because requests share this object.
        page: Any = copy(self)
        page.change_password_form = partial(PasswordForm, request.user.pk)
        try:
            answer: HttpResponse = super(AccountAdmin, page).user_change_password(request, id, form_url)
        except Refused as refused:
            self.message_user(request, error_messages.sentence(refused), messages.ERROR)
            answer = HttpResponseRedirect(request.get_full_path())
        return answer

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        # Without Django's transaction, because hashing a password takes long: see NoTransactionAdmin.
        unwrapped: Any = self
        answer: HttpResponse = unwrapped._add_view(request, form_url, extra_context)
        return answer


class SuperuserGroupAdmin(NoTransactionAdmin, GroupAdmin):
    def has_module_permission(self, request: HttpRequest) -> bool:
        return _is_superuser(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _is_superuser(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _is_superuser(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _is_superuser(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _is_superuser(request)


def _is_superuser(request: HttpRequest) -> bool:
    return bool(request.user.is_active and request.user.is_superuser)


# Importing Django's classes has registered its own pages.
admin.site.unregister([Group, get_user_model()])
admin.site.register(Group, SuperuserGroupAdmin)
admin.site.register(get_user_model(), AccountAdmin)
