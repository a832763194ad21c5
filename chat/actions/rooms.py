"""Rooms: create the workspace with its first room, create, change, join, leave, and make invite links."""

import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from chat import limits
from chat.models import JoinLink, Membership, Profile, Room, Workspace
from chat.protocol import Code

from .changes import publish_info, publish_member
from .guards import (
    is_guest,
    lock_room,
    moderator_of,
    named,
    place_in,
    refuse_guests_unless,
    refuse_if_archived,
    refuse_if_banned,
    rooms_changed,
)
from .notices import aspects, tell_changes
from .opening import refuse_to_open
from .refused import Refused


@transaction.atomic
def create_workspace(person: Any, name: str) -> Room:
    """Make this person the founder, and their first room with a join link. Of two who race, the database
    refuses one."""
    Workspace.current()
    if not Workspace.objects.filter(pk=1, founder=None).update(
        founder_id=person, name=named(name, limits.WORKSPACE_NAME_CHARACTERS)
    ):
        raise Refused(Code.NOT_ALLOWED)
    room = make_room(person, "Lobby")
    make_join_link(person, room.key)
    return room


@transaction.atomic
def make_room(
    person: Any, name: str, kind: str = Room.Kind.PUBLIC, topic: str = "", posting: str = "",
    guests_invite: bool = False,
) -> Room:  # fmt: skip
    """Whoever makes a room owns it."""
    refuse_guests_unless("guests_create_rooms", person)
    if kind == Room.Kind.DIRECT:
        raise Refused(Code.NOT_ALLOWED)  # that is found by its people: see direct.py
    room = Room.objects.create(
        name=_room_name(name), kind=kind, topic=_topic(topic), guests_invite=guests_invite,
        posting=posting or Room.Posting.EVERYBODY,
    )  # fmt: skip
    publish_info(room)
    enter(room, person, Membership.Role.OWNER)
    return room


@transaction.atomic
def change_room(
    person: Any, key: str, *, name: str | None = None, topic: str | None = None, kind: str = "",
    posting: str = "", archived: bool | None = None, guests_invite: bool | None = None,
    as_staff: bool = False,
) -> Room:  # fmt: skip
    """Change what is given, and tell its people who did what. Moderators of the room and the site's staff;
    nobody that of a direct room."""
    room = lock_room(key, None if as_staff else Room.objects.of(person))
    if not as_staff:
        moderator_of(room, person)
    if room.direct or kind == Room.Kind.DIRECT:
        raise Refused(Code.NOT_ALLOWED)
    if room.kind == Room.Kind.PRIVATE and kind == Room.Kind.PUBLIC:
        refuse_to_open(room, person, as_staff=as_staff)
    before = aspects(room)
    room.name = room.name if name is None else _room_name(name)
    room.topic = room.topic if topic is None else _topic(topic)
    room.kind, room.posting = kind or room.kind, posting or room.posting
    if archived is not None and archived != (room.archived_at is not None):
        room.archived_at = timezone.now() if archived else None
    if before["kind"] != room.kind:
        room.opening_at = None
    if guests_invite is not None and guests_invite != room.guests_invite:
        # Nobody's screen shows it: it takes no seq.
        room.guests_invite = guests_invite
        room.save(update_fields=["guests_invite"])
    if before != aspects(room):
        publish_info(room)
        tell_changes(room, person, before)
    return room


@transaction.atomic
def join_room(person: Any, key: str) -> Membership:
    """Enter a public room. Any other answers as one that does not exist, and so does each to a guest who is
    confined to the rooms of their links."""
    room = lock_room(key, Room.objects.open_to(person))
    if not _present(room, person):
        # What was asked before the lock may have ended meanwhile.
        confined = Profile.objects.confined().filter(pk=person).exists()
        if confined or room.kind != Room.Kind.PUBLIC:
            raise Refused(Code.NO_SUCH_ROOM)
        _refuse_if_full(room, person)
    return enter(room, person)


@transaction.atomic
def join_by_link(person: Any, code: str) -> Membership:
    """Enter by a join link; each entrance uses it once. A spent, stale or revoked one does not exist."""
    key = JoinLink.objects.filter(code=code).values_list("room__key", flat=True).first()
    if key is None:
        raise Refused(Code.NO_SUCH_ROOM)
    room = lock_room(key)
    if (place := _present(room, person)) is not None:
        return place
    _refuse_if_full(room, person)
    if not JoinLink.objects.usable().filter(code=code).update(uses=F("uses") + 1):
        raise Refused(Code.NO_SUCH_ROOM)
    return enter(room, person)


@transaction.atomic
def leave_room(person: Any, key: str) -> Membership:
    """Idempotent while the room can be seen; a private one that one is no longer in does not exist. The last
    owner does not leave others without one."""
    room = lock_room(key, Room.objects.open_to(person))
    place = Membership.objects.filter(room=room, user_id=person).first()
    if place is None:
        raise Refused(Code.NO_SUCH_ROOM)
    refuse_if_banned(person)
    if place.removed_at is None:
        if is_last_owner(room, place) and room.memberships.present().exclude(pk=place.pk).exists():
            raise Refused(Code.NOT_ALLOWED, "last owner")
        end_membership(room, place)
    return place


@transaction.atomic
def make_join_link(
    person: Any, key: str, days: int | None = limits.LINK_DAYS, max_uses: int | None = limits.LINK_USES
) -> JoinLink:
    """Whoever may speak in a public room may invite; a private one is opened by its moderators. Guests only
    where the room says so. None is without end."""
    room = lock_room(key, Room.objects.of(person))
    refuse_if_archived(room)
    place = place_in(room, person)
    if room.direct or (room.kind != Room.Kind.PUBLIC and not place.moderates):
        raise Refused(Code.NOT_ALLOWED)
    if not room.guests_invite and is_guest(person):
        raise Refused(Code.NOT_ALLOWED, "guest")
    ends = timezone.now() + datetime.timedelta(days=days) if days else None
    return JoinLink.objects.create(room=room, created_by_id=person, expires_at=ends, max_uses=max_uses)


@transaction.atomic
def revoke_join_link(person: Any, code: str, *, as_staff: bool = False) -> None:
    """The link lets nobody in any more. Moderators of the room and the site's staff."""
    link = JoinLink.objects.select_related("room").filter(code=code).first()
    if link is None:
        raise Refused(Code.NO_SUCH_ROOM)
    room = lock_room(link.room.key)
    if not as_staff:
        moderator_of(room, person)
    JoinLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=timezone.now())


def _refuse_if_full(room: Room, person: Any) -> None:
    """`room` is locked. It takes so many guests and no more; people with an account always."""
    most = (
        Workspace.objects.values_list("max_guests_per_room", flat=True).first() if is_guest(person) else None
    )
    if most:
        here = room.memberships.present().values("user")
        if Profile.objects.recent_guests().filter(pk__in=here)[:most].count() >= most:
            raise Refused(Code.TOO_MANY, "guests")


def is_last_owner(room: Room, place: Membership) -> bool:
    owners = room.memberships.present().filter(role=Membership.Role.OWNER)
    return place.role == Membership.Role.OWNER and not owners.exclude(pk=place.pk).exists()


def end_membership(room: Room, place: Membership) -> None:
    """`room` is locked. The row stays, marked: those who were away must be able to see it."""
    place.removed_at = timezone.now()
    place.role = Membership.Role.MEMBER
    publish_member(room, place)
    rooms_changed(place.user_id)


def enter(room: Room, person: Any, role: str = Membership.Role.MEMBER) -> Membership:
    """`room` is locked. Somebody new is let in with everything so far read: an unread count is for what came
    since."""
    refuse_if_archived(room)
    refuse_if_banned(person)
    place = Membership.objects.filter(room=room, user_id=person).first()
    if place is not None and place.cannot_rejoin:
        raise Refused(Code.NO_SUCH_ROOM)
    if place is not None and place.removed_at is None:
        return place
    Profile.of(_user(person))
    place = place or Membership(room=room, user_id=person, role=role)
    place.removed_at, place.joined_at = None, timezone.now()
    last = room.messages.order_by("-pk").values_list("pk", flat=True).first() or 0
    if place.pk is None:
        place.read_up_to = last
    else:
        Membership.objects.filter(pk=place.pk, read_up_to__lt=last).update(read_up_to=last)
    publish_member(room, place)
    rooms_changed(person)
    return place


def _room_name(name: str) -> str:
    return named(name, limits.ROOM_NAME_CHARACTERS)


def _topic(topic: str) -> str:
    return named(topic, limits.TOPIC_CHARACTERS) if topic.strip() else ""


def _present(room: Room, person: Any) -> Membership | None:
    return Membership.objects.present().filter(room=room, user_id=person).first()


def _user(person: Any) -> Any:
    return get_user_model()._default_manager.get(pk=person)
