"""Moderation of people: remove, mute, set a role, ban and unban."""

import datetime

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from chat import broadcast, limits
from chat.ids import PersonId
from chat.models import BannedAddress, JoinLink, Membership, Profile, Room, Session
from chat.networks import can_be_banned, network_of
from chat.protocol import Code, Reason

from .accounts import refuse_above, refuse_last_superuser
from .changes import publish_membership
from .guards import lock_room, require_moderator
from .moderation_log import Kind, record
from .notices import post_role_notice
from .refused import Refused
from .rooms import end_membership, is_last_owner


@transaction.atomic
def remove_member(
    actor: PersonId | None, key: str, person: PersonId, *, block_rejoin: bool = False, as_staff: bool = False
) -> None:
    room, membership, _ = _target(actor, key, person, as_staff)
    if membership.removed_at is None or (block_rejoin and not membership.cannot_rejoin):
        kind = Kind.BLOCK_REJOIN if block_rejoin else Kind.REMOVE
        record(kind, actor, room=room, person=person, as_staff=as_staff)
    if block_rejoin and not membership.cannot_rejoin:
        membership.cannot_rejoin = True
        Membership.objects.filter(pk=membership.pk).update(cannot_rejoin=True)
    _revoke_links(room.join_links.filter(created_by_id=person))
    if membership.removed_at is None:
        end_membership(room, membership)


@transaction.atomic
def set_role(
    actor: PersonId | None, key: str, person: PersonId, role: str, *, as_staff: bool = False
) -> None:
    # Staff cannot give themselves a role, because the owner of a private room may make it public.
    room, membership, own = _target(actor, key, person, as_staff, allow_self=True)
    if as_staff and actor == person and membership.role != Membership.Role.OWNER:
        raise Refused(Code.NOT_ALLOWED)
    if own is not None and own.role != Membership.Role.OWNER:
        raise Refused(Code.NOT_ALLOWED)
    if membership.removed_at is not None:
        raise Refused(Code.NOT_ALLOWED)
    if role != membership.role and is_last_owner(room, membership):
        raise Refused(Code.NOT_ALLOWED, Reason.LAST_OWNER)
    if (before := membership.role) != role:
        membership.role = role
        publish_membership(room, membership)
        post_role_notice(room, actor, membership, before)
        detail = f"{before} → {role}"
        record(Kind.ROLE, actor, room=room, person=person, as_staff=as_staff, detail=detail)


@transaction.atomic
def mute(
    actor: PersonId | None,
    key: str,
    person: PersonId,
    until: datetime.datetime | None,
    *,
    as_staff: bool = False,
) -> None:
    """Until then they can read but not post. None ends the mute."""
    room, membership, _ = _target(actor, key, person, as_staff)
    if membership.muted_until != until:
        membership.muted_until = until
        publish_membership(room, membership)
        kind, detail = (Kind.MUTE, f"until {until:%F %R} UTC") if until else (Kind.UNMUTE, "")
        record(kind, actor, room=room, person=person, as_staff=as_staff, detail=detail)


@transaction.atomic
def ban_person(
    person: PersonId, addresses_until: datetime.datetime | None = None, *, by: PersonId | None = None
) -> None:
    """Ban from the whole site, and with `addresses_until` the addresses they came from.

    Locks the profile, on which every write has a shared lock: after this commit nothing of theirs is written.
    """
    _refuse_own_or_above(by, person)
    refuse_last_superuser(person)
    Profile.of(get_user_model()._default_manager.get(pk=person))
    _revoke_links(JoinLink.objects.filter(created_by_id=person))
    if addresses_until is not None:
        _ban_addresses(person, addresses_until)
    if Profile.objects.filter(pk=person, banned_at=None).update(banned_at=timezone.now()):
        record(Kind.BAN, by, person=person, as_staff=True)
        broadcast.recheck_access(person)


@transaction.atomic
def unban_person(person: PersonId, *, by: PersonId | None = None) -> None:
    """Also lifts the ban of their addresses. Their links stay revoked."""
    _refuse_own_or_above(by, person)
    BannedAddress.objects.filter(person_id=person).delete()
    if Profile.objects.filter(pk=person).exclude(banned_at=None).update(banned_at=None):
        record(Kind.UNBAN, by, person=person, as_staff=True)
        broadcast.recheck_access(person)


def _refuse_own_or_above(by: PersonId | None, person: PersonId) -> None:
    if by == person:
        raise Refused(Code.NOT_ALLOWED)
    refuse_above(by, person)


def _revoke_links(links: QuerySet[JoinLink]) -> None:
    links.filter(revoked_at=None).update(revoked_at=timezone.now())


def _ban_addresses(person: PersonId, until: datetime.datetime) -> None:
    since = timezone.now() - datetime.timedelta(days=limits.ADDRESS_BAN_DAYS)
    sessions = Session.objects.filter(user=person, opened_at__gt=since).order_by("-opened_at")
    addresses = sessions.values_list("address", flat=True)
    found = dict.fromkeys(network_of(address or "") for address in addresses)
    networks = list(filter(can_be_banned, found))[: limits.ADDRESSES_BANNED]
    BannedAddress.objects.filter(person_id=person).delete()
    BannedAddress.objects.bulk_create(
        BannedAddress(network=network, person_id=person, until=until) for network in networks
    )


def _target(
    actor: PersonId | None, key: str, person: PersonId, as_staff: bool, allow_self: bool = False
) -> tuple[Room, Membership, Membership | None]:
    """The locked room, the membership to act on and, unless the actor is staff, their own."""
    if as_staff:
        room, own = lock_room(key), None
        refuse_above(actor, person)
    elif actor is None:
        raise Refused(Code.NO_SUCH_ROOM)
    else:
        room = lock_room(key, Room.objects.of(actor))
        own = require_moderator(room, actor)
    membership = Membership.objects.filter(room=room, user_id=person).first()
    if membership is None or room.is_direct:
        raise Refused(Code.NOT_ALLOWED)
    if not allow_self and (actor == person or (own is not None and _outranks(membership, own))):
        raise Refused(Code.NOT_ALLOWED)
    return room, membership, own


def _outranks(membership: Membership, own: Membership) -> bool:
    return membership.role == Membership.Role.OWNER and own.role != Membership.Role.OWNER
