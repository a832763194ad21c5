"""The place itself: one row, whose name may change."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from chat import writer
from chat.models import Place

from .keeper import Keeper


@admin.register(Place)
class PlaceAdmin(Keeper):
    list_display = ("name", "founder")
    list_select_related = ("founder",)
    fields = ("name", "founder", "epoch")
    readonly_fields = ("founder", "epoch")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Place, form: Any, change: bool) -> None:
        """The name is no event: pages show it when they are loaded."""
        writer.perform(_rename, obj.name)


def _rename(name: str) -> None:
    Place.objects.filter(pk=1).update(name=name)
