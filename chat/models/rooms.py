"""Rooms, memberships and join links."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat import limits
from chat.ids import PersonId, RoomId

from .keys import new_key
from .people import Profile


class RoomQuerySet(models.QuerySet["Room"]):
    def visible_to(self, person: PersonId) -> "RoomQuerySet":
        """Rooms this person may see: those they are in and, unless a confined guest, public ones."""
        public = Q(kind=Room.Kind.PUBLIC) & ~Exists(Profile.objects.confined().filter(pk=person))
        return self.filter(public | Q(pk__in=_rooms_of(person)))

    def of(self, person: PersonId) -> "RoomQuerySet":
        return self.filter(pk__in=_rooms_of(person))


def _rooms_of(person: PersonId) -> "QuerySet[Membership, RoomId]":
    return Membership.objects.present().of(person).values_list("room", flat=True)


class Room(models.Model):
    """`seq` numbers every stored change that members share; `info_seq` is the last of the room's own row."""

    class Kind(models.TextChoices):
        PUBLIC = "public", _("public")
        PRIVATE = "private", _("private")
        DIRECT = "direct", _("direct")

    class Posting(models.TextChoices):
        EVERYBODY = "everybody", _("everyone in the room")
        MODERATORS = "moderators", _("moderators only")

    key = models.CharField(max_length=32, unique=True, default=new_key, editable=False)
    # Empty for a direct room: each of its people sees the names of the others.
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
    # Only of a direct room, made from its people, so that the same people always have the same one.
    people_key = models.CharField(max_length=400, unique=True, null=True, editable=False)  # noqa: DJ001
    # Only of a private room: when its owner may make it public, as its members were told.
    opening_at = models.DateTimeField(null=True, editable=False)
    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True)
    # Null if it is private, direct or archived.
    public_since = models.DateTimeField(null=True, editable=False)
    # Name and topic as they are searched, and the name's readings, both of this version (see `chat.names`).
    search_text = models.TextField(default="", db_default="", editable=False)
    latin = models.TextField(default="", db_default="", editable=False)
    search_version = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
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
        """The members were told that it will be public, not so long ago that they may have forgotten."""
        lasting = datetime.timedelta(days=limits.OPENING_DAYS)
        return self.opening_at is not None and timezone.now() < self.opening_at + lasting

    @property
    def opening_due(self) -> bool:
        return self.opening_announced and self.opening_at is not None and self.opening_at <= timezone.now()

    def is_used_only_by(self, person: PersonId) -> bool:
        """Nobody else is in it or has written anything there."""
        others = self.memberships.present().exclude(user=person)
        return not others.exists() and not self.messages.filter(kind="text").exclude(author=person).exists()

    @property
    def is_joinable(self) -> bool:
        """Everybody may join, except confined guests."""
        return self.kind == self.Kind.PUBLIC and self.archived_at is None

    @property
    def is_direct(self) -> bool:
        return self.kind == self.Kind.DIRECT


class MembershipQuerySet(models.QuerySet["Membership"]):
    def present(self) -> "MembershipQuerySet":
        return self.filter(removed_at=None)

    def active(self) -> "MembershipQuerySet":
        """Leaves out people whose account is deactivated: others do not see them in the room."""
        return self.present().filter(user__is_active=True)

    def of(self, person: PersonId) -> "MembershipQuerySet":
        return self.filter(user=person)


class Membership(models.Model):
    """A person in a room. One that has ended stays, marked as removed, so that others can catch up on it."""

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
    # Removed and not allowed to come back, neither by themselves nor by a link.
    cannot_rejoin = models.BooleanField(_("cannot rejoin"), default=False)
    seq = models.BigIntegerField(default=0, editable=False)
    # Personal, without a seq.
    read_up_to = models.BigIntegerField(default=0, editable=False)
    # Within a generation the read position only moves forwards; marking as unread begins the next. So a
    # client knows which of two positions is later, in whatever order they arrive.
    read_generation = models.PositiveIntegerField(default=0, editable=False)
    level = models.CharField(
        _("notifications"), max_length=10, choices=Level.choices, default=Level.EVERYTHING
    )
    # Listed before the person's other rooms.
    favourite = models.BooleanField(default=False, db_default=False, editable=False)
    # A direct room brought back by somebody they have blocked: hidden from this person until somebody else
    # writes or they open it. Others see them in it as usual.
    hidden_by_block = models.BooleanField(default=False, db_default=False, editable=False)
    # Has ever reacted here. The JSON of the messages cannot be searched for that.
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
        fresh = Q(expires_at=None) | Q(expires_at__gt=Now())
        unspent = Q(max_uses=None) | Q(uses__lt=F("max_uses"))
        return self.filter(
            fresh, unspent, revoked_at=None, room__archived_at=None, created_by__is_active=True
        )

    def for_many(self) -> "JoinLinkQuerySet":
        """Links that the room's page offers. One with few uses was made for particular people."""
        return self.usable().filter(Q(max_uses=None) | Q(max_uses__gte=limits.LINK_USES))


class JoinLink(models.Model):
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
