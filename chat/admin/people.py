"""People: how they appear, and whether they may be here. Accounts are Django's own pages, less deletion."""

from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import UserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chat import actions, writer
from chat.models import Profile

from .conversation import refuse_to_ban
from .filters import BannedFilter
from .keeper import Keeper, Unlocked
from .moderation import log_of


@admin.register(Profile)
class ProfileAdmin(Keeper):
    list_display = ("name", "username", "kind", "banned_at")
    list_filter = (BannedFilter, "kind")
    list_select_related = ("user",)
    search_fields = ("name", "user__username")
    ordering = ("name", "pk")
    fields = ("user", "name", "kind", "banned_at", "language", "history")
    readonly_fields = ("user", "kind", "banned_at", "language", "history")
    actions = ("ban", "unban")

    @admin.display(description=_("username"), ordering="user__username")
    def username(self, profile: Profile) -> str:
        return profile.user.get_username()

    @admin.display(description=_("history"))
    def history(self, profile: Profile) -> str:
        return log_of(person__id__exact=profile.pk)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Profile, form: Any, change: bool) -> None:
        writer.perform(actions.change_profile, obj.pk, name=obj.name)

    @admin.action(description=_("Ban from this place"), permissions=["change"])
    def ban(self, request: HttpRequest, chosen: QuerySet[Profile]) -> None:
        def one(profile: Profile) -> None:
            refuse_to_ban(request, profile.user)
            actions.ban_person(profile.pk, by=request.user.pk)

        rows = chosen.select_related("user").order_by("pk")
        self.do(request, gettext("Banned: %(count)d."), "banned", rows, one)

    @admin.action(description=_("Let back in"), permissions=["change"])
    def unban(self, request: HttpRequest, chosen: QuerySet[Profile]) -> None:
        said = gettext("Let back in: %(count)d.")
        staff = request.user.pk
        self.do(
            request, said, "unbanned", chosen.order_by("pk"),
            lambda one: actions.unban_person(one.pk, by=staff),
        )  # fmt: skip


class AccountAdmin(Unlocked, UserAdmin):  # type: ignore[type-arg]
    """An account is switched off, not deleted: what its person wrote stays, and stays theirs."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Nor while a password is hashed: see Unlocked."""
        unwrapped: Any = self
        answer: HttpResponse = unwrapped._add_view(request, form_url, extra_context)
        return answer


User = get_user_model()
if admin.site.is_registered(User):
    admin.site.unregister(User)
    admin.site.register(User, AccountAdmin)
