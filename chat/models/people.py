"""The place itself, and what is ours about a person."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chat import limits

from .keys import new_key


class Place(models.Model):
    """This installation: one row. Its founder is the first administrator; its epoch changes when a backup is
    restored."""

    name = models.CharField(_("name"), max_length=60, default="Chat")
    epoch = models.CharField(max_length=22, default=new_key, editable=False)
    founder = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("founder"),
    )

    class Meta:
        verbose_name = verbose_name_plural = _("place")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_place")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def current(cls) -> "Place":
        return cls.objects.get_or_create(pk=1)[0]


class Profile(models.Model):
    """What is ours about a person. Readers tolerate that there is none."""

    class Kind(models.TextChoices):
        GUEST = "guest", _("guest")
        ACCOUNT = "account", _("account")
        BOT = "bot", _("bot")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        primary_key=True,
        related_name="chat_profile",
        verbose_name=_("user"),
    )
    name = models.CharField(_("name"), max_length=limits.NAME_CHARACTERS)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.ACCOUNT)
    language = models.CharField(_("language"), max_length=12, blank=True)
    theme = models.CharField(_("theme"), max_length=8, blank=True)
    banned_at = models.DateTimeField(_("banned at"), null=True, blank=True)
    # Raised whenever the set of this person's rooms changes: a process that missed the hint sees it and looks
    # again.
    version = models.BigIntegerField(default=0, editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("profile"), _("profiles")

    def __str__(self) -> str:
        return self.name

    @classmethod
    def of(cls, user: Any) -> "Profile":
        name = (user.get_full_name() or user.get_username())[: limits.NAME_CHARACTERS]
        return cls.objects.get_or_create(user=user, defaults={"name": name})[0]
