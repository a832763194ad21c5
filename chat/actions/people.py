"""What people can do about themselves: come as a guest, change how they appear, end their login."""

import secrets
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction

from chat import broadcast, limits
from chat.models import BannedAddress, Membership, Place, Profile
from chat.protocol import Code

from .changes import publish_member
from .guards import lock_room, named, refuse_if_banned
from .refused import Refused


@transaction.atomic
def make_guest(name: str, language: str = "", address: str | None = None) -> Any:
    """A user with a random username and no usable password: the login session is all they have. Not from a
    banned address, and not more than the workspace takes."""
    if BannedAddress.holds(address):
        raise Refused(Code.BANNED, "address")
    # Locked: two who come at once would both be the last.
    most = (Place.objects.select_for_update().filter(pk=1).first() or Place()).max_guests
    if most and Profile.objects.recent_guests()[:most].count() >= most:
        raise Refused(Code.TOO_MANY, "guests")
    user = get_user_model()._default_manager.create_user(username=f"guest-{secrets.token_hex(8)}")
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
    them."""
    rooms = _lock_rooms_of(person)
    refuse_if_banned(person)
    profile = Profile.of(get_user_model()._default_manager.get(pk=person))
    before = (profile.name, profile.kind)
    profile.name = profile.name if name is None else named(name, limits.NAME_CHARACTERS)
    profile.kind = kind or profile.kind
    profile.language = profile.language if language is None else language
    profile.theme = profile.theme if theme is None else theme
    profile.save(update_fields=["name", "kind", "language", "theme"])
    if before != (profile.name, profile.kind):
        for room in rooms:
            publish_member(room, room.memberships.get(user_id=person))
    return profile


def end_login(person: Any) -> None:
    """A login session, a password or an account has ended or changed elsewhere: connections are checked
    again."""
    broadcast.look_again(person)


def _lock_rooms_of(person: Any) -> list[Any]:
    """In id order, as every lock of several rooms."""
    places = Membership.objects.present().filter(user_id=person).order_by("room_id").select_related("room")
    return [lock_room(place.room.key) for place in places]
