"""Moderation of people: remove, mute, set a role, ban and unban."""

import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from chat import broadcast, limits
from chat.models import BannedAddress, JoinLink, Membership, Profile, Room, Session
from chat.networks import can_be_banned, network_of
from chat.protocol import Code

from .accounts import refuse_above, refuse_last_superuser
from .changes import publish_member
from .guards import lock_room, moderator_of
from .moderation_log import Kind, record
from .notices import tell_role
from .refused import Refused
from .rooms import end_membership, is_last_owner


@transaction.atomic
def remove_member(
    actor: Any, key: str, person: Any, *, block_rejoin: bool = False, as_staff: bool = False
) -> None:
    """Out now (a kick), and with `block_rejoin` also not back by the door (a ban from this room)."""
    room, place = _target(actor, key, person, as_staff)
    if place.removed_at is None or (block_rejoin and not place.cannot_rejoin):
        kind = Kind.KEEP_OUT if block_rejoin else Kind.REMOVE
        record(kind, actor, room=room, person=person, as_staff=as_staff)
    if block_rejoin and not place.cannot_rejoin:
        place.cannot_rejoin = True
        Membership.objects.filter(pk=place.pk).update(cannot_rejoin=True)
    _end_links(room.join_links.filter(created_by_id=person))
    if place.removed_at is None:
        end_membership(room, place)


@transaction.atomic
def set_role(actor: Any, key: str, person: Any, role: str, *, as_staff: bool = False) -> None:
    """Owners give roles; a room keeps at least one owner. Staff do not give themselves one: an owner of a
    private room may open it."""
    room, place = _target(actor, key, person, as_staff, allow_self=True)
    if as_staff and actor == person and place.role != Membership.Role.OWNER:
        raise Refused(Code.NOT_ALLOWED)
    if not as_staff and moderator_of(room, actor).role != Membership.Role.OWNER:
        raise Refused(Code.NOT_ALLOWED)
    if place.removed_at is not None:
        raise Refused(Code.NOT_ALLOWED)
    if role != place.role and is_last_owner(room, place):
        raise Refused(Code.NOT_ALLOWED, "last owner")
    if (before := place.role) != role:
        place.role = role
        publish_member(room, place)
        tell_role(room, actor, place, before)
        detail = f"{before} → {role}"
        record(Kind.ROLE, actor, room=room, person=person, as_staff=as_staff, detail=detail)


@transaction.atomic
def mute(
    actor: Any, key: str, person: Any, until: datetime.datetime | None, *, as_staff: bool = False
) -> None:
    """They may read but not write until then; None ends it."""
    room, place = _target(actor, key, person, as_staff)
    if place.muted_until != until:
        place.muted_until = until
        publish_member(room, place)
        kind, detail = (Kind.MUTE, f"until {until:%F %R} UTC") if until else (Kind.UNMUTE, "")
        record(kind, actor, room=room, person=person, as_staff=as_staff, detail=detail)


@transaction.atomic
def ban_person(person: Any, addresses_until: datetime.datetime | None = None, *, by: Any = None) -> None:
    """From the whole site: after this commit nothing of theirs is written, their connections end and their
    join links let nobody in. With an end, also the addresses they came from.

    Takes the profile's row, which everyone who writes holds shared: what is under way ends first.
    """
    _refuse_own_or_above(by, person)
    refuse_last_superuser(person)
    Profile.of(get_user_model()._default_manager.get(pk=person))
    _end_links(JoinLink.objects.filter(created_by_id=person))
    if addresses_until is not None:
        _ban_addresses(person, addresses_until)
    if Profile.objects.filter(pk=person, banned_at=None).update(banned_at=timezone.now()):
        record(Kind.BAN, by, person=person, as_staff=True)
        broadcast.recheck_access(person)


@transaction.atomic
def unban_person(person: Any, *, by: Any = None) -> None:
    """With the addresses that were banned because of them. Their links stay withdrawn."""
    _refuse_own_or_above(by, person)
    BannedAddress.objects.filter(person_id=person).delete()
    if Profile.objects.filter(pk=person).exclude(banned_at=None).update(banned_at=None):
        record(Kind.UNBAN, by, person=person, as_staff=True)
        broadcast.recheck_access(person)


def _refuse_own_or_above(by: Any, person: Any) -> None:
    if by == person:
        raise Refused(Code.NOT_ALLOWED)
    refuse_above(by, person)


def _end_links(links: QuerySet[JoinLink]) -> None:
    links.filter(revoked_at=None).update(revoked_at=timezone.now())


def _ban_addresses(person: Any, until: datetime.datetime) -> None:
    """Those they have connected from lately, the latest first."""
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
    actor: Any, key: str, person: Any, as_staff: bool, allow_self: bool = False
) -> tuple[Room, Membership]:
    """The locked room and the membership to act on; moderators do not act on owners, nor on themselves, and
    in a direct room nobody acts on anybody. Staff do not act on people above them."""
    room = lock_room(key, None if as_staff else Room.objects.of(actor))
    if as_staff:
        refuse_above(actor, person)
    mine = None if as_staff else moderator_of(room, actor)
    place = Membership.objects.filter(room=room, user_id=person).first()
    if place is None or room.direct:
        raise Refused(Code.NOT_ALLOWED)
    if not allow_self and (actor == person or (mine is not None and _outranks(place, mine))):
        raise Refused(Code.NOT_ALLOWED)
    return room, place


def _outranks(place: Membership, mine: Membership) -> bool:
    return place.role == Membership.Role.OWNER and mine.role != Membership.Role.OWNER
