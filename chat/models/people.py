"""The workspace, profiles of people, and banned addresses."""

import datetime

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat import limits
from chat.networks import network_of

from .keys import new_key
from .sessions import Session
from .users import default_name


class Workspace(models.Model):
    """This installation: one row. The founder is its first administrator."""

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
    guests_see_public_rooms = models.BooleanField(
        _("guests can see and join public rooms"), default=False, db_default=False,
        help_text=_("Otherwise guests see only the rooms they joined with an invite link."),
    )  # fmt: skip
    guests_create_rooms = models.BooleanField(_("guests can create rooms"), default=False, db_default=False)
    max_guests = models.PositiveIntegerField(
        _("guest limit"), null=True, blank=True, default=limits.GUESTS, db_default=limits.GUESTS,
        help_text=_("Counts guests seen in the last 30 days. Leave empty or enter 0 for no limit."),
    )  # fmt: skip
    max_guests_per_room = models.PositiveIntegerField(
        _("guest limit per room"), null=True, blank=True, default=limits.GUESTS_IN_A_ROOM,
        db_default=limits.GUESTS_IN_A_ROOM,
        help_text=_("Counted the same way. Leave empty or enter 0 for no limit."),
    )  # fmt: skip

    class Meta:
        verbose_name = verbose_name_plural = _("workspace")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_workspace")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def current(cls) -> "Workspace":
        return cls.objects.get_or_create(pk=1)[0]


class ProfileQuerySet(models.QuerySet["Profile"]):
    def guests(self) -> "ProfileQuerySet":
        return self.filter(kind=Profile.Kind.GUEST)

    def confined(self) -> "ProfileQuerySet":
        """Guests who can only see rooms that they joined by a link."""
        return self.guests().exclude(Exists(Workspace.objects.filter(guests_see_public_rooms=True)))

    def recent_guests(self) -> "ProfileQuerySet":
        # Older sessions are deleted, so any session counts.
        since = timezone.now() - datetime.timedelta(days=limits.GUEST_DAYS)
        connected = Exists(Session.objects.filter(user=OuterRef("pk")))
        guests = self.guests().filter(banned_at=None, user__is_active=True)
        return guests.filter(connected | Q(user__date_joined__gt=since))


class Profile(models.Model):
    """The chat's own fields of a user. Readers work without one."""

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
    # The name's readings, as made by this version (see `chat.names`).
    latin = models.TextField(default="", db_default="", editable=False)
    # Its form in which names that could be taken for each other are the same, also of this version.
    look = models.CharField(
        max_length=limits.NAME_CHARACTERS, default="", db_default="", editable=False, db_index=True
    )
    search_version = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    language = models.CharField(_("language"), max_length=12, blank=True)
    theme = models.CharField(_("theme"), max_length=8, blank=True)
    banned_at = models.DateTimeField(_("banned at"), null=True, blank=True)
    # Raised whenever the set of this person's rooms changes, so that a process that missed the hint notices.
    version = models.BigIntegerField(default=0, editable=False)

    objects = ProfileQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("profile"), _("profiles")
        indexes = [models.Index(fields=["user"], condition=Q(kind="guest"), name="profile_guests")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_guest(self) -> bool:
        return self.kind == self.Kind.GUEST

    @classmethod
    def of(cls, user: AbstractBaseUser) -> "Profile":
        return cls.objects.get_or_create(user=user, defaults={"name": default_name(user)})[0]


class BannedAddressQuerySet(models.QuerySet["BannedAddress"]):
    def in_force(self) -> "BannedAddressQuerySet":
        return self.filter(until__gt=timezone.now())


class BannedAddress(models.Model):
    """A network from which nobody can become a guest or sign up. Existing accounts are not affected."""

    network = models.CharField(_("IP address"), max_length=64, db_index=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("banned person")
    )
    created_at = models.DateTimeField(_("banned at"), default=timezone.now)
    until = models.DateTimeField(_("until"))

    objects = BannedAddressQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("banned address"), _("banned addresses")

    def __str__(self) -> str:
        return self.network

    @classmethod
    def is_banned(cls, address: str | None) -> bool:
        return cls.objects.in_force().filter(network=network_of(address or "")).exists()

    @classmethod
    def banned_among(cls, addresses: set[str | None]) -> set[str | None]:
        """Those of these addresses that are banned, in one statement."""
        networks = {address: network_of(address or "") for address in addresses}
        found = cls.objects.in_force().filter(network__in=set(networks.values()))
        banned = set(found.values_list("network", flat=True))
        return {address for address, network in networks.items() if network in banned}
