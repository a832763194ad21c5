"""Guests who wrote nothing and have not been here for a month."""

import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from chat import limits
from chat.models import Attachment, JoinLink, Membership, Message, Profile, Room, Session

MAX_SWEPT = 1000


def guests_long_gone(retired: bool) -> list[Any]:
    """Of those who are in their rooms; or, retired, of those who left them so long ago that nobody has to see
    the end of it any more."""
    return list(long_gone(retired).order_by("pk").values_list("pk", flat=True)[:MAX_SWEPT])


def long_gone(retired: bool) -> QuerySet[Profile]:
    """Who owns a room, is banned, or has written, uploaded or reacted to anything is not among them."""
    person, since = OuterRef("pk"), timezone.now() - datetime.timedelta(days=limits.GUEST_DAYS)
    kept = [
        Session.objects.filter(user=person), Message.objects.filter(author=person),
        Attachment.objects.filter(author=person),
        Membership.objects.filter(user=person, reacted=True),
        Membership.objects.present().filter(user=person, role=Membership.Role.OWNER),
    ]  # fmt: skip
    if retired:
        # A direct room names its people for ever.
        needed = Q(removed_at=None) | Q(removed_at__gt=since) | Q(room__kind=Room.Kind.DIRECT)
        kept += [Membership.objects.filter(needed, user=person), JoinLink.objects.filter(created_by=person)]
    return Profile.objects.guests().filter(
        Q(user__last_login=None) | Q(user__last_login__lt=since), *[~Exists(rows) for rows in kept],
        user__date_joined__lt=since, user__is_active=not retired, banned_at=None,
    )  # fmt: skip
