"""Messages and their earlier versions."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .rooms import Room


class Message(models.Model):
    """A message, or a notice of the room. A deleted one keeps its row, and its text for DELETED_DAYS."""

    class Kind(models.TextChoices):
        TEXT = "text", _("text")
        NOTICE = "notice", _("notice")

    # How the nonce begins of the notice that somebody joined, which is not something they wrote. Clients may
    # choose such nonces for messages too, so the kind counts as well.
    JOINED = "joined-"

    room = models.ForeignKey(
        Room, models.PROTECT, related_name="messages", verbose_name=_("room"), db_index=False
    )
    seq = models.BigIntegerField(editable=False)
    kind = models.CharField(max_length=6, choices=Kind.choices, default=Kind.TEXT, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author"), db_index=False
    )
    nonce = models.CharField(max_length=64, editable=False)
    body = models.TextField(_("body"))
    # None if the body is plain text, as most are.
    html = models.TextField(null=True, editable=False)  # noqa: DJ001
    created_at = models.DateTimeField(_("sent at"), db_index=True)
    edited_at = models.DateTimeField(_("edited at"), null=True, blank=True)
    deleted_at = models.DateTimeField(_("deleted at"), null=True, blank=True)
    # By somebody else than the author: a moderator of the room, or the site's staff.
    deleted_by_moderator = models.BooleanField(default=False, db_default=False, editable=False)
    # Deleting a message also unpins it.
    pinned_at = models.DateTimeField(_("pinned at"), null=True, blank=True, editable=False)
    reply_to = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("reply to"),
        db_index=False,
    )
    # [{name as written, person}] as on the wire; null means everybody. Stored because names change. None if
    # there are none, as in most messages, so that the partial index stays small.
    mentions = models.JSONField(_("mentions"), null=True, blank=True, editable=False)
    # {emoji: [person ids in the order they reacted]}. In the row because the row is the event.
    reactions = models.JSONField(_("reactions"), default=dict, blank=True, editable=False)
    # [rows of its attachments as on the wire], None if there are none. In the row because reading a page of
    # messages must not need a second table.
    attachments = models.JSONField(_("attachments"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("message"), _("messages")
        constraints = [
            models.UniqueConstraint(fields=["author", "nonce"], name="one_message_per_nonce"),
            models.UniqueConstraint(fields=["room", "seq"], name="one_message_per_seq"),
        ]
        indexes = [
            models.Index(fields=["room", "id"], name="message_history"),
            models.Index(fields=["room", "id"], name="message_mentions", condition=Q(mentions__isnull=False)),
            models.Index(
                fields=["room", "pinned_at"], name="message_pins", condition=Q(pinned_at__isnull=False)
            ),
            models.Index(
                fields=["deleted_at"], name="message_deletions", condition=Q(deleted_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} in {self.room_id}"

    @property
    def searchable_text(self) -> str:
        return "\n".join([self.body, *(file["name"] for file in self.attachments or ())])


class Revision(models.Model):
    """The body of a message before an edit, for moderators of its room."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="revisions", verbose_name=_("message"))
    body = models.TextField(_("body"))
    written_at = models.DateTimeField(_("sent at"))

    class Meta:
        verbose_name, verbose_name_plural = _("revision"), _("revisions")
        ordering = ("pk",)
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.message_id} as of {self.written_at}"
