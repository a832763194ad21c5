"""Presence: who is online or away, and who is typing.

Online is derived when it is read: an open session of a process whose lease runs, by the database's clock. So
a killed process cannot leave anybody online. Events only make screens follow sooner.
"""

import datetime
from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from chat.ids import PersonId, RoomId

from . import broadcast, protocol
from .models import Membership, Room, ServerProcess, Session

LEASE = datetime.timedelta(seconds=15)
# Reloads are not shown: only after this long without a connection somebody is offline.
GRACE = datetime.timedelta(seconds=5)

States = dict[PersonId, str]


class Arrival(NamedTuple):
    session: UUID
    process: UUID
    person: PersonId
    address: str | None
    agent: str


# A direct room shows its people even if it is not in their own list.
_shown = Q(removed_at=None) | Q(room__kind=Room.Kind.DIRECT)

# -- reading ----------------------------------------------------------------------------


def _live() -> Q:
    # Closed so lately that it may be a reload counts as open.
    open_now = Q(closed_at=None, process__ended_at=None, process__lease_until__gt=Now())
    return open_now | Q(closed_at__gt=Now() - GRACE, lost=False)


def states(people: Iterable[PersonId] | QuerySet[Any]) -> States:
    """Each person's state, "online" or "away"; those who are missing are offline."""
    live = Session.objects.filter(_live(), user__in=people).values("user_id")
    # Away only if every one of their sessions is.
    found = live.annotate(awake=Count("pk", filter=Q(away=False))).values_list("user_id", "awake")
    return {person: "online" if awake else "away" for person, awake in found}


def room_presence(room_id: RoomId, room_key: str) -> bytes:
    """An encoded event that replaces what a client knows."""
    shown = Membership.objects.filter(_shown, room_id=room_id)
    return _event(room_key, states(shown.values("user_id")), whole=True)


def _event(room_key: str, states: States, *, whole: bool) -> bytes:
    by_state: dict[str, list[PersonId]] = {"online": [], "away": [], "offline": []}
    # Sorted, so that the same presence is the same bytes.
    for person in sorted(states):
        by_state[states[person]].append(person)
    return protocol.encode(protocol.Presence(room=room_key, whole=whole, **by_state))


# -- sessions: written through the writer, many per commit ---------------------------------------


def open_sessions(arrivals: list[Arrival]) -> list[bool]:
    """True for each whose person was not shown as online in all their rooms."""
    before = states({arrival.person for arrival in arrivals})
    known = {person for person, state in before.items() if state == "online"}
    known -= _joined_unseen(known)
    Session.objects.bulk_create([_session(arrival) for arrival in arrivals], ignore_conflicts=True)
    return [arrival.person not in known for arrival in arrivals]


def _joined_unseen(people: set[PersonId]) -> set[PersonId]:
    """Those who joined a room between two connections: its people do not know that they are online."""
    if not people:
        return set()
    seen = Session.objects.filter(user=OuterRef("user"), opened_at__gte=OuterRef("joined_at"))
    lately = Membership.objects.present().filter(user__in=people, joined_at__gt=Now() - 2 * GRACE)
    return set(lately.exclude(Exists(seen)).values_list("user_id", flat=True))


def _session(a: Arrival) -> Session:
    return Session(
        id=a.session,
        process_id=a.process,
        user_id=a.person,
        address=a.address,
        agent=a.agent,
        opened_at=Now(),
    )


def close_sessions(sessions: list[UUID]) -> list[None]:
    """`publish_departures` follows after GRACE."""
    Session.objects.filter(pk__in=sessions, closed_at=None).update(closed_at=Now())
    return [None] * len(sessions)


def set_away(session: UUID, away: bool) -> bool:
    """True if it changed."""
    return bool(Session.objects.filter(pk=session, closed_at=None).exclude(away=away).update(away=away))


def publish_arrivals(people: set[PersonId]) -> None:
    _publish(states(people))


def publish_departures(people: set[PersonId]) -> None:
    here = states(people)
    _publish({person: "offline" for person in people if person not in here})


def _publish(states: States) -> None:
    rooms: dict[tuple[RoomId, str], States] = {}
    memberships = Membership.objects.filter(_shown, user__in=states)
    for room, key, person in memberships.values_list("room_id", "room__key", "user_id"):
        rooms.setdefault((room, key), {})[person] = states[person]
    broadcast.send_ephemeral(
        (room, _event(key, of_room, whole=False)) for (room, key), of_room in rooms.items()
    )


def typing(room_id: RoomId, room_key: str, person: PersonId) -> None:
    broadcast.send_ephemeral([(room_id, protocol.encode(protocol.Typing(room=room_key, person=person)))])


# -- processes -----------------------------------------------------------------------------------


@transaction.atomic
def start_process(process: UUID, host: str) -> None:
    ServerProcess.objects.create(pk=process, host=host[:64], started_at=Now(), lease_until=Now() + LEASE)


@transaction.atomic
def renew_process(process: UUID) -> bool:
    """False when the lease has run out: others show our people as offline, so we must not serve them."""
    running = ServerProcess.objects.filter(pk=process, ended_at=None, lease_until__gt=Now())
    return bool(running.update(lease_until=Now() + LEASE))


@transaction.atomic
def end_process(process: UUID) -> None:
    # Its people may be on their way to another process and keep their GRACE.
    Session.objects.filter(process=process, closed_at=None).update(closed_at=Now())
    ServerProcess.objects.filter(pk=process, ended_at=None).update(ended_at=Now())


def other_processes(own: UUID) -> tuple[list[UUID], list[UUID]]:
    """Those whose lease has run out, and those whose lease runs."""
    others = ServerProcess.objects.filter(ended_at=None).exclude(pk=own)
    late = set(others.filter(lease_until__lte=Now()).values_list("pk", flat=True))
    return list(late), [pk for pk in others.values_list("pk", flat=True) if pk not in late]


@transaction.atomic
def expire_process(process: UUID) -> set[PersonId]:
    """Close the sessions of a process that died. Returns its people to one caller: the UPDATE elects it."""
    if not ServerProcess.objects.filter(pk=process, ended_at=None).update(ended_at=Now()):
        return set()
    sessions = Session.objects.filter(process=process)
    fresh = Q(closed_at=None) | Q(closed_at__gt=Now() - 2 * GRACE)
    people = set(sessions.filter(fresh).values_list("user_id", flat=True))
    sessions.filter(closed_at=None).update(closed_at=Now(), lost=True)
    return people
