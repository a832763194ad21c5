"""Locks and checks shared by the actions. Locks are always taken in this order: rooms by id, then people by
id.

What is read under the lock is true until the commit: commit order is seq order, a committed ban or removal
is obeyed, and two processes cannot deadlock. On SQLite the transaction itself is the lock (IMMEDIATE).
"""

from typing import Any

from django.db import connection
from django.db.models import F
from django.utils import timezone

from chat import broadcast, text
from chat.models import Membership, Profile, Room, Workspace
from chat.protocol import Code

from .refused import Refused


def lock_room(key: str, among: Any = None) -> Room:
    """Lock one room among those the person asking may see. Any other is not locked, and answers like one that
    does not exist, after the same statement. Raises Refused(no_such_room)."""
    rooms = Room.objects.all() if among is None else among
    room: Room | None = rooms.select_for_update().filter(key=key).first()
    if room is None:
        raise Refused(Code.NO_SUCH_ROOM)
    return room


def hold_people(people: set[Any], *, alone: bool = False) -> set[Any]:
    """Keep these people's bans as they are until the commit; `alone` where more of them will change. Returns
    those who are banned from the site."""
    pks = sorted(people)
    share = (
        ("FOR NO KEY UPDATE" if alone else "FOR SHARE") if connection.features.has_select_for_update else ""
    )
    marks = ",".join(["%s"] * len(pks))
    sql = f"SELECT user_id, banned_at FROM chat_profile WHERE user_id IN ({marks}) ORDER BY user_id {share}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, pks)
        return {pk for pk, banned_at in cursor.fetchall() if banned_at is not None}


def place_in(room: Room, person: Any) -> Membership:
    """This person's membership of a room that is locked. Raises Refused: no_such_room, banned."""
    refuse_if_banned(person)
    place = Membership.objects.present().filter(room=room, user_id=person).first()
    if place is None:
        raise Refused(Code.NO_SUCH_ROOM)
    return place


def moderator_of(room: Room, person: Any) -> Membership:
    place = place_in(room, person)
    if not place.moderates:
        raise Refused(Code.NOT_ALLOWED)
    return place


def refuse_if_banned(person: Any) -> None:
    """From the whole site: after a ban has committed nothing of theirs is written."""
    if person in hold_people({person}):
        raise Refused(Code.BANNED)


def is_guest(person: Any) -> bool:
    return Profile.objects.guests().filter(pk=person).exists()


def refuse_guests_unless(setting: str, person: Any) -> None:
    """`setting` names a switch of the workspace that allows it to guests."""
    if is_guest(person) and not Workspace.objects.filter(**{setting: True}).exists():
        raise Refused(Code.NOT_ALLOWED, "guest")


def refuse_if_archived(room: Room) -> None:
    if room.archived_at is not None:
        raise Refused(Code.ARCHIVED)


def refuse_if_read_only(room: Room, place: Membership) -> None:
    """Others than its moderators only read there, and react."""
    if room.posting == Room.Posting.MODERATORS and not place.moderates:
        raise Refused(Code.READ_ONLY)


def refuse_if_muted(place: Membership) -> None:
    now = timezone.now()
    if place.muted_until is not None and place.muted_until > now:
        raise Refused(Code.MUTED, retry_after=(place.muted_until - now).total_seconds())


def rooms_changed(person: Any) -> None:
    """Another set of rooms is this person's: every process looks again, and one that misses the hint sees the
    version."""
    Profile.objects.filter(pk=person).update(version=F("version") + 1)
    broadcast.recheck_access(person)


def named(name: str, most: int) -> str:
    """A name fit to be shown, of at most so many characters. Raises Refused(bad_body)."""
    try:
        name = text.clean_name(name)
    except text.BadBody as error:
        raise Refused(Code.BAD_BODY, str(error)) from None
    # SQLite would keep a longer one, PostgreSQL refuses it.
    if len(name) > most:
        raise Refused(Code.BAD_BODY, "too long")
    return name
