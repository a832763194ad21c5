"""Tests presence as computed from stored sessions. Time passes by moving rows into the past."""

import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.models import F
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext
from hypothesis import example, given
from hypothesis import strategies as st

from chat import actions, broadcast, presence
from chat.broadcast import Hint
from chat.models import Membership, Room, ServerProcess, Session
from tests.support.database import rolled_back
from tests.support.published import decode_events
from tests.support.scene import make_person

SECOND = datetime.timedelta(seconds=1)
HERE, THERE = UUID(int=1), UUID(int=2)


@pytest.fixture
def lamp(db: None) -> dict[str, Any]:
    """alice owns the room, bob is a member, charlie is outside; two processes serve."""
    people = {name: make_person(name) for name in ("alice", "bob", "charlie")}
    room = actions.make_room(people["alice"], "Lamp")
    actions.join_room(people["bob"], room.key)
    for node in (HERE, THERE):
        presence.start_process(node, "machine")
    pass_time(60)
    return people | {"room": room}


def open_tab(person: Any, node: UUID = HERE) -> UUID:
    arrival = presence.Arrival(uuid4(), node, person, "192.0.2.7", "a browser")
    presence.open_sessions([arrival])
    return arrival.session


def pass_time(seconds: float, *, renewing: tuple[UUID, ...] = (HERE, THERE)) -> None:
    """Moves all stored times into the past; these processes have renewed their lease meanwhile."""
    by = seconds * SECOND
    Session.objects.update(opened_at=F("opened_at") - by, closed_at=F("closed_at") - by)
    Membership.objects.update(joined_at=F("joined_at") - by)
    ServerProcess.objects.update(lease_until=F("lease_until") - by, ended_at=F("ended_at") - by)
    ServerProcess.objects.filter(pk__in=renewing, ended_at=None).update(lease_until=Now() + presence.LEASE)


def stands(person: Any) -> str:
    return presence.states([person]).get(person, "offline")


# -- derived -------------------------------------------------------------------------------------


def test_online_is_an_open_session_on_a_living_process(lamp: dict[str, Any]) -> None:
    assert stands(lamp["bob"]) == "offline"
    open_tab(lamp["bob"])
    assert stands(lamp["bob"]) == "online"
    pass_time(presence.LEASE.total_seconds() - 1, renewing=())
    assert stands(lamp["bob"]) == "online"
    pass_time(2, renewing=())
    assert stands(lamp["bob"]) == "offline", "nothing had to run for that"


def test_a_person_is_away_only_if_every_tab_is(lamp: dict[str, Any]) -> None:
    bob = lamp["bob"]
    one, two = open_tab(bob), open_tab(bob, THERE)
    assert presence.set_away(one, True) is True
    assert stands(bob) == "online"
    presence.set_away(two, True)
    assert stands(bob) == "away"
    presence.set_away(one, False)
    assert stands(bob) == "online"


def test_an_unchanged_state_is_not_published(lamp: dict[str, Any]) -> None:
    tab = open_tab(lamp["bob"])
    assert [presence.set_away(tab, away) for away in (False, True, True, False)] == [False, True, False, True]
    presence.close_sessions([tab])
    assert presence.set_away(tab, True) is False


def test_a_reload_publishes_nothing_and_an_absence_does(lamp: dict[str, Any], published: list[Hint]) -> None:
    bob = lamp["bob"]
    presence.close_sessions([open_tab(bob)])
    pass_time(4)
    assert stands(bob) == "online"
    presence.publish_departures({bob})
    assert not published
    pass_time(2)
    assert stands(bob) == "offline"
    presence.publish_departures({bob})
    [told] = decode_events(published)
    assert (told["whole"], told["online"], told["away"], told["offline"]) == (False, [], [], [bob])


def test_a_person_back_in_time_is_not_published_as_offline(
    lamp: dict[str, Any], published: list[Hint]
) -> None:
    presence.close_sessions([open_tab(lamp["bob"])])
    pass_time(4)
    open_tab(lamp["bob"], THERE)
    pass_time(9)
    presence.publish_departures({lamp["bob"]})
    assert not published


def test_an_orderly_shutdown_leaves_its_people_the_grace_period(lamp: dict[str, Any]) -> None:
    open_tab(lamp["bob"], THERE)
    presence.end_process(THERE)
    assert stands(lamp["bob"]) == "online"
    pass_time(6)
    assert stands(lamp["bob"]) == "offline"


# -- processes that die --------------------------------------------------------------------------


def test_a_lease_that_ran_out_cannot_be_renewed(lamp: dict[str, Any]) -> None:
    pass_time(14, renewing=())
    assert presence.renew_process(HERE) is True
    pass_time(14, renewing=())
    assert presence.renew_process(HERE) is True
    assert presence.renew_process(THERE) is False
    presence.end_process(HERE)
    assert presence.renew_process(HERE) is False


def test_only_other_processes_are_checked_for_death(lamp: dict[str, Any]) -> None:
    third = UUID(int=3)
    presence.start_process(third, "machine")
    pass_time(16, renewing=(HERE, third))
    assert presence.other_processes(HERE) == ([THERE], [third])
    presence.end_process(third)
    presence.expire_process(THERE)
    assert presence.other_processes(HERE) == ([], [])


def test_one_process_is_elected_to_publish_a_dead_one_s_people(lamp: dict[str, Any]) -> None:
    open_tab(lamp["bob"], THERE)
    open_tab(lamp["alice"], HERE)
    pass_time(16, renewing=(HERE,))
    assert presence.expire_process(THERE) == {lamp["bob"]}
    assert presence.expire_process(THERE) == set()
    assert stands(lamp["alice"]) == "online"


def test_people_of_a_dead_process_get_no_grace_period_unless_they_are_back(
    lamp: dict[str, Any], published: list[Hint]
) -> None:
    open_tab(lamp["alice"], THERE)
    open_tab(lamp["bob"], THERE)
    open_tab(lamp["alice"], HERE)
    presence.publish_departures(presence.expire_process(THERE))
    assert [told["offline"] for told in decode_events(published)] == [[lamp["bob"]]]
    assert (stands(lamp["alice"]), stands(lamp["bob"])) == ("online", "offline")
    assert Session.objects.get(user=lamp["bob"]).lost


def test_expiring_a_process_includes_people_who_had_just_left_and_nobody_else(lamp: dict[str, Any]) -> None:
    presence.close_sessions([open_tab(lamp["alice"], THERE)])
    pass_time(60)
    presence.close_sessions([open_tab(lamp["bob"], THERE)])
    assert presence.expire_process(THERE) == {lamp["bob"]}


# -- told ----------------------------------------------------------------------------------------


def test_opening_a_session_is_idempotent_and_published_once(lamp: dict[str, Any]) -> None:
    arrivals = [presence.Arrival(uuid4(), HERE, lamp[name], None, "") for name in ("alice", "bob")]
    assert presence.open_sessions(arrivals) == [True, True]
    assert presence.open_sessions(arrivals) == [False, False]
    assert Session.objects.count() == 2
    presence.set_away(arrivals[0].session, True)
    assert presence.open_sessions([arrivals[0]._replace(session=uuid4())]) == [True]


def test_a_person_online_elsewhere_is_published_in_a_newly_joined_room(
    lamp: dict[str, Any],
) -> None:
    open_tab(lamp["charlie"])
    pass_time(1)
    actions.join_room(lamp["charlie"], lamp["room"].key)
    arrival = presence.Arrival(uuid4(), HERE, lamp["charlie"], None, "")
    assert presence.open_sessions([arrival]) == [True]
    Membership.objects.update(joined_at=Now() - SECOND)  # before that tab, not at the same moment
    assert presence.open_sessions([arrival._replace(session=uuid4())]) == [False]


def test_one_event_per_room_covers_all_its_people(lamp: dict[str, Any], published: list[Hint]) -> None:
    crowd = [make_person(f"p{number}") for number in range(30)]
    den = actions.make_room(lamp["alice"], "Den")
    for person in crowd:
        actions.join_room(person, lamp["room"].key)
        actions.join_room(person, den.key)
    del published[:]
    arrivals = [presence.Arrival(uuid4(), HERE, person, None, "") for person in crowd]
    with CaptureQueriesContext(connection) as opening:
        presence.open_sessions(arrivals)
    with CaptureQueriesContext(connection) as telling:
        presence.publish_arrivals(set(crowd))
    assert {told["room"]: told["online"] for told in decode_events(published)} == {
        lamp["room"].key: sorted(crowd), den.key: sorted(crowd),
    }  # fmt: skip
    assert len(published) == 2
    assert (len(opening), len(telling)) == (2, 2), "however many"


def test_all_rooms_of_a_person_are_published_together(
    lamp: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Waking the loop costs more than one room's event."""
    for name in ("Den", "Attic", "Shed"):
        actions.make_room(lamp["bob"], name)
    told: list[list[Hint]] = []
    monkeypatch.setattr(broadcast, "outlet", told.append)
    open_tab(lamp["bob"])
    presence.publish_arrivals({lamp["bob"]})
    presence.publish_departures({lamp["alice"]})
    assert [len(hints) for hints in told] == [4, 1]


def test_outsiders_neither_receive_nor_appear_in_presence(
    lamp: dict[str, Any], published: list[Hint]
) -> None:
    open_tab(lamp["charlie"])
    open_tab(lamp["bob"])
    presence.publish_arrivals({lamp["charlie"], lamp["bob"]})
    assert [hint["audience"] for hint in published] == [f"chat.room.{lamp['room'].pk}"]
    assert [told["online"] for told in decode_events(published)] == [[lamp["bob"]]]
    whole = presence.room_presence(lamp["room"].pk, lamp["room"].key)
    assert str(lamp["charlie"]) not in whole.decode().replace(lamp["room"].key, "").partition('"online"')[2]
    actions.leave_room(lamp["bob"], lamp["room"].key)
    assert b'"online":[]' in presence.room_presence(lamp["room"].pk, lamp["room"].key)


def test_a_whole_presence_includes_who_is_away(lamp: dict[str, Any]) -> None:
    room: Room = lamp["room"]
    open_tab(lamp["alice"])
    presence.set_away(open_tab(lamp["bob"]), True)
    with CaptureQueriesContext(connection) as captured:
        frame = presence.room_presence(room.pk, room.key)
    [told] = decode_events([{"frames": [frame]}])  # type: ignore[typeddict-item]
    assert told == {
        "type": "presence", "room": room.key, "whole": True, "online": [lamp["alice"]], "away": [lamp["bob"]],
        "offline": [],
    }  # fmt: skip
    assert len(captured) == 1


def test_typing_is_sent_at_once_and_not_stored(lamp: dict[str, Any], published: list[Hint]) -> None:
    with CaptureQueriesContext(connection) as captured:
        presence.typing(lamp["room"].pk, lamp["room"].key, lamp["bob"])
    assert decode_events(published) == [{"type": "typing", "room": lamp["room"].key, "person": lamp["bob"]}]
    assert (published[0]["first"], published[0]["last"]) == (0, 0)
    assert not captured.captured_queries


# -- any sequence, against a model that knows the time ---------------------------------------------

_verbs = st.sampled_from(["open", "open", "close", "away", "back", "wait", "die", "end"])
_steps = st.lists(st.tuples(_verbs, st.integers(0, 9)), max_size=14)


class Model:
    """A model of a person's tabs: process, away, closed since, lost."""

    def __init__(self) -> None:
        self.tabs: list[dict[str, Any]] = []
        self.gone: set[UUID] = set()

    def states(self) -> str:
        here = [tab for tab in self.tabs if self._counts(tab)]
        return "offline" if not here else "online" if any(not tab["away"] for tab in here) else "away"

    def _counts(self, tab: dict[str, Any]) -> bool:
        return (
            tab["node"] not in self.gone if tab["closed"] is None else tab["closed"] < 5 and not tab["lost"]
        )


@example([("open", 1), ("die", 0)])
@example([("open", 1), ("open", 0), ("away", 1), ("end", 0), ("wait", 5)])
@given(_steps)
def test_presence_is_what_a_model_says_after_any_steps(
    lamp: dict[str, Any], steps: list[tuple[str, int]]
) -> None:
    model, bob = Model(), lamp["bob"]
    with rolled_back():
        for verb, number in steps:
            _step(model, bob, verb, number)
            assert stands(bob) == model.states(), steps


def _step(model: Model, bob: Any, verb: str, number: int) -> None:
    opened = [tab for tab in model.tabs if tab["closed"] is None]
    tab = opened[number % len(opened)] if opened else None
    node = (HERE, THERE)[number % 2]
    if verb == "open" and node not in model.gone:
        model.tabs.append(
            {"id": open_tab(bob, node), "node": node, "away": False, "closed": None, "lost": False}
        )
    elif verb == "close" and tab:
        presence.close_sessions([tab["id"]])
        tab["closed"] = 0
    elif verb in ("away", "back") and tab:
        presence.set_away(tab["id"], verb == "away")
        tab["away"] = verb == "away"
    elif verb == "wait":
        pass_time(number + 0.5)
        for old in [tab for tab in model.tabs if tab["closed"] is not None]:
            old["closed"] += number + 0.5
    elif verb in ("die", "end") and THERE not in model.gone:
        (presence.expire_process if verb == "die" else presence.end_process)(THERE)
        model.gone.add(THERE)
        for tab in [tab for tab in opened if tab["node"] == THERE]:
            tab["closed"], tab["lost"] = 0, verb == "die"
