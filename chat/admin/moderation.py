"""The moderation log: read-only, linked from the pages of rooms and people."""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chat.models import ModerationEvent

from .base import LOGIN_FIELD, ReadOnlyAdmin, name_of
from .filters import RoomFilter


@admin.register(ModerationEvent)
class ModerationEventAdmin(ReadOnlyAdmin):
    list_display = ("at", "kind", "actor_name", "as_staff", "person_name", "room", "detail", "reason")
    list_filter = ("kind", "as_staff", RoomFilter)
    list_select_related = ("room", "actor", "actor__chat_profile", "person", "person__chat_profile")
    search_fields = (
        f"actor__{LOGIN_FIELD}", "actor__chat_profile__name",
        f"person__{LOGIN_FIELD}", "person__chat_profile__name",
        "reason",
    )  # fmt: skip
    ordering = ("-pk",)
    fields = ("at", "kind", "actor", "as_staff", "person", "room", "message", "detail", "reason")

    @admin.display(description=_("by"))
    def actor_name(self, event: ModerationEvent) -> str:
        return name_of(event.actor) if event.actor else ""

    @admin.display(description=_("person"))
    def person_name(self, event: ModerationEvent) -> str:
        return name_of(event.person) if event.person else ""

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def moderation_log_link(**which: int) -> str:
    [(lookup, pk)] = which.items()
    address = reverse("admin:chat_moderationevent_changelist")
    return format_html('<a href="{}?{}={}">{}</a>', address, lookup, pk, gettext("Moderation log"))
