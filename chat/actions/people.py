"""A person's own account: create a guest, change the profile, end the login."""

import secrets
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction

from chat import broadcast, limits
from chat.models import BannedAddress, Membership, Profile, Room, Workspace, new_user
from chat.protocol import Code

from .changes import publish_member
from .guards import named, refuse_if_banned
from .refused import Refused


@transaction.atomic
def make_guest(name: str, language: str = "", address: str | None = None) -> Any:
    """A user with a random login name and no usable password: the login session is all they have. Not from a
    banned address, and not more than the workspace takes."""
    if BannedAddress.holds(address):
        raise Refused(Code.BANNED, "address")
    # Locked: two who come at once would both be the last.
    most = (Workspace.objects.select_for_update().filter(pk=1).first() or Workspace()).max_guests
    if most and Profile.objects.recent_guests()[:most].count() >= most:
        raise Refused(Code.TOO_MANY, "guests")
    user = new_user(f"guest-{secrets.token_hex(8)}")
    user.set_unusable_password()
    user.save()
    Profile.objects.create(
        user=user, name=named(name, limits.NAME_CHARACTERS), kind=Profile.Kind.GUEST, language=language
    )
    return user


@transaction.atomic
def change_profile(
    person: Any, *, name: str | None = None, kind: str | None = None, language: str | None = None,
    theme: str | None = None,
) -> Profile:  # fmt: skip
    """Change what is given. Others see name and kind: those restamp each membership, so that nobody misses
    them. Only then are all rooms of this person locked."""
    profile = Profile.of(get_user_model()._default_manager.get(pk=person))
    given = {"name": named(name, limits.NAME_CHARACTERS) if name is not None else None, "kind": kind or None}
    shown = {field: value for field, value in given.items() if value not in (None, getattr(profile, field))}
    own = {field: value for field, value in (("language", language), ("theme", theme)) if value is not None}
    rooms = _lock_rooms_of(person) if shown else []
    refuse_if_banned(person)
    for field, value in (shown | own).items():
        setattr(profile, field, value)
    profile.save(update_fields=[*shown, *own])
    places = {
        place.room_id: place for place in Membership.objects.present().filter(user_id=person, room__in=rooms)
    }
    for room in rooms:
        if room.pk in places:
            publish_member(room, places[room.pk])
    return profile


def end_login(person: Any) -> None:
    """A login session, a password or an account has ended or changed elsewhere: connections are checked
    again."""
    broadcast.recheck_access(person)


def _lock_rooms_of(person: Any) -> list[Room]:
    """In id order, as every lock of several rooms."""
    rooms = Membership.objects.present().filter(user_id=person).values("room_id")
    return list(Room.objects.select_for_update().filter(pk__in=rooms).order_by("pk"))
