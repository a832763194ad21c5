"""Hides messages of private and direct rooms in the admin until a reason is given, which is recorded."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chat import actions, limits
from chat.actions import Refused
from chat.conf import chat_settings
from chat.models import Message, ModerationEvent, Room
from chat.writer import writer

from .base import ActionAdmin, ReadOnlyAdmin, staff_id


def readable(rows: QuerySet[Message], request: HttpRequest) -> QuerySet[Message]:
    """Messages of public rooms, and of rooms this staff member has opened within the hour."""
    opened = ModerationEvent.objects.reading(staff_id(request)).values("room")
    return rows.filter(Q(room__kind=Room.Kind.PUBLIC) | Q(room__in=opened))


class PrivateRoomsHiddenAdmin(ReadOnlyAdmin):
    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        return readable(super().get_queryset(request), request)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        hint = gettext("Messages in private rooms and direct conversations are not listed.")
        if chat_settings.CHAT_STAFF_READS == "recorded":
            hint += " " + gettext("To read them, open the room’s page and give a reason.")
        if request.method == "GET":
            self.message_user(request, hint, messages.INFO)
        return super().changelist_view(request, extra_context)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=limits.REASON_CHARACTERS, widget=forms.TextInput(attrs={"size": 80})
    )


class ReasonToReadAdmin(ActionAdmin):
    @admin.display(description=_("messages"))
    def messages_link(self, room: Room) -> str:
        if room.pk is None or (room.kind != Room.Kind.PUBLIC and chat_settings.CHAT_STAFF_READS == "never"):
            return "-"
        if room.kind == Room.Kind.PUBLIC:
            return format_html('<a href="{}">{}</a>', _list_of(room), gettext("Messages"))
        address = reverse("admin:chat_room_read", args=[room.pk])
        return format_html('<a href="{}">{}</a>', address, gettext("Give a reason to read the messages"))

    def get_urls(self) -> list[URLPattern]:
        read = self.admin_site.admin_view(self.read_view)
        return [path("<int:pk>/read/", read, name="chat_room_read"), *super().get_urls()]

    def read_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        room = self.get_object(request, str(pk))
        if room is None or chat_settings.CHAT_STAFF_READS == "never":
            raise Http404
        if not (self.has_view_permission(request, room) and request.user.has_perm("chat.view_message")):
            raise PermissionDenied
        form = ReasonForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                writer.perform(
                    actions.open_to_staff, staff_id(request), room.key, form.cleaned_data["reason"]
                )
                return redirect(_list_of(room))
            except Refused:
                form.add_error("reason", gettext("Give a reason."))
        context = self.admin_site.each_context(request) | {
            "form": form, "room": room, "opts": self.opts, "title": gettext("Read a private room"),
        }  # fmt: skip
        return render(request, "admin/chat/room/read.html", context)


def _list_of(room: Room) -> str:
    return f"{reverse('admin:chat_message_changelist')}?room={room.pk}"
