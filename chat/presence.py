"""Who is here, who is typing: sessions opened, leased, expired; told as differences.

Online is derived when it is read, never stored: an open session on a node whose lease runs, by the database's
clock. So nothing has to run for it to be true, and a killed process cannot leave anybody behind. What is
announced here only makes screens follow sooner. Imports models, protocol and broadcast; calls no action.
"""

import datetime
from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from . import broadcast, protocol
from .models import Membership, ServerProcess, Session

LEASE = datetime.timedelta(seconds=15)
# Reloads and changes of tab make no noise: gone this long, somebody has left.
GRACE = datetime.timedelta(seconds=5)

States = dict[Any, str]


class Arrival(NamedTuple):
    """A connection that opened."""

    session: UUID
    node: UUID
    person: Any
    address: str | None
    agent: str


# -- what is true now ----------------------------------------------------------------------------


def _live() -> Q:
    """Sessions that count: open on a running node, or closed so lately that it may be a reload."""
    open_now = Q(closed_at=None, node__ended_at=None, node__lease_until__gt=Now())
    return open_now | Q(closed_at__gt=Now() - GRACE, lost=False)


def states(people: Iterable[Any] | QuerySet[Any]) -> States:
    """Person to "online" or "away", for those of `people` who are here; the others are offline."""
    live = Session.objects.filter(_live(), user__in=people).values("user_id")
    # Away only if every one of their sessions is.
    found = live.annotate(awake=Count("pk", filter=Q(away=False))).values_list("user_id", "awake")
    return {person: "online" if awake else "away" for person, awake in found}


def room_presence(room_id: int, room_key: str) -> bytes:
    """Everybody who is in the room and here, as the event that replaces what was known."""
    return _event(
        room_key, states(Membership.objects.present().filter(room_id=room_id).values("user_id")), whole=True
    )


def _event(room_key: str, states: States, *, whole: bool) -> bytes:
    by_state: dict[str, list[Any]] = {"online": [], "away": [], "offline": []}
    # In one order, so that two looks at the same people are the same bytes.
    for person in sorted(states):
        by_state[states[person]].append(person)
    return protocol.encode(protocol.Presence(room=room_key, whole=whole, **by_state))


# -- sessions: written through the writer, many per commit ---------------------------------------


def open_sessions(arrivals: list[Arrival]) -> list[bool]:
    """Record connections that opened. True for each whose person was not online before, or was so only
    elsewhere: their rooms are told."""
    before = states({arrival.person for arrival in arrivals})
    known = {person for person, state in before.items() if state == "online"}
    known -= _entered_lately(known)
    Session.objects.bulk_create([_session(arrival) for arrival in arrivals], ignore_conflicts=True)
    return [arrival.person not in known for arrival in arrivals]


def _entered_lately(people: set[Any]) -> set[Any]:
    """Those who came into another room while the page they came from was closing, and were not seen since:
    nobody there has heard of them."""
    if not people:
        return set()
    seen = Session.objects.filter(user=OuterRef("user"), opened_at__gte=OuterRef("joined_at"))
    lately = Membership.objects.present().filter(user__in=people, joined_at__gt=Now() - 2 * GRACE)
    return set(lately.exclude(Exists(seen)).values_list("user_id", flat=True))


def _session(a: Arrival) -> Session:
    return Session(
        id=a.session, node_id=a.node, user_id=a.person, address=a.address, agent=a.agent, opened_at=Now()
    )


def close_sessions(sessions: list[UUID]) -> list[None]:
    """Record connections that closed. Whoever is not back after GRACE is told by `tell_gone`."""
    Session.objects.filter(pk__in=sessions, closed_at=None).update(closed_at=Now())
    return [None] * len(sessions)


def set_away(session: UUID, away: bool) -> bool:
    """True where that is news."""
    return bool(Session.objects.filter(pk=session, closed_at=None).exclude(away=away).update(away=away))


def tell_here(people: set[Any]) -> None:
    """Tell the rooms of these how they stand, now that it is committed."""
    _tell(states(people))


def tell_gone(people: set[Any]) -> None:
    """Tell the rooms of those who really are gone: GRACE after their last connection closed, or when a node
    died."""
    here = states(people)
    _tell({person: "offline" for person in people if person not in here})


def _tell(states: States) -> None:
    """One event for each room, however many of its people it is about."""
    rooms: dict[tuple[int, str], States] = {}
    places = (
        Membership.objects.present().filter(user__in=states).values_list("room_id", "room__key", "user_id")
    )
    for room, key, person in places:
        rooms.setdefault((room, key), {})[person] = states[person]
    broadcast.send_ephemeral(
        (room, _event(key, of_room, whole=False)) for (room, key), of_room in rooms.items()
    )


def typing(room_id: int, room_key: str, person: Any) -> None:
    """At most once; it expires where it is shown."""
    broadcast.send_ephemeral([(room_id, protocol.encode(protocol.Typing(room=room_key, person=person)))])


# -- nodes ---------------------------------------------------------------------------------------


@transaction.atomic
def start_process(node: UUID, host: str) -> None:
    ServerProcess.objects.create(pk=node, host=host[:64], started_at=Now(), lease_until=Now() + LEASE)


@transaction.atomic
def renew_process(node: UUID) -> bool:
    """False when the lease was lost: others have told that our people are gone, so we must not serve them."""
    running = ServerProcess.objects.filter(pk=node, ended_at=None, lease_until__gt=Now())
    return bool(running.update(lease_until=Now() + LEASE))


@transaction.atomic
def end_process(node: UUID) -> None:
    """An orderly end: its people may be on their way to another process, so they keep their GRACE."""
    Session.objects.filter(node=node, closed_at=None).update(closed_at=Now())
    ServerProcess.objects.filter(pk=node, ended_at=None).update(ended_at=Now())


def other_processes(me: UUID) -> tuple[list[UUID], list[UUID]]:
    """Other nodes: those whose lease has run out, and those that claim to run."""
    others = ServerProcess.objects.filter(ended_at=None).exclude(pk=me)
    late = set(others.filter(lease_until__lte=Now()).values_list("pk", flat=True))
    return list(late), [pk for pk in others.values_list("pk", flat=True) if pk not in late]


@transaction.atomic
def expire_process(node: UUID) -> set[Any]:
    """A node that died without a word. Returns its people if this process is the one to tell of it: the
    conditional UPDATE elects one."""
    if not ServerProcess.objects.filter(pk=node, ended_at=None).update(ended_at=Now()):
        return set()
    sessions = Session.objects.filter(node=node)
    fresh = Q(closed_at=None) | Q(closed_at__gt=Now() - 2 * GRACE)
    people = set(sessions.filter(fresh).values_list("user_id", flat=True))
    sessions.filter(closed_at=None).update(closed_at=Now(), lost=True)
    return people
