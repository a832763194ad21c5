"""Uploaded files. What a page needs to show one is also in its message's row."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .keys import new_key
from .messages import Message
from .rooms import Room


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def waiting(self) -> "AttachmentQuerySet":
        """Not in a message yet."""
        return self.filter(message=None)

    def total_bytes(self) -> int:
        return self.aggregate(sum=Sum("stored_bytes"))["sum"] or 0

    def expired(self, uploaded: datetime.datetime, deleted: datetime.datetime) -> "AttachmentQuerySet":
        """Uploaded before the one moment and never posted, or of a message deleted before the other."""
        unposted = Q(message=None, created_at__lt=uploaded)
        return self.filter(unposted | Q(message__deleted_at__lt=deleted))


class Attachment(models.Model):
    """A file that was uploaded to a room. It is posted once, with one message of its author."""

    # Its random name on the wire, in its address and on the disk.
    key = models.CharField(max_length=32, unique=True, default=new_key, editable=False)
    room = models.ForeignKey(Room, models.PROTECT, related_name="+", verbose_name=_("room"), db_index=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author")
    )
    message = models.ForeignKey(
        Message, models.PROTECT, null=True, related_name="files", verbose_name=_("message")
    )
    name = models.CharField(_("name"), max_length=120)
    # Detected from its bytes: how a page shows it, and the type it is served as.
    kind = models.CharField(max_length=5, editable=False)
    type = models.CharField(max_length=40, editable=False)
    size = models.BigIntegerField(editable=False)
    # On the disk, including the thumbnail.
    stored_bytes = models.BigIntegerField(editable=False)
    width = models.PositiveIntegerField(null=True, editable=False)
    height = models.PositiveIntegerField(null=True, editable=False)
    has_thumbnail = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(_("uploaded at"), default=timezone.now, editable=False)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("attachment"), _("attachments")
        indexes = [models.Index(fields=["created_at"], condition=Q(message=None), name="attachments_waiting")]

    def __str__(self) -> str:
        return self.name
