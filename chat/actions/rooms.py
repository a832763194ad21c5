"""Rooms: create the workspace with its first room, create, change, join, leave, and make invite links."""

import datetime

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from chat import limits
from chat.ids import PersonId
from chat.models import JoinLink, Membership, Profile, Room, Workspace
from chat.protocol import Code, Reason

from .changes import publish_info, publish_membership
from .guards import (
    checked_name,
    is_guest,
    lock_room,
    refuse_guests_unless,
    refuse_if_archived,
    refuse_if_banned,
    require_membership,
    require_moderator,
    rooms_changed,
)
from .notices import aspects, post_change_notices, post_joined_notice
from .opening import refuse_to_open
from .refused import Refused


@transaction.atomic
def create_workspace(person: PersonId, name: str) -> Room:
    # If two race, the UPDATE lets one succeed.
    Workspace.current()
    if not Workspace.objects.filter(pk=1, founder=None).update(
        founder_id=person, name=checked_name(name, limits.WORKSPACE_NAME_CHARACTERS)
    ):
        raise Refused(Code.NOT_ALLOWED)
    room = make_room(person, "Lobby")
    make_join_link(person, room.key)
    return room


@transaction.atomic
def make_room(
    person: PersonId, name: str, kind: str = Room.Kind.PUBLIC, topic: str = "", posting: str = "",
    guests_invite: bool = False,
) -> Room:  # fmt: skip
    refuse_guests_unless("guests_create_rooms", person)
    if kind == Room.Kind.DIRECT:
        raise Refused(Code.NOT_ALLOWED)  # see direct.py
    room = Room.objects.create(
        name=_room_name(name), kind=kind, topic=_topic(topic), guests_invite=guests_invite,
        posting=posting or Room.Posting.EVERYBODY,
    )  # fmt: skip
    publish_info(room)
    add_member(room, person, Membership.Role.OWNER)
    return room


@transaction.atomic
def change_room(
    person: PersonId, key: str, *, name: str | None = None, topic: str | None = None, kind: str = "",
    posting: str = "", archived: bool | None = None, guests_invite: bool | None = None,
    as_staff: bool = False,
) -> Room:  # fmt: skip
    """Change what is given, with a notice for each change. For moderators of the room and staff."""
    room = lock_room(key, None if as_staff else Room.objects.of(person))
    if not as_staff:
        require_moderator(room, person)
    if room.is_direct or kind == Room.Kind.DIRECT:
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
        # No event shows it, so it takes no seq.
        room.guests_invite = guests_invite
        room.save(update_fields=["guests_invite"])
    if before != aspects(room):
        publish_info(room)
        post_change_notices(room, person, before)
    return room


@transaction.atomic
def join_room(person: PersonId, key: str) -> Membership:
    # Any room but a public one answers like one that does not exist, and all of them do to a confined guest.
    room = lock_room(key, Room.objects.visible_to(person))
    if not _membership(room, person):
        # What was true before the lock may have changed meanwhile.
        confined = Profile.objects.confined().filter(pk=person).exists()
        if confined or room.kind != Room.Kind.PUBLIC:
            raise Refused(Code.NO_SUCH_ROOM)
        _refuse_if_full(room, person)
    return _join(room, person, "directory")


@transaction.atomic
def join_by_link(person: PersonId, code: str) -> Membership:
    # A used up, expired or revoked link does not exist.
    key = JoinLink.objects.filter(code=code).values_list("room__key", flat=True).first()
    if key is None:
        raise Refused(Code.NO_SUCH_ROOM)
    room = lock_room(key)
    if (membership := _membership(room, person)) is not None:
        return membership
    _refuse_if_full(room, person)
    if not JoinLink.objects.usable().filter(code=code).update(uses=F("uses") + 1):
        raise Refused(Code.NO_SUCH_ROOM)
    return _join(room, person, "link")


def _join(room: Room, person: PersonId, way: str) -> Membership:
    """Nothing if they are in it already."""
    was_member = _membership(room, person) is not None
    membership = add_member(room, person)
    if not was_member:
        post_joined_notice(room, person, way)
    return membership


@transaction.atomic
def leave_room(person: PersonId, key: str) -> Membership:
    """Idempotent while the room can be seen. The last owner cannot leave others without one."""
    room = lock_room(key, Room.objects.visible_to(person))
    membership = Membership.objects.filter(room=room, user_id=person).first()
    if membership is None:
        raise Refused(Code.NO_SUCH_ROOM)
    refuse_if_banned(person)
    if membership.removed_at is None:
        if is_last_owner(room, membership) and room.memberships.active().exclude(pk=membership.pk).exists():
            raise Refused(Code.NOT_ALLOWED, Reason.LAST_OWNER)
        end_membership(room, membership)
    return membership


@transaction.atomic
def make_join_link(
    person: PersonId, key: str, days: int | None = limits.LINK_DAYS, max_uses: int | None = limits.LINK_USES
) -> JoinLink:
    """None means no limit."""
    room = lock_room(key, Room.objects.of(person))
    refuse_if_archived(room)
    membership = require_membership(room, person)
    if room.is_direct or (room.kind != Room.Kind.PUBLIC and not membership.moderates):
        raise Refused(Code.NOT_ALLOWED)
    if not room.guests_invite and is_guest(person):
        raise Refused(Code.NOT_ALLOWED, Reason.NOT_FOR_GUESTS)
    ends = timezone.now() + datetime.timedelta(days=days) if days else None
    return JoinLink.objects.create(room=room, created_by_id=person, expires_at=ends, max_uses=max_uses)


@transaction.atomic
def revoke_join_link(person: PersonId, code: str, *, as_staff: bool = False) -> None:
    """For moderators of the room and the site's staff."""
    link = JoinLink.objects.select_related("room").filter(code=code).first()
    if link is None:
        raise Refused(Code.NO_SUCH_ROOM)
    room = lock_room(link.room.key)
    if not as_staff:
        require_moderator(room, person)
    JoinLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=timezone.now())


def _refuse_if_full(room: Room, person: PersonId) -> None:
    if not is_guest(person):
        return
    limit = Workspace.objects.values_list("max_guests_per_room", flat=True).first()
    if limit:
        members = room.memberships.present().values("user")
        if Profile.objects.recent_guests().filter(pk__in=members)[:limit].count() >= limit:
            raise Refused(Code.TOO_MANY, Reason.TOO_MANY_GUESTS)


def is_last_owner(room: Room, membership: Membership) -> bool:
    owners = room.memberships.active().filter(role=Membership.Role.OWNER)
    return membership.role == Membership.Role.OWNER and not owners.exclude(pk=membership.pk).exists()


def end_membership(room: Room, membership: Membership) -> None:
    # The row stays, marked as removed, so that members who were away can catch up on it.
    membership.removed_at = timezone.now()
    membership.role = Membership.Role.MEMBER
    publish_membership(room, membership)
    rooms_changed(membership.user_id)


def add_member(room: Room, person: PersonId, role: str = Membership.Role.MEMBER) -> Membership:
    """`room` is locked. What was posted before they joined counts as read."""
    refuse_if_archived(room)
    refuse_if_banned(person)
    membership = Membership.objects.filter(room=room, user_id=person).first()
    if membership is not None and membership.cannot_rejoin:
        raise Refused(Code.NO_SUCH_ROOM)
    if membership is not None and membership.removed_at is None:
        return membership
    Profile.of(get_user_model()._default_manager.get(pk=person))
    membership = membership or Membership(room=room, user_id=person, role=role)
    membership.removed_at, membership.joined_at = None, timezone.now()
    last = room.messages.order_by("-pk").values_list("pk", flat=True).first() or 0
    if membership.pk is None:
        membership.read_up_to = last
    else:
        Membership.objects.filter(pk=membership.pk, read_up_to__lt=last).update(read_up_to=last)
    publish_membership(room, membership)
    rooms_changed(person)
    return membership


def _room_name(name: str) -> str:
    return checked_name(name, limits.ROOM_NAME_CHARACTERS)


def _topic(topic: str) -> str:
    return checked_name(topic, limits.TOPIC_CHARACTERS) if topic.strip() else ""


def _membership(room: Room, person: PersonId) -> Membership | None:
    return Membership.objects.present().filter(room=room, user_id=person).first()
