"""Rooms, a person's place in one, and the links that let people in."""

import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat import limits

from .keys import new_key
from .people import Profile


class RoomQuerySet(models.QuerySet["Room"]):
    def open_to(self, user: Any) -> "RoomQuerySet":
        """Rooms this person may see: those they are in and, unless they are a confined guest, public ones.
        Any other does not exist for them."""
        found = Q(kind=Room.Kind.PUBLIC) & ~Exists(Profile.objects.confined().filter(pk=user))
        return self.filter(found | Q(pk__in=_rooms_of(user)))

    def of(self, user: Any) -> "RoomQuerySet":
        """Rooms this person is in."""
        return self.filter(pk__in=_rooms_of(user))


def _rooms_of(user: Any) -> Any:
    return Membership.objects.present().of(user).values("room")


class Room(models.Model):
    """A place to talk. `seq` numbers every durable change its people share, `info_seq` is the last one of its
    own."""

    class Kind(models.TextChoices):
        PUBLIC = "public", _("public")
        PRIVATE = "private", _("private")
        DIRECT = "direct", _("direct")

    class Posting(models.TextChoices):
        EVERYBODY = "everybody", _("everyone in the room")
        MODERATORS = "moderators", _("moderators only")

    key = models.CharField(max_length=32, unique=True, default=new_key, editable=False)
    # A direct room has none: each of its people sees the names of the others.
    name = models.CharField(_("name"), max_length=limits.ROOM_NAME_CHARACTERS)
    topic = models.CharField(_("topic"), max_length=limits.TOPIC_CHARACTERS, blank=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.PUBLIC)
    posting = models.CharField(
        _("who can post"), max_length=10, choices=Posting.choices, default=Posting.EVERYBODY,
        db_default=Posting.EVERYBODY,
    )  # fmt: skip
    guests_invite = models.BooleanField(
        _("guests can create invite links"), default=False, db_default=False,
        help_text=_("Otherwise only people with an account can."),
    )  # fmt: skip
    # Of a direct room, whose it is: so the same people always find the same one, and it is nobody else's.
    people_key = models.CharField(max_length=400, unique=True, null=True, editable=False)  # noqa: DJ001
    # A private room: when its owner may make it public, as its people were told.
    opening_at = models.DateTimeField(null=True, editable=False)
    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True)
    # Since when everybody may enter: null of one that is private, direct or archived.
    public_since = models.DateTimeField(null=True, editable=False)
    # Name and topic in their normal form (see search/tokenizer.py).
    search_text = models.TextField(default="", db_default="", editable=False)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    active_at = models.DateTimeField(_("last active"), null=True, blank=True, editable=False)
    seq = models.BigIntegerField(default=0, editable=False)
    info_seq = models.BigIntegerField(default=0, editable=False)

    objects = RoomQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("room"), _("rooms")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="direct", people_key__isnull=False) | ~Q(kind="direct") & Q(people_key=None),
                name="direct_is_somebodys",
            )
        ]
        indexes = [
            models.Index(
                fields=["-public_since"], condition=Q(public_since__isnull=False), name="room_public_since"
            )
        ]

    def __str__(self) -> str:
        return self.name or f"{self.get_kind_display()} {self.people_key}"

    @property
    def opening_announced(self) -> bool:
        """Its people were told that it will be public, and not so long ago that they may have forgotten."""
        lasting = datetime.timedelta(days=limits.OPENING_DAYS)
        return self.opening_at is not None and timezone.now() < self.opening_at + lasting

    @property
    def opening_due(self) -> bool:
        """It may be made public now."""
        return self.opening_announced and self.opening_at is not None and self.opening_at <= timezone.now()

    def only_of(self, person: Any) -> bool:
        """Nobody else is in it, and nobody else has written anything there."""
        others = self.memberships.present().exclude(user=person)
        return not others.exists() and not self.messages.exclude(author=person).exists()

    @property
    def open(self) -> bool:
        """To everybody."""
        return self.kind == self.Kind.PUBLIC and self.archived_at is None

    @property
    def direct(self) -> bool:
        return self.kind == self.Kind.DIRECT


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
        EVERYTHING = "everything", _("all messages")
        MENTIONS = "mentions", _("mentions only")
        NOTHING = "nothing", _("off")
        HIDDEN = "hidden", _("off and hidden")

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
    cannot_rejoin = models.BooleanField(_("cannot rejoin"), default=False)
    seq = models.BigIntegerField(default=0, editable=False)
    # Personal, without a seq: the latest wins.
    read_up_to = models.BigIntegerField(default=0, editable=False)
    # Within a turn reading goes forwards only; going back begins the next. So of two positions that were told
    # the later one is known, in whatever order they came.
    read_generation = models.PositiveIntegerField(default=0, editable=False)
    level = models.CharField(
        _("notifications"), max_length=10, choices=Level.choices, default=Level.EVERYTHING
    )
    # A direct room that somebody they have blocked brought back: to others they are in it as ever, to
    # themselves it is hidden, until somebody else writes or they open it.
    held_back = models.BooleanField(default=False, db_default=False, editable=False)
    # Has ever reacted here: of a message's reactions nobody can ask the database whose they are.
    reacted = models.BooleanField(default=False, db_default=False, editable=False)

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


class JoinLinkQuerySet(models.QuerySet["JoinLink"]):
    def usable(self) -> "JoinLinkQuerySet":
        """Links that let somebody in now."""
        fresh = Q(expires_at=None) | Q(expires_at__gt=Now())
        unspent = Q(max_uses=None) | Q(uses__lt=F("max_uses"))
        return self.filter(
            fresh, unspent, revoked_at=None, room__archived_at=None, created_by__is_active=True
        )

    def for_many(self) -> "JoinLinkQuerySet":
        """Links that everybody in the room is offered to invite with. One for a few people is theirs."""
        return self.usable().filter(Q(max_uses=None) | Q(max_uses__gte=limits.LINK_USES))


class JoinLink(models.Model):
    """An address that lets whoever has it into a room."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="join_links", verbose_name=_("room"))
    code = models.CharField(_("code"), max_length=32, unique=True, default=new_key, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("created by")
    )
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    uses = models.PositiveIntegerField(_("uses"), default=0, editable=False)
    max_uses = models.PositiveIntegerField(_("maximum uses"), null=True, blank=True)

    objects = JoinLinkQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("invite link"), _("invite links")

    def __str__(self) -> str:
        return f"{self.room_id}: {self.code[:4]}…"
