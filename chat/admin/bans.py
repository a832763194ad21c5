"""Address bans that accompany a person's ban: the form fields and the list."""

import datetime

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ActionForm
from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat import limits
from chat.accounts import sessions
from chat.models import BannedAddress

from .base import ReadOnlyAdmin, name_of


def _default_end() -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=limits.ADDRESS_BAN_DAYS)


class BanForm(ActionForm):
    ban_addresses = forms.BooleanField(label=_("Also ban their IP addresses"), required=False)
    until = forms.DateField(
        label=_("until"), required=False, initial=_default_end,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip


def addresses_until(request: HttpRequest) -> datetime.datetime | None:
    """The end of the chosen day; None if addresses are not to be banned."""
    if not request.POST.get("ban_addresses"):
        return None
    day = forms.DateField(required=False).clean(request.POST.get("until")) or _default_end()
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.max))


@admin.register(BannedAddress)
class BannedAddressAdmin(ReadOnlyAdmin):
    """Deleting a row lifts the address ban; the person stays banned."""

    list_display = ("network", "banned_person", "created_at", "until")
    list_select_related = ("person", "person__chat_profile")
    search_fields = ("network", "person__chat_profile__name")
    ordering = ("-until", "-pk")

    @admin.display(description=_("banned person"))
    def banned_person(self, ban: BannedAddress) -> str:
        return name_of(ban.person)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        allowed = admin.ModelAdmin.has_delete_permission(self, request, obj)
        return sessions.is_admitted(request) and allowed
