"""Messages and sessions: what was written, and who was connected from where.

Messages are read, deleted, restored; their authors banned and unbanned. Nothing is written or edited here.
"""

import json
from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from chat import actions
from chat.actions import Refused
from chat.models import Message, Revision, Session
from chat.protocol import Code

from .filters import AuthorFilter, DeletedFilter, OpenFilter, RoomFilter
from .keeper import Inline, Watcher, name_of

# What a browser calls itself, most particular first: nearly all of them say Chrome and Safari too.
BROWSERS = {"Edg": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
SYSTEMS = {"Android": "Android", "iPhone": "iOS", "iPad": "iPadOS", "Windows": "Windows", "Mac OS": "macOS"}
SYSTEMS |= {"Linux": "Linux"}


def told(notice: Message) -> str:
    """A notice holds no sentence (actions/notices.py): what has changed, and from what to what."""
    change = json.loads(notice.body)
    return f"{change['what']}: {change['from']} → {change['to']}"


class Revisions(Inline):
    """What it said before, to be read by whoever may read the message."""

    model = Revision
    fields = ("written_at", "body")
    extra = max_num = 0
    can_delete = False
    verbose_name_plural = _("earlier versions")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Message)
class MessageAdmin(Watcher):
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

    @admin.display(description=_("message"))
    def excerpt(self, message: Message) -> str:
        notice = message.kind == Message.Kind.NOTICE
        return Truncator(told(message) if notice else message.body).chars(120)

    @admin.display(description=_("author"))
    def author_name(self, message: Message) -> str:
        return name_of(message.author)

    @admin.action(description=_("Delete for everybody"), permissions=["change"])
    def delete_messages(self, request: HttpRequest, chosen: QuerySet[Message]) -> None:
        staff = request.user.pk
        self._moderate(
            request, chosen, gettext("Deleted: %(count)d."), "deleted by a moderator",
            lambda message: actions.delete_message(staff, message.pk, as_staff=True),
        )  # fmt: skip

    @admin.action(description=_("Restore"), permissions=["change"])
    def restore_messages(self, request: HttpRequest, chosen: QuerySet[Message]) -> None:
        staff = request.user.pk
        self._moderate(
            request, chosen, gettext("Restored: %(count)d."), "restored by a moderator",
            lambda message: actions.restore_message(message.pk, by=staff),
        )  # fmt: skip

    @admin.action(description=_("Ban the author from this place"), permissions=["change"])
    def ban_authors(self, request: HttpRequest, chosen: QuerySet[Message]) -> None:
        def ban(message: Message) -> None:
            refuse_to_ban(request, message.author)
            actions.ban_person(message.author_id, by=request.user.pk)

        self._moderate(request, _one_each(chosen), _banned(chosen), "author banned", ban)

    @admin.action(description=_("Let the author back in"), permissions=["change"])
    def unban_authors(self, request: HttpRequest, chosen: QuerySet[Message]) -> None:
        said = gettext("Let back in: %(count)d.")
        self._moderate(
            request, _one_each(chosen), said, "author unbanned",
            lambda message: actions.unban_person(message.author_id, by=request.user.pk),
        )  # fmt: skip

    def _moderate(
        self, request: HttpRequest, chosen: Any, said: str, what: str, action: Callable[[Message], Any]
    ) -> None:
        """Rooms in id order, as every lock of several."""
        rows = sorted(chosen, key=lambda message: (message.room_id, message.pk))
        self.do(request, said, what, rows, action)


def refuse_to_ban(request: HttpRequest, user: Any) -> None:
    """Nobody bans themselves, and only administrators ban administrators."""
    asks: Any = request.user
    if user.pk == asks.pk or (user.is_superuser and not asks.is_superuser):
        raise Refused(Code.NOT_ALLOWED)


def browser_name(agent: str) -> str:
    """ "Firefox, Linux": as much as one wants to know. The page of the session has the whole of it."""
    browser = next((name for sign, name in BROWSERS.items() if sign in agent), "")
    system = next((name for sign, name in SYSTEMS.items() if sign in agent), "")
    return ", ".join(filter(None, (browser, system))) or Truncator(agent).chars(40)


def _one_each(chosen: QuerySet[Message]) -> list[Message]:
    """One message of each author."""
    return list({message.author_id: message for message in chosen.select_related("author")}.values())


def _banned(chosen: QuerySet[Message]) -> str:
    people = chosen.order_by().values("author_id").distinct().count()
    return ngettext("Banned: %(count)d person.", "Banned: %(count)d people.", people)


@admin.register(Session)
class SessionAdmin(Watcher):
    list_display = ("person", "address", "browser", "opened_at", "until", "open_now")
    list_display_links = ("person",)
    list_filter = (OpenFilter, "opened_at")
    list_select_related = ("user", "user__chat_profile", "node")
    search_fields = ("user__username", "user__chat_profile__name", "address")
    ordering = ("-opened_at",)
    fields = ("user", "address", "agent", "away", "opened_at", "closed_at", "lost", "node")

    @admin.display(description=_("person"))
    def person(self, session: Session) -> str:
        return name_of(session.user)

    @admin.display(description=_("browser"))
    def browser(self, session: Session) -> str:
        return browser_name(session.agent)

    @admin.display(description=_("until"))
    def until(self, session: Session) -> Any:
        """A process that died closes nothing: its sessions ended when its lease did."""
        node = session.node
        if session.closed_at or self.open_now(session):
            return session.closed_at
        return node.ended_at or node.lease_until

    @admin.display(description=_("open now"), boolean=True)
    def open_now(self, session: Session) -> bool:
        node = session.node
        return session.closed_at is None and node.ended_at is None and node.lease_until > timezone.now()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
