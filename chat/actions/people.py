"""A person's own account: create a guest, change the profile, end the login."""

import secrets

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.db import transaction

from chat import broadcast, limits, names
from chat.ids import PersonId
from chat.models import BannedAddress, Membership, Profile, Room, Workspace, new_user
from chat.protocol import Code, Reason

from .changes import publish_membership
from .guards import checked_name, refuse_if_banned
from .refused import Refused


@transaction.atomic
def make_guest(name: str, language: str = "", address: str | None = None) -> AbstractUser:
    """Returns a user with a random username and no usable password: their login session is all they have."""
    if BannedAddress.is_banned(address):
        raise Refused(Code.BANNED, Reason.ADDRESS_BANNED)
    # Locked: two who join at once would both be the last that fits.
    limit = (Workspace.objects.select_for_update().filter(pk=1).first() or Workspace()).max_guests
    if limit and Profile.objects.recent_guests()[:limit].count() >= limit:
        raise Refused(Code.TOO_MANY, Reason.TOO_MANY_GUESTS)
    name = checked_name(name, limits.NAME_CHARACTERS)
    _refuse_taken_name(name)
    user = new_user(f"guest-{secrets.token_hex(8)}")
    user.set_unusable_password()
    user.save()
    Profile.objects.create(
        user_id=user.pk, name=name, kind=Profile.Kind.GUEST, language=language, **names.of_person(name)
    )
    return user


@transaction.atomic
def change_profile(
    person: PersonId, *, name: str | None = None, kind: str | None = None, language: str | None = None,
    theme: str | None = None,
) -> Profile:  # fmt: skip
    # Others see name and kind: each membership gets a new seq, so that every client gets the change.
    profile = Profile.of(get_user_model()._default_manager.get(pk=person))
    public = {
        "name": checked_name(name, limits.NAME_CHARACTERS) if name is not None else None,
        "kind": kind or None,
    }
    public = {field: value for field, value in public.items() if value not in (None, getattr(profile, field))}
    own = {field: value for field, value in (("language", language), ("theme", theme)) if value is not None}
    if new_name := public.get("name"):
        if profile.is_guest and not kind:
            _refuse_taken_name(new_name)
        own |= names.of_person(new_name)
    rooms = _lock_rooms_of(person) if public else []
    refuse_if_banned(person)
    for field, value in (public | own).items():
        setattr(profile, field, value)
    profile.save(update_fields=[*public, *own])
    memberships = Membership.objects.present().filter(user_id=person, room__in=rooms)
    by_room = {membership.room_id: membership for membership in memberships}
    for room in rooms:
        if room.pk in by_room:
            publish_membership(room, by_room[room.pk])
    return profile


def _refuse_taken_name(name: str) -> None:
    """For guests, who could pass for somebody with an account by the name alone."""
    if Profile.objects.exclude(kind=Profile.Kind.GUEST).filter(look=names.look_of(name)).exists():
        raise Refused(Code.NOT_ALLOWED, Reason.NAME_TAKEN)


def login_changed(person: PersonId) -> None:
    """A login session, a password or an account has ended or changed: re-check the connections."""
    broadcast.recheck_access(person)


@transaction.atomic
def activity_changed(person: PersonId) -> None:
    """Show in all their rooms that their account was deactivated or activated."""
    for room in _lock_rooms_of(person):
        for membership in room.memberships.present().filter(user=person):
            publish_membership(room, membership)


def _lock_rooms_of(person: PersonId) -> list[Room]:
    rooms = Membership.objects.present().filter(user_id=person).values("room_id")
    return list(Room.objects.select_for_update().filter(pk__in=rooms).order_by("pk"))
