"""Admin filters that stay short on large sites: they list the latest rooms or people and the chosen one."""

from typing import TypeVar

from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.contrib.auth import get_user_model
from django.db.models import Model, Q, QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chat.models import Room

from .base import name_of

M = TypeVar("M", bound=Model)

# Longer numbers do not fit SQLite's integers.
KEY_DIGITS = 18
MAX_CHOICES = 30
MESSAGES_READ = 300


def key_in(value: str | None) -> int | None:
    """The primary key in an address. Rejects digits of other scripts and superscripts."""
    value = value or ""
    is_key = value.isascii() and value.isdecimal() and len(value) <= KEY_DIGITS
    return int(value) if is_key else None


class _KeyFilter(SimpleListFilter):
    """By the primary key of the row that the field `parameter_name` refers to."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[M]) -> QuerySet[M]:
        if not self.value():
            return queryset
        key = key_in(self.value())
        return queryset.none() if key is None else queryset.filter(**{f"{self.parameter_name}_id": key})


class RoomFilter(_KeyFilter):
    title = _("room (recently active first)")
    parameter_name = "room"

    def lookups(self, request: HttpRequest, model_admin: "ModelAdmin[Model]") -> list[tuple[str, str]]:
        chosen = Q(pk=key_in(request.GET.get("room")))
        rooms = list(Room.objects.order_by("-active_at", "pk")[:MAX_CHOICES])
        rooms += [room for room in Room.objects.filter(chosen) if room not in rooms]
        return [(str(room.pk), room.name) for room in rooms]


class AuthorFilter(_KeyFilter):
    title = _("author (recently active first)")
    parameter_name = "author"

    def lookups(self, request: HttpRequest, model_admin: "ModelAdmin[Model]") -> list[tuple[str, str]]:
        latest = (
            model_admin.get_queryset(request)
            .order_by("-pk")
            .values_list("author_id", flat=True)[:MESSAGES_READ]
        )
        wanted = list(dict.fromkeys(latest))[:MAX_CHOICES]
        if (chosen := key_in(request.GET.get("author"))) is not None:
            wanted.append(chosen)
        people = get_user_model()._default_manager.select_related("chat_profile").in_bulk(wanted)
        return [(str(pk), name_of(people[pk])) for pk in dict.fromkeys(wanted) if pk in people]


class _YesNoFilter(SimpleListFilter):
    def lookups(self, request: HttpRequest, model_admin: "ModelAdmin[Model]") -> list[tuple[str, str]]:
        return [("yes", gettext("yes")), ("no", gettext("no"))]

    condition: Q

    def queryset(self, request: HttpRequest, queryset: QuerySet[M]) -> QuerySet[M]:
        if not self.value():
            return queryset
        conditions = {"yes": self.condition, "no": ~self.condition}
        condition = conditions.get(str(self.value()))
        return queryset.none() if condition is None else queryset.filter(condition)


class DeletedFilter(_YesNoFilter):
    title = _("deleted")
    parameter_name = "deleted"
    condition = Q(deleted_at__isnull=False)


class OpenFilter(_YesNoFilter):
    title = _("connected now")
    parameter_name = "open"
    condition = Q(closed_at=None, process__ended_at=None, process__lease_until__gt=Now())


class BannedFilter(_YesNoFilter):
    title = _("banned")
    parameter_name = "banned"
    condition = Q(banned_at__isnull=False)


class FormerMemberFilter(_YesNoFilter):
    title = _("left or removed")
    parameter_name = "gone"
    condition = Q(removed_at__isnull=False)
