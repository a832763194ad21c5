"""Tests that a snapshot plus events equals a fresh snapshot, even with lost, repeated or late events.

P2, I5, I6 and I8 of the promises, without a server; gaps are filled from `queries.changes`.
"""

import json
from collections.abc import Callable

import pytest
from django.db import transaction
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from chat import broadcast, limits, queries
from tests.support.database import interleaved, rolled_back
from tests.support.model_client import VERBS, Crowd, ModelClient
from tests.support.published import decode_events

_numbers = st.integers(0, 10_000)
# Most of what is done is done by those who may.
_act = st.tuples(st.sampled_from(VERBS), st.sampled_from([0, 0, 1, 2, 3, 4, 5]), _numbers)
_acts = st.lists(_act, min_size=2, max_size=25)


@pytest.fixture
def crowd(db: None, monkeypatch: pytest.MonkeyPatch) -> Crowd:
    crowd = Crowd()
    monkeypatch.setattr(broadcast, "outlet", lambda hints: crowd.hints.extend(hints))
    for name, value in {
        "HISTORY_PAGE": 5,
        "CHANGES_PAGE": 3,
        "MAX_CHANGES": 40,
        "PAGE_BYTES": 2_500,
    }.items():
        monkeypatch.setattr(limits, name, value)
    return crowd


def heard(crowd: Crowd) -> list[dict]:
    """The room's events since the last call."""
    hints, crowd.hints[:] = list(crowd.hints), []
    return [event for event in decode_events(hints) if event.get("room") == crowd.room.key and "seq" in event]


# -- any sequence --------------------------------------------------------------------------------


class ClientMachine(RuleBasedStateMachine):
    """`wire` holds hints that have been published and have not arrived."""

    crowd: Crowd

    @initialize()
    def look(self) -> None:
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        del self.crowd.hints[:]
        self.clients = [ModelClient(self.crowd.room), ModelClient(self.crowd.room)]
        self.wire: list[list[dict]] = [[], []]
        self.past: list[dict] = []
        self.pages: list[Callable[[], None]] = []

    @rule(acts=st.lists(_act, min_size=1, max_size=4))
    def people_do_something(self, acts: list[tuple[int, int, int]]) -> None:
        for act in acts:
            self.crowd.do(*act)
        told = heard(self.crowd)
        self.past += told
        for waiting in self.wire:
            waiting += told

    @rule(which=st.integers(0, 1), count=st.integers(1, 5))
    def some_of_it_arrives(self, which: int, count: int) -> None:
        for event in self.wire[which][:count]:
            self.clients[which].receive(event)
        del self.wire[which][:count]

    @rule(which=st.integers(0, 1), at=_numbers, count=st.integers(1, 3))
    def some_of_it_is_lost(self, which: int, at: int, count: int) -> None:
        start = at % (len(self.wire[which]) + 1)
        del self.wire[which][start : start + count]

    @rule(which=st.integers(0, 1), at=_numbers)
    def some_of_it_arrives_again(self, which: int, at: int) -> None:
        if self.past:
            self.clients[which].receive(self.past[at % len(self.past)])

    @rule(which=st.integers(0, 1), at=_numbers)
    def some_of_it_overtakes_the_rest(self, which: int, at: int) -> None:
        if waiting := self.wire[which]:
            waiting.insert(0, waiting.pop(at % len(waiting)))

    @rule(which=st.integers(0, 1))
    def a_client_catches_up(self, which: int) -> None:
        self.clients[which].catch_up()

    @rule(which=st.integers(0, 1))
    def a_client_scrolls_up(self, which: int) -> None:
        self.pages.append(self.clients[which].ask_history())

    @rule()
    def a_page_arrives(self) -> None:
        if self.pages:
            self.pages.pop(0)()

    @rule(which=st.integers(0, 1))
    def a_client_reloads(self, which: int) -> None:
        self.clients[which].reload()

    def teardown(self) -> None:
        """After the faults: waiting hints arrive, and the head check finds the rest."""
        if not hasattr(self, "clients"):
            return
        try:
            for client, waiting in zip(self.clients, self.wire, strict=True):
                for event in waiting:
                    client.receive(event)
                client.catch_up()
                client.assert_true()
        finally:
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)


def test_a_snapshot_plus_events_equals_a_fresh_snapshot_however_they_arrive(crowd: Crowd) -> None:
    machine = type("ClientMachine", (ClientMachine,), {"crowd": crowd})
    run_state_machine_as_test(machine)


@given(_acts, _acts)
def test_events_alone_equal_a_fresh_snapshot(crowd: Crowd, before: list, after: list) -> None:
    """Without losses nothing is requested: each change arrives once, in order."""
    with rolled_back():
        for act in before:
            crowd.do(*act)
        client = ModelClient(crowd.room)
        heard(crowd)
        for act in after:
            crowd.do(*act)
        told = heard(crowd)
        assert [event["seq"] for event in told] == list(range(client.seq + 1, client.seq + len(told) + 1))
        for event in told:
            client.receive(event)
        client.assert_true()


# -- catching up, page by page -------------------------------------------------------------------


# Two people are muted, and a page holds one of them.
@example([("post", 0, 1), ("post", 0, 1)], [("mute", 0, 1), ("mute", 0, 3)], [], 1, 100_000)
@given(_acts, _acts, st.lists(_act, max_size=6), st.integers(1, 6), st.sampled_from([1, 900, 100_000]))
def test_catch_up_pages_lose_nothing_while_people_go_on(
    crowd: Crowd, before: list, after: list, meanwhile: list, rows: int, size: int
) -> None:
    with rolled_back(), pytest.MonkeyPatch.context() as limited:
        for act in before:
            crowd.do(*act)
        client = ModelClient(crowd.room)
        for act in after:
            crowd.do(*act)
        limited.setattr(limits, "CHANGES_PAGE", rows)
        limited.setattr(limits, "PAGE_BYTES", size)
        client.catch_up(between=lambda: crowd.do(*meanwhile.pop()) if meanwhile else None)
        client.catch_up()
        client.assert_true()


# One of three long ones becomes short while the room is read: a page that begins later reaches further.
@example([("post", 0, 520), ("post", 0, 520)], [("post", 0, 520)], [("edit", 0, 1)], 2)
@given(_acts, _acts, st.lists(_act, min_size=1, max_size=3), st.integers(1, 6))
def test_what_is_committed_between_two_reads_of_one_answer_is_not_lost(
    crowd: Crowd, before: list, after: list, meanwhile: list, statement: int
) -> None:
    """The cursor is the head as read first: later changes have events of their own."""
    with rolled_back():
        for act in before:
            crowd.do(*act)
        reader, client = ModelClient(crowd.room), ModelClient(crowd.room)
        for act in after:
            crowd.do(*act)
        heard(crowd)
        for one, read in ((reader, reader.reload), (client, client.catch_up)):
            with interleaved(statement, lambda: [crowd.do(*act) for act in meanwhile]):
                read()
            told = heard(crowd)
            for event in told:
                one.receive(event)
            one.assert_true()


def test_a_change_between_the_reads_of_messages_and_members_is_not_lost(crowd: Crowd) -> None:
    """The smallest case: a message and then a membership, after messages were read and before members."""
    client = ModelClient(crowd.room)
    with interleaved(2, lambda: [crowd.do("post", 1, 5), crowd.do("room.join", 4, 0)]):
        client.catch_up()
    client.catch_up()
    client.assert_true()


def test_a_room_s_own_change_between_the_reads_is_not_lost(crowd: Crowd) -> None:
    client = ModelClient(crowd.room)
    with interleaved(1, lambda: [crowd.do("rename", 0, 5), crowd.do("post", 1, 5)]):
        client.catch_up()
    client.catch_up()
    client.assert_true()


def test_a_client_far_behind_or_ahead_gets_a_snapshot(crowd: Crowd) -> None:
    for number in range(limits.MAX_CHANGES + 1):
        crowd.do("post", 1, number)
    crowd.room.refresh_from_db()
    head = crowd.room.seq
    most = limits.MAX_CHANGES
    asked = (0, head - most - 1, head - most, head, head + 1, 2**53 - 1)
    kinds = [json.loads(queries.changes(crowd.room.pk, since).frame)["type"] for since in asked]
    assert kinds == ["room", "room", "changes", "changes", "room", "room"]


def test_catch_up_names_removed_people_with_their_last_event(crowd: Crowd) -> None:
    since = crowd.room.seq
    crowd.do("post", 2, 1)
    crowd.do("remove", 0, 2)
    look = queries.changes(crowd.room.pk, since)
    [(person, frame)] = look.removed
    assert person == crowd.people[2]
    event = json.loads(frame)
    assert (event["type"], event["member"]["person"], event["seq"]) == ("membership", person, since + 2)
    assert event["member"]["removed_at"] is not None


def test_a_catch_up_without_news_is_empty(crowd: Crowd) -> None:
    look = queries.changes(crowd.room.pk, crowd.room.seq)
    event = json.loads(look.frame)
    assert (look.seq, look.more, look.removed) == (crowd.room.seq, False, [])
    assert (event["messages"], event["members"], event["info"]) == ([], [], None)
