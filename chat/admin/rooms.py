"""Admin pages of rooms, memberships and join links."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chat import actions
from chat.ids import PersonId
from chat.models import JoinLink, Membership, Room
from chat.writer import writer

from .base import LOGIN_FIELD, ActionAdmin, ReadOnlyAdmin, name_of, staff_id
from .filters import FormerMemberFilter, RoomFilter
from .moderation import moderation_log_link
from .reading import ReasonToReadAdmin


class RoomForm(forms.ModelForm):  # type: ignore[type-arg]
    archived = forms.BooleanField(label=_("archived"), required=False)

    class Meta:
        model = Room
        fields = ("name", "topic", "kind", "posting", "guests_invite")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds: Any = self.fields.get("kind", forms.ChoiceField())  # missing on a read-only page
        private = self.instance.pk and self.instance.kind == Room.Kind.PRIVATE  # only its owners open it
        offered = {Room.Kind.PRIVATE} if private else {Room.Kind.PUBLIC, Room.Kind.PRIVATE}
        kinds.choices = [choice for choice in Room.Kind.choices if choice[0] in offered]
        self.fields["archived"].initial = self.instance.archived_at is not None


@admin.register(Room)
class RoomAdmin(ReasonToReadAdmin):
    form = RoomForm
    list_display = ("name", "kind", "posting", "topic", "active_at", "archived_at")
    list_filter = ("kind", "posting", ("archived_at", admin.EmptyFieldListFilter))
    search_fields = ("name", "topic", "key")
    ordering = ("name", "pk")
    readonly_fields = ("key", "created_at", "active_at", "seq", "messages_link", "history")
    fields = ("name", "topic", "kind", "posting", "guests_invite", "archived", *readonly_fields)

    @admin.display(description=_("history"))
    def history(self, room: Room) -> str:
        return moderation_log_link(room=room.pk) if room.pk else ""

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        # A direct room has nothing to change.
        is_direct = isinstance(obj, Room) and obj.is_direct
        return not is_direct and super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Room, form: forms.BaseForm, change: bool) -> None:
        given = {field: form.cleaned_data[field] for field in RoomForm.Meta.fields}
        if not change:
            made = writer.perform(actions.make_room, staff_id(request), **given)
            obj.pk, obj.key = made.pk, made.key
            return
        given["archived"] = form.cleaned_data["archived"]
        writer.perform(actions.change_room, staff_id(request), obj.key, **given, as_staff=True)


@admin.register(Membership)
class MembershipAdmin(ActionAdmin):
    list_display = ("person", "room", "role", "muted_until", "joined_at", "removed_at", "cannot_rejoin")
    list_display_links = ("person",)
    list_filter = ("role", FormerMemberFilter, "cannot_rejoin", RoomFilter)
    list_select_related = ("room", "user", "user__chat_profile")
    search_fields = (f"user__{LOGIN_FIELD}", "user__chat_profile__name", "room__name")
    ordering = ("-pk",)
    fields = ("room", "user", "role", "muted_until", "joined_at", "removed_at", "cannot_rejoin")
    readonly_fields = ("room", "user", "joined_at", "removed_at", "cannot_rejoin")
    actions = ("remove", "block_rejoin")

    @admin.display(description=_("person"))
    def person(self, member: Membership) -> str:
        return name_of(member.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Membership, form: forms.BaseForm, change: bool) -> None:
        writer.perform(_change_member, staff_id(request), obj, set(form.changed_data))

    @admin.action(description=_("Remove from room"), permissions=["change"])
    def remove(self, request: HttpRequest, chosen: QuerySet[Membership]) -> HttpResponse | None:
        return self._remove(request, chosen.filter(removed_at=None), block_rejoin=False)

    @admin.action(description=_("Remove and block rejoining"), permissions=["change"])
    def block_rejoin(self, request: HttpRequest, chosen: QuerySet[Membership]) -> HttpResponse | None:
        return self._remove(request, chosen.filter(cannot_rejoin=False), block_rejoin=True)

    def _remove(
        self, request: HttpRequest, chosen: QuerySet[Membership], block_rejoin: bool
    ) -> HttpResponse | None:
        remove = partial(actions.remove_member, staff_id(request), block_rejoin=block_rejoin, as_staff=True)
        return self.run_action(
            request, gettext("Removed: %(count)d."), "blocked" if block_rejoin else "removed",
            chosen.select_related("room").order_by("room_id", "user_id"),
            lambda one: remove(one.room.key, one.user_id),
        )  # fmt: skip


def _change_member(staff: PersonId, member: Membership, changed: set[str]) -> None:
    where = (staff, member.room.key, member.user_id)
    if "role" in changed:
        actions.set_role(*where, member.role, as_staff=True)
    if "muted_until" in changed:
        actions.mute(*where, member.muted_until, as_staff=True)


@admin.register(JoinLink)
class JoinLinkAdmin(ReadOnlyAdmin):
    """Hides the code: seeing links in the admin must not let anybody join."""

    list_display = (
        "__str__",
        "room",
        "creator",
        "created_at",
        "expires_at",
        "uses",
        "max_uses",
        "revoked_at",
    )
    list_filter = (("revoked_at", admin.EmptyFieldListFilter), RoomFilter)
    list_select_related = ("room", "created_by", "created_by__chat_profile")
    ordering = ("-pk",)
    fields = ("room", "created_by", "created_at", "expires_at", "uses", "max_uses", "revoked_at")
    actions = ("revoke",)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        # Filters on the code would reveal it character by character.
        return lookup.split("__")[0] != "code" and super().lookup_allowed(lookup, value, request)

    @admin.display(description=_("created by"))
    def creator(self, link: JoinLink) -> str:
        return name_of(link.created_by)

    @admin.action(description=_("Revoke"), permissions=["change"])
    def revoke(self, request: HttpRequest, chosen: QuerySet[JoinLink]) -> HttpResponse | None:
        staff, working = staff_id(request), chosen.filter(revoked_at=None)
        return self.run_action(
            request, gettext("Revoked: %(count)d."), "withdrawn", working.order_by("room_id", "pk"),
            lambda link: actions.revoke_join_link(staff, link.code, as_staff=True),
        )  # fmt: skip
