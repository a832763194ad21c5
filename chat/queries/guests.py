"""Guests who wrote nothing and have been away for a month."""

import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from chat import limits
from chat.ids import PersonId
from chat.models import Attachment, JoinLink, Membership, Message, Profile, Room, Session

MAX_GUESTS = 1000


def inactive_guest_ids(retired: bool) -> list[PersonId]:
    """Those still in their rooms or, `retired`, removed so long ago that no client catches up on it."""
    return list(inactive_guests(retired).order_by("pk").values_list("pk", flat=True)[:MAX_GUESTS])


def inactive_guests(retired: bool) -> QuerySet[Profile]:
    """Without those who own a room, are banned, or have written, uploaded or reacted to anything."""
    person, since = OuterRef("pk"), timezone.now() - datetime.timedelta(days=limits.GUEST_DAYS)
    keeping = [
        Session.objects.filter(user=person),
        Message.objects.filter(author=person).exclude(
            kind=Message.Kind.NOTICE, nonce__startswith=Message.JOINED
        ),
        Attachment.objects.filter(author=person),
        Membership.objects.filter(user=person, reacted=True),
        Membership.objects.present().filter(user=person, role=Membership.Role.OWNER),
    ]  # fmt: skip
    if retired:
        # A direct room always shows its people.
        needed = Q(removed_at=None) | Q(removed_at__gt=since) | Q(room__kind=Room.Kind.DIRECT)
        keeping += [
            Membership.objects.filter(needed, user=person),
            JoinLink.objects.filter(created_by=person),
        ]
    return Profile.objects.guests().filter(
        Q(user__last_login=None) | Q(user__last_login__lt=since), *[~Exists(rows) for rows in keeping],
        user__date_joined__lt=since, user__is_active=not retired, banned_at=None,
    )  # fmt: skip
