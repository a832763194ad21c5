"""Admin page of people as the chat knows them: their names, and bans."""

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chat import actions
from chat.actions import accounts
from chat.models import Profile
from chat.writer import writer

from .bans import BanForm, addresses_until
from .base import LOGIN_FIELD, ActionAdmin, staff_id
from .filters import BannedFilter
from .moderation import moderation_log_link


@admin.register(Profile)
class ProfileAdmin(ActionAdmin):
    list_display = ("name", "username", "kind", "banned_at")
    list_filter = (BannedFilter, "kind")
    list_select_related = ("user",)
    search_fields = ("name", f"user__{LOGIN_FIELD}")
    ordering = ("name", "pk")
    fields = ("user", "name", "kind", "banned_at", "language", "history")
    readonly_fields = ("user", "kind", "banned_at", "language", "history")
    actions = ("ban", "unban")
    action_form = BanForm

    @admin.display(description=_("username"), ordering=f"user__{LOGIN_FIELD}")
    def username(self, profile: Profile) -> str:
        return profile.user.get_username()

    @admin.display(description=_("history"))
    def history(self, profile: Profile) -> str:
        return moderation_log_link(person__id__exact=profile.pk)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        above = isinstance(obj, Profile) and accounts.is_above(obj.user, request.user)
        return not above and super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Profile, form: BaseForm, change: bool) -> None:
        writer.perform(actions.change_profile, obj.pk, name=obj.name)

    @admin.action(description=_("Ban"), permissions=["change"])
    def ban(self, request: HttpRequest, chosen: QuerySet[Profile]) -> HttpResponse | None:
        staff, until = staff_id(request), addresses_until(request)
        return self.run_action(
            request, gettext("Banned: %(count)d."), "banned", chosen.filter(banned_at=None).order_by("pk"),
            lambda one: actions.ban_person(one.pk, until, by=staff),
        )  # fmt: skip

    @admin.action(description=_("Unban"), permissions=["change"])
    def unban(self, request: HttpRequest, chosen: QuerySet[Profile]) -> HttpResponse | None:
        staff, out = staff_id(request), chosen.exclude(banned_at=None)
        return self.run_action(
            request, gettext("Unbanned: %(count)d."), "unbanned", out.order_by("pk"),
            lambda one: actions.unban_person(one.pk, by=staff),
        )  # fmt: skip
