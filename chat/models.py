"""What exists and what is true: the tables, their constraints, and filters that chain.

Nothing here announces, and nothing overrides `save()`: what people can do is in `actions`. Imports only
`limits`.
"""

import secrets
import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from . import limits


def new_key() -> str:
    """128 random bits as 22 characters that are safe in an address: nobody guesses the next one."""
    return secrets.token_urlsafe(16)


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


class RoomQuerySet(models.QuerySet["Room"]):
    def open_to(self, user: Any) -> "RoomQuerySet":
        """Rooms this person may see: public ones and those they are in. Any other does not exist for them."""
        return self.filter(
            Q(kind=Room.Kind.PUBLIC) | Q(pk__in=Membership.objects.present().of(user).values("room"))
        )


class Room(models.Model):
    """A place to talk. `seq` numbers every durable change its people share, `info_seq` is the last one of its
    own."""

    class Kind(models.TextChoices):
        PUBLIC = "public", _("public")
        PRIVATE = "private", _("private")
        DIRECT = "direct", _("direct")

    key = models.CharField(max_length=32, unique=True, default=new_key, editable=False)
    name = models.CharField(_("name"), max_length=limits.ROOM_NAME_CHARACTERS)
    topic = models.CharField(_("topic"), max_length=limits.TOPIC_CHARACTERS, blank=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.PUBLIC)
    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    active_at = models.DateTimeField(_("active at"), null=True, blank=True, editable=False)
    seq = models.BigIntegerField(default=0, editable=False)
    info_seq = models.BigIntegerField(default=0, editable=False)

    objects = RoomQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("room"), _("rooms")

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    def present(self) -> "MembershipQuerySet":
        return self.filter(removed_at=None)

    def of(self, user: Any) -> "MembershipQuerySet":
        return self.filter(user=user)


class Membership(models.Model):
    """A person's place in a room. One that ended stays, marked: it is a change others must be able to catch
    up on."""

    class Role(models.TextChoices):
        OWNER = "owner", _("owner")
        MODERATOR = "moderator", _("moderator")
        MEMBER = "member", _("member")

    class Level(models.TextChoices):
        EVERYTHING = "everything", _("everything")
        MENTIONS = "mentions", _("mentions")
        NOTHING = "nothing", _("nothing")
        HIDDEN = "hidden", _("hidden")

    room = models.ForeignKey(
        Room, models.PROTECT, related_name="memberships", verbose_name=_("room"), db_index=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=9, choices=Role.choices, default=Role.MEMBER)
    muted_until = models.DateTimeField(_("muted until"), null=True, blank=True)
    joined_at = models.DateTimeField(_("joined at"), default=timezone.now)
    removed_at = models.DateTimeField(_("removed at"), null=True, blank=True)
    # May not come back by the door they came in: a kick ends a membership, a ban also closes it.
    barred = models.BooleanField(_("barred"), default=False)
    seq = models.BigIntegerField(default=0, editable=False)
    # Personal, without a seq: the latest wins.
    read_up_to = models.BigIntegerField(default=0, editable=False)
    level = models.CharField(
        _("notifications"), max_length=10, choices=Level.choices, default=Level.EVERYTHING
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("membership"), _("memberships")
        constraints = [models.UniqueConstraint(fields=["room", "user"], name="one_membership")]
        indexes = [models.Index(fields=["room", "seq"], name="membership_changes")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.room_id}"

    @property
    def moderates(self) -> bool:
        return self.removed_at is None and self.role in (self.Role.OWNER, self.Role.MODERATOR)


class MessageQuerySet(models.QuerySet["Message"]):
    def standing(self) -> "MessageQuerySet":
        return self.filter(deleted_at=None)


class Message(models.Model):
    """What a person wrote. A deleted one keeps its row, and its text for a while, but only moderators see
    that."""

    class Kind(models.TextChoices):
        TEXT = "text", _("text")
        NOTICE = "notice", _("notice")

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
    # None where the body is plain text: most are, and they need no second copy.
    html = models.TextField(null=True, editable=False)  # noqa: DJ001
    created_at = models.DateTimeField(_("written at"), db_index=True)
    edited_at = models.DateTimeField(_("edited at"), null=True, blank=True)
    deleted_at = models.DateTimeField(_("deleted at"), null=True, blank=True)
    reply_to = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answers"),
        db_index=False,
    )
    # {emoji: [person ids in the order they came]}: travels with the row, so it lives in it.
    reactions = models.JSONField(_("reactions"), default=dict, blank=True, editable=False)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("message"), _("messages")
        constraints = [
            models.UniqueConstraint(fields=["author", "nonce"], name="one_message_per_nonce"),
            models.UniqueConstraint(fields=["room", "seq"], name="one_message_per_seq"),
        ]
        indexes = [models.Index(fields=["room", "id"], name="message_history")]

    def __str__(self) -> str:
        return f"{self.pk} in {self.room_id}"


class JoinLinkQuerySet(models.QuerySet["JoinLink"]):
    def usable(self) -> "JoinLinkQuerySet":
        """Links that let somebody in now."""
        fresh = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
        unspent = Q(most_uses=None) | Q(uses__lt=F("most_uses"))
        return self.filter(fresh, unspent, revoked_at=None, room__archived_at=None)


class JoinLink(models.Model):
    """An address that lets whoever has it into a room."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="join_links", verbose_name=_("room"))
    code = models.CharField(_("code"), max_length=32, unique=True, default=new_key, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    created_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    uses = models.PositiveIntegerField(_("uses"), default=0, editable=False)
    most_uses = models.PositiveIntegerField(_("most uses"), null=True, blank=True)

    objects = JoinLinkQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("join link"), _("join links")

    def __str__(self) -> str:
        return f"{self.room_id}: {self.code[:4]}…"


class Node(models.Model):
    """A serving process. It lives as long as it renews its lease; times are the database's own."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    host = models.CharField(_("host"), max_length=64)
    started_at = models.DateTimeField(_("started at"))
    lease_until = models.DateTimeField(_("lease until"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("node"), _("nodes")
        indexes = [models.Index(fields=["lease_until"], name="node_running", condition=Q(ended_at=None))]

    def __str__(self) -> str:
        return f"{self.host} {str(self.pk)[:8]}"


class Session(models.Model):
    """The stored record of a connection: who, from where, since when, until when."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # No constraints: a session is written in one transaction with people's messages, and must never be why it
    # fails.
    node = models.ForeignKey(
        Node,
        models.CASCADE,
        related_name="sessions",
        verbose_name=_("node"),
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
    address = models.GenericIPAddressField(_("address"), null=True, blank=True)
    agent = models.CharField(_("browser"), max_length=200, blank=True)
    away = models.BooleanField(_("away"), default=False)
    opened_at = models.DateTimeField(_("opened at"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    # Ended with its process, not by itself: nobody waits for a reload then.
    lost = models.BooleanField(_("lost"), default=False)

    class Meta:
        verbose_name, verbose_name_plural = _("session"), _("sessions")
        indexes = [
            models.Index(fields=["node"], name="session_open", condition=Q(closed_at=None)),
            models.Index(fields=["closed_at"], name="session_closed"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} since {self.opened_at:%F %T}"
