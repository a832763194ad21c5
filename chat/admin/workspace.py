"""Admin page of the workspace: its name and what guests may do."""

from django.contrib import admin
from django.forms import BaseForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from chat.models import Workspace
from chat.writer import writer

from .base import ActionAdmin

GUESTS = ("guests_see_public_rooms", "guests_create_rooms", "max_guests", "max_guests_per_room")


@admin.register(Workspace)
class WorkspaceAdmin(ActionAdmin):
    list_display = ("name", "founder")
    list_select_related = ("founder",)
    fieldsets = ((None, {"fields": ("name", "founder", "epoch")}), (_("Guests"), {"fields": GUESTS}))
    readonly_fields = ("founder", "epoch")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Workspace, form: BaseForm, change: bool) -> None:
        # Publishes nothing: actions and pages read this row each time, open connections within seconds.
        writer.perform(_save, {field: getattr(obj, field) for field in ("name", *GUESTS)})


def _save(fields: dict[str, object]) -> None:
    Workspace.objects.filter(pk=1).update(**fields)
