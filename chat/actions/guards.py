"""Locks and checks shared by the actions. The order of locks: rooms by id, then people by id.

What is read under the lock stays true until the commit: commit order is seq order, a committed ban or removal
is obeyed, and two processes cannot deadlock. On SQLite the transaction itself is the lock (IMMEDIATE).
"""

from django.db import connection
from django.db.models import F, QuerySet
from django.utils import timezone

from chat import broadcast, text
from chat.ids import PersonId
from chat.models import Membership, Profile, Room, Workspace
from chat.protocol import Code, Reason

from .refused import Refused


def lock_room(key: str, visible: QuerySet[Room] | None = None) -> Room:
    # A room the person may not see takes the same statement and gives the same answer as one that does not
    # exist.
    rooms = Room.objects.all() if visible is None else visible
    room = rooms.select_for_update().filter(key=key).first()
    if room is None:
        raise Refused(Code.NO_SUCH_ROOM)
    return room


def lock_people(people: set[PersonId], *, exclusive: bool = False) -> set[PersonId]:
    """Lock these people's bans until the commit, exclusively if more of their rows will change.
    Returns those who are banned from the site.
    """
    pks = sorted(people)
    mode = "FOR NO KEY UPDATE" if exclusive else "FOR SHARE"
    lock = mode if connection.features.has_select_for_update else ""
    marks = ",".join(["%s"] * len(pks))
    sql = f"SELECT user_id, banned_at FROM chat_profile WHERE user_id IN ({marks}) ORDER BY user_id {lock}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, pks)
        return {pk for pk, banned_at in cursor.fetchall() if banned_at is not None}


def require_membership(room: Room, person: PersonId) -> Membership:
    """Raises Refused: no_such_room, banned."""
    refuse_if_banned(person)
    membership = Membership.objects.present().filter(room=room, user_id=person).first()
    if membership is None:
        raise Refused(Code.NO_SUCH_ROOM)
    return membership


def require_moderator(room: Room, person: PersonId) -> Membership:
    membership = require_membership(room, person)
    if not membership.moderates:
        raise Refused(Code.NOT_ALLOWED)
    return membership


def refuse_if_banned(person: PersonId) -> None:
    if person in lock_people({person}):
        raise Refused(Code.BANNED)


def is_guest(person: PersonId) -> bool:
    return Profile.objects.guests().filter(pk=person).exists()


def refuse_guests_unless(setting: str, person: PersonId) -> None:
    if is_guest(person) and not Workspace.objects.filter(**{setting: True}).exists():
        raise Refused(Code.NOT_ALLOWED, Reason.NOT_FOR_GUESTS)


def refuse_if_archived(room: Room) -> None:
    if room.archived_at is not None:
        raise Refused(Code.ARCHIVED)


def refuse_if_read_only(room: Room, membership: Membership) -> None:
    if room.posting == Room.Posting.MODERATORS and not membership.moderates:
        raise Refused(Code.READ_ONLY)


def refuse_if_muted(membership: Membership) -> None:
    now = timezone.now()
    if membership.muted_until is not None and membership.muted_until > now:
        raise Refused(Code.MUTED, retry_after=(membership.muted_until - now).total_seconds())


def rooms_changed(person: PersonId) -> None:
    # A process that misses the hint sees the version.
    Profile.objects.filter(pk=person).update(version=F("version") + 1)
    broadcast.recheck_access(person)


def checked_name(name: str, max_characters: int) -> str:
    """Raises Refused(bad_body)."""
    try:
        name = text.clean_name(name)
    except text.BadBody as error:
        raise Refused(Code.BAD_BODY, detail=str(error)) from None
    # SQLite would store a longer one, PostgreSQL refuses it.
    if len(name) > max_characters:
        raise Refused(Code.BAD_BODY, detail="too long")
    return name
