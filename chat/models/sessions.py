"""Serving processes, and a record of each connection."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ServerProcess(models.Model):
    """A serving process. It counts as running as long as it renews its lease; times are the database's."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    host = models.CharField(_("host"), max_length=64)
    started_at = models.DateTimeField(_("started at"))
    lease_until = models.DateTimeField(_("lease until"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("server process"), _("server processes")
        indexes = [models.Index(fields=["lease_until"], name="process_running", condition=Q(ended_at=None))]

    def __str__(self) -> str:
        return f"{self.host} {str(self.pk)[:8]}"


class Session(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Without constraints: a session is written in one transaction with messages, and must never make it fail.
    process = models.ForeignKey(
        ServerProcess,
        models.CASCADE,
        related_name="sessions",
        verbose_name=_("server process"),
        db_index=False,
        db_constraint=False,
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="+",
        verbose_name=_("person"),
        db_constraint=False,
    )
    address = models.GenericIPAddressField(_("IP address"), null=True, blank=True)
    agent = models.CharField(_("browser"), max_length=200, blank=True)
    away = models.BooleanField(_("away"), default=False)
    opened_at = models.DateTimeField(_("connected at"))
    closed_at = models.DateTimeField(_("disconnected at"), null=True, blank=True)
    # Its process died. Presence then does not wait for a reload.
    lost = models.BooleanField(_("connection lost"), default=False)

    class Meta:
        verbose_name, verbose_name_plural = _("session"), _("sessions")
        indexes = [
            models.Index(fields=["process"], name="session_open", condition=Q(closed_at=None)),
            models.Index(fields=["closed_at"], name="session_closed"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} since {self.opened_at:%F %T}"
