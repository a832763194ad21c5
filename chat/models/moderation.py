"""The log of what moderators and staff did to whom."""

import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat import limits
from chat.conf import chat_settings
from chat.ids import PersonId

from .messages import Message
from .rooms import Room


class ModerationEventQuerySet(models.QuerySet["ModerationEvent"]):
    def reading(self, person: PersonId) -> "ModerationEventQuerySet":
        """The reasons this staff member gave that let them read a private room now."""
        if chat_settings.CHAT_STAFF_READS == "never":
            return self.none()
        since = timezone.now() - datetime.timedelta(hours=limits.READING_HOURS)
        return self.filter(kind=ModerationEvent.Kind.READ, actor=person, at__gt=since)


class ModerationEvent(models.Model):
    """One act of a room's moderator or of the site's staff. It never contains the text of a message."""

    class Kind(models.TextChoices):
        DELETE = "delete", _("deleted a message")
        RESTORE = "restore", _("restored a message")
        MUTE = "mute", _("muted a person")
        UNMUTE = "unmute", _("unmuted a person")
        REMOVE = "remove", _("removed a person from the room")
        BLOCK_REJOIN = "block_rejoin", _("removed a person and blocked rejoining")
        ROLE = "role", _("changed a role")
        BAN = "ban", _("banned a person")
        UNBAN = "unban", _("unbanned a person")
        READ = "read", _("opened a private room")
        PASSWORD = "password", _("set a person’s password")

    at = models.DateTimeField(_("time"), default=timezone.now)
    kind = models.CharField(_("action"), max_length=16, choices=Kind.choices)
    # None: a command, or a deleted account.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    as_staff = models.BooleanField(_("as staff"), default=False)
    room = models.ForeignKey(Room, models.SET_NULL, null=True, related_name="+", verbose_name=_("room"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("person")
    )
    message = models.ForeignKey(
        Message, models.SET_NULL, null=True, related_name="+", verbose_name=_("message")
    )
    detail = models.CharField(_("detail"), max_length=100, blank=True)
    reason = models.CharField(_("reason"), max_length=limits.REASON_CHARACTERS, blank=True)

    objects = ModerationEventQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("moderation event"), _("moderation log")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.pk}: {self.kind}"
