"""Tests the rate limits of people and addresses against an exact model."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from chat import limits, protocol, rate_limit
from chat.limits import RATES
from chat.networks import network_of
from chat.rate_limit import Allowance, BucketStore, Owner, allowance_of


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def of(clock: Clock) -> Callable[[str], Allowance]:
    """A person's allowance in a store of this test's own."""
    store = BucketStore()
    return lambda person: Allowance(Owner(store, person), clock=clock)


def taken(allowance: Allowance, name: str, tries: int) -> int:
    return sum(allowance.take(name) == 0.0 for _ in range(tries))


NAMES = st.sampled_from(["message.post", "typing", "search"])
# Quarters of a second: sums of them are exact.
STEPS = st.integers(0, 40).map(lambda quarters: quarters / 4)


class TwoPeopleReconnect(RuleBasedStateMachine):
    """Whatever connections come and go, nobody gets more than their bucket holds and their rate brings; and
    whoever waits as long as told gets it. Guests also share what their address has."""

    def __init__(self) -> None:
        super().__init__()
        self.clock, self.start = Clock(), 1000.0
        self.people, self.addresses = BucketStore(), BucketStore()
        self.connections = {person: self.connection(person) for person in (1, 2)}
        self.got: dict[tuple[int, str], int] = {}

    def connection(self, person: int) -> Allowance:
        there = Owner(self.addresses, "10.0.0.1", 1.5)
        return Allowance(Owner(self.people, str(person)), there, clock=self.clock)

    @rule(person=st.sampled_from([1, 2]))
    def reconnect(self, person: int) -> None:
        self.connections[person] = self.connection(person)

    @rule(seconds=STEPS)
    def wait(self, seconds: float) -> None:
        self.clock.now += seconds

    @rule(person=st.sampled_from([1, 2]), name=NAMES, tries=st.integers(1, 30))
    def take(self, person: int, name: str, tries: int) -> None:
        count = taken(self.connections[person], name, tries)
        self.got[person, name] = self.got.get((person, name), 0) + count

    @rule(person=st.sampled_from([1, 2]), name=NAMES)
    def wait_as_told(self, person: int, name: str) -> None:
        wait = self.connections[person].take(name)
        if wait:
            self.clock.now += wait
            assert self.connections[person].take(name) == 0.0
        self.got[person, name] = self.got.get((person, name), 0) + 1

    @invariant()
    def nobody_gets_more(self) -> None:
        passed = self.clock.now - self.start
        for name, (rate, burst) in RATES.items():
            each = [self.got.get((person, name), 0) for person in (1, 2)]
            assert max(each) <= burst + rate * passed + 1e-6
            assert sum(each) <= 1.5 * (burst + rate * passed) + 1e-6

    @invariant()
    def no_window_is_kept_that_is_over(self) -> None:
        assert len(self.people) <= 6


test_two_people_reconnect = TwoPeopleReconnect.TestCase


def test_a_burst_is_allowed_and_not_one_more(of: Any) -> None:
    for name, (_rate, burst) in RATES.items():
        assert taken(of("alice"), name, 200) == burst


def test_a_person_s_connections_share_a_bucket_and_people_do_not(of: Any) -> None:
    assert sum(taken(of("alice"), "message.post", 20) for _connection in range(20)) == 20
    assert taken(of("bob"), "message.post", 20) == 20


def test_each_name_has_its_own_bucket(of: Any) -> None:
    taken(of("alice"), "typing", 100)
    assert of("alice").take("message.post") == 0.0


def test_a_cost_is_taken_whole_and_one_larger_than_the_bucket_is_owed(of: Any, clock: Clock) -> None:
    rate, burst = RATES["message.post"]
    assert of("alice").take("message.post", burst - 1) == 0.0
    assert of("alice").take("message.post", 2) == pytest.approx(1 / rate)
    clock.now += burst / rate
    assert of("alice").take("message.post", 3 * burst) == 0.0
    assert of("alice").take("message.post") == pytest.approx((2 * burst + 1) / rate)


def test_a_cost_known_afterwards_is_charged_and_delays_the_next(of: Any, clock: Clock) -> None:
    rate, burst = RATES["message.post"]
    of("alice").charge("message.post", burst + 10)
    assert of("alice").take("message.post", 0) == pytest.approx(10 / rate)
    clock.now += 10 / rate
    assert of("alice").take("message.post", 0) == 0.0


def test_every_command_has_a_rate_and_a_name_without_one_is_free(of: Any) -> None:
    assert {command.rate for command in protocol.COMMANDS} <= RATES.keys()
    assert taken(of("alice"), "nothing", 1_000) == 1_000


def test_refusals_without_a_pause_are_a_flood_and_are_forgotten(of: Any, clock: Clock) -> None:
    for _ in range(limits.FLOOD * 2):
        assert not of("patient").is_flood()
        clock.now += 0.1
    assert [of("wild").is_flood() for _ in range(limits.FLOOD)] == [False] * limits.FLOOD
    assert of("wild").is_flood()
    clock.now += limits.FLOOD / RATES["refusal"][0]
    assert not of("wild").is_flood()


def test_a_guest_also_pays_from_the_address_but_others_cannot_make_them_a_flood() -> None:
    guests = [allowance_of(number, "10.0.0.1") for number in range(100)]
    got = sum(taken(guest, "message.post", 20) for guest in guests)
    assert 400 <= got <= 420
    assert guests[99].take("message.post") > 0
    assert not guests[99].is_flood()
    assert allowance_of(100, "10.0.0.2").take("message.post") == 0.0
    assert allowance_of(101).take("message.post") == 0.0


def test_without_limits_everything_is_allowed(settings: Any) -> None:
    settings.CHAT_RATE_LIMITS = False
    allowance = allowance_of(1, "10.0.0.1")
    assert taken(allowance, "message.post", 1_000) == 1_000
    assert not any(allowance.is_flood() for _ in range(1_000))
    assert len(rate_limit.people) == len(rate_limit.addresses) == 0


# -- what is kept ------------------------------------------------------------------------------------


def test_a_full_bucket_is_dropped(clock: Clock) -> None:
    store = BucketStore()
    for person in range(10_000):
        clock.now += 0.05  # a post's second-fifth is over after four of these
        Allowance(Owner(store, str(person)), clock=clock).take("message.post")
    assert len(store) < 20


def test_the_store_is_bounded_and_keeps_those_who_took_most(clock: Clock) -> None:
    store = BucketStore(most=100)
    busy = [Allowance(Owner(store, f"busy {number}"), clock=clock) for number in range(7)]
    for number in range(10_000):
        if number < 7:
            taken(busy[number], "message.post", 20)
        Allowance(Owner(store, f"stranger {number}"), clock=clock).take("message.post")
        assert len(store) <= 100
    assert all(allowance.take("message.post") for allowance in busy)


@given(st.integers(0, 2**64 - 1))
def test_all_addresses_of_one_ipv6_network_count_as_one(host: int) -> None:
    groups = ":".join(f"{host >> shift & 0xFFFF:x}" for shift in (48, 32, 16, 0))
    assert network_of(f"2001:db8:1:2:{groups}") == "2001:db8:1:2::/64"


def test_an_ipv4_address_is_the_same_however_it_is_written() -> None:
    assert network_of("::ffff:10.0.0.1") == network_of("10.0.0.1") == "10.0.0.1"
    assert network_of("10.0.0.2") != network_of("10.0.0.1")


def test_networks_of_one_provider_share_a_bucket(settings: Any) -> None:
    settings.CHAT_GUESTS_PER_ADDRESS = 10
    came_in = sum(
        taken(rate_limit.newcomers_from(f"2001:db8:1:{number:x}::1"), "newcomer", 3) for number in range(100)
    )
    assert came_in == 40
    assert taken(rate_limit.newcomers_from("2001:db8:2:1::1"), "newcomer", 20) == 10


@pytest.mark.parametrize("address", ["", "unix:", "not an address"])
def test_clients_without_an_address_share_a_bucket(address: str) -> None:
    assert network_of(address) == "unknown"
