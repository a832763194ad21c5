"""Admin pages of messages and connections: nothing is written or edited here."""

import json
from datetime import datetime

from django.contrib import admin
from django.db.models import Max, Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chat import actions
from chat.models import Message, Revision, Session

from .bans import BanForm, addresses_until
from .base import LOGIN_FIELD, Inline, ReadOnlyAdmin, name_of, staff_id
from .filters import AuthorFilter, DeletedFilter, OpenFilter, RoomFilter
from .reading import PrivateRoomsHiddenAdmin

# Names in user agents, most specific first: nearly all browsers also claim to be Chrome and Safari.
BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "Firefox/": "Firefox",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
SYSTEMS = {"Android": "Android", "iPhone": "iOS", "iPad": "iPadOS", "Windows": "Windows", "Mac OS": "macOS"}
SYSTEMS |= {"Linux": "Linux"}


def notice_change(notice: Message) -> str:
    """Notices hold data, not sentences (actions/notices.py)."""
    change = json.loads(notice.body)
    return f"{change['what']}: {change['from']} → {change['to']}"


class Revisions(Inline):
    model = Revision
    fields = ("written_at", "body")
    extra = max_num = 0
    can_delete = False
    verbose_name_plural = _("earlier versions")

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Message)
class MessageAdmin(PrivateRoomsHiddenAdmin):
    inlines = (Revisions,)
    list_display = ("excerpt", "author_name", "room", "created_at", "edited_at", "deleted_at")
    list_display_links = ("excerpt",)
    list_filter = (DeletedFilter, RoomFilter, AuthorFilter, "created_at")
    list_select_related = ("room", "author", "author__chat_profile")
    search_fields = ("body",)
    ordering = ("-pk",)
    sortable_by = ()  # any other order would read the whole table
    fields = (
        "room", "author", "body", "created_at", "edited_at", "deleted_at", "pinned_at", "reply_to",
        "reactions",
    )  # fmt: skip
    actions = ("delete_messages", "restore_messages", "ban_authors", "unban_authors")
    action_form = BanForm

    @admin.display(description=_("message"))
    def excerpt(self, message: Message) -> str:
        notice = message.kind == Message.Kind.NOTICE
        return Truncator(notice_change(message) if notice else message.body).chars(120)

    @admin.display(description=_("author"))
    def author_name(self, message: Message) -> str:
        return name_of(message.author)

    @admin.action(description=_("Delete for everyone"), permissions=["change"])
    def delete_messages(self, request: HttpRequest, chosen: QuerySet[Message]) -> HttpResponse | None:
        staff = staff_id(request)
        return self.run_action(
            request, gettext("Deleted: %(count)d."), "deleted by a moderator",
            _in_lock_order(chosen.filter(deleted_at=None)),
            lambda message: actions.delete_message(staff, message.pk, as_staff=True),
        )  # fmt: skip

    @admin.action(description=_("Restore"), permissions=["change"])
    def restore_messages(self, request: HttpRequest, chosen: QuerySet[Message]) -> HttpResponse | None:
        staff = staff_id(request)
        return self.run_action(
            request, gettext("Restored: %(count)d."), "restored by a moderator",
            _in_lock_order(chosen.exclude(deleted_at=None)),
            lambda message: actions.restore_message(message.pk, by=staff),
        )  # fmt: skip

    @admin.action(description=_("Ban author"), permissions=["change"])
    def ban_authors(self, request: HttpRequest, chosen: QuerySet[Message]) -> HttpResponse | None:
        staff, until = staff_id(request), addresses_until(request)
        here = chosen.filter(author__chat_profile__banned_at=None)
        return self.run_action(
            request, gettext("Banned: %(count)d."), "author banned", _one_per_author(here),
            lambda message: actions.ban_person(message.author_id, until, by=staff),
        )  # fmt: skip

    @admin.action(description=_("Unban author"), permissions=["change"])
    def unban_authors(self, request: HttpRequest, chosen: QuerySet[Message]) -> HttpResponse | None:
        staff, out = staff_id(request), chosen.filter(author__chat_profile__banned_at__isnull=False)
        return self.run_action(
            request, gettext("Unbanned: %(count)d."), "author unbanned", _one_per_author(out),
            lambda message: actions.unban_person(message.author_id, by=staff),
        )  # fmt: skip


def _in_lock_order(chosen: QuerySet[Message]) -> QuerySet[Message]:
    """Ordered by room, the lock order."""
    return chosen.order_by("room_id", "pk")


def _one_per_author(chosen: QuerySet[Message]) -> QuerySet[Message]:
    latest = chosen.order_by().values("author_id").annotate(latest=Max("pk"))
    return Message.objects.filter(pk__in=latest.values("latest")).order_by("author_id")


def browser_name(agent: str) -> str:
    """A short name such as "Firefox, Linux". The session's page shows the whole user agent."""
    browser = next((name for sign, name in BROWSERS.items() if sign in agent), "")
    system = next((name for sign, name in SYSTEMS.items() if sign in agent), "")
    return ", ".join(filter(None, (browser, system))) or Truncator(agent).chars(40)


@admin.register(Session)
class SessionAdmin(ReadOnlyAdmin):
    list_display = ("person", "address", "browser", "opened_at", "until", "open_now")
    list_display_links = ("person",)
    list_filter = (OpenFilter, "opened_at")
    list_select_related = ("user", "user__chat_profile", "process")
    search_fields = (f"user__{LOGIN_FIELD}", "user__chat_profile__name", "address")
    ordering = ("-opened_at",)
    fields = ("user", "address", "agent", "away", "opened_at", "closed_at", "lost", "process")

    @admin.display(description=_("person"))
    def person(self, session: Session) -> str:
        return name_of(session.user)

    @admin.display(description=_("browser"))
    def browser(self, session: Session) -> str:
        return browser_name(session.agent)

    @admin.display(description=_("until"))
    def until(self, session: Session) -> datetime | None:
        # A process that died closes no sessions: they ended with its lease.
        process = session.process
        if session.closed_at or self.open_now(session):
            return session.closed_at
        return process.ended_at or process.lease_until

    @admin.display(description=_("connected now"), boolean=True)
    def open_now(self, session: Session) -> bool:
        process = session.process
        return session.closed_at is None and process.ended_at is None and process.lease_until > timezone.now()

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
