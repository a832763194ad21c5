"""Tests connections without a subscription: how long they may wait, how many, and which are closed first."""

import subprocess
import sys

import pytest

from bin import dev
from chat.realtime.server.upload_access import network_of
from chat.realtime.transport import pending_requests
from chat.realtime.transport.open_files import most_for_connections
from chat.realtime.transport.pending_requests import Arrivals
from chat.realtime.transport.slots import Slots


class Connection:
    aborted = False

    def abort(self) -> None:
        self.aborted = True


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def door(clock: Clock) -> Arrivals:
    return Arrivals(clock)


def come(door: Arrivals, count: int, network: str | None) -> list[Connection]:
    come = [Connection() for _ in range(count)]
    for connection in come:
        door.add(connection, network)
    return come


def test_connections_without_complete_headers_are_closed_and_others_are_not(
    door: Arrivals, clock: Clock
) -> None:
    silent, talks, done = come(door, 3, "203.0.113.1")
    door.has_headers(talks)
    door.forget(done)
    clock.now = pending_requests.HEADERS_WITHIN + 0.1
    door.cut_late()
    assert (silent.aborted, talks.aborted, done.aborted) == (True, False, False)
    assert len(door) == 1


def test_the_oldest_of_too_many_connections_of_a_network_is_closed(door: Arrivals) -> None:
    theirs, others = come(door, pending_requests.EACH_NETWORK, "203.0.113.1"), come(door, 5, "203.0.113.2")
    newest = come(door, 2, "203.0.113.1")
    assert [one.aborted for one in theirs[:3]] == [True, True, False]
    assert not any(one.aborted for one in (*others, *newest))
    assert len(door) == pending_requests.EACH_NETWORK + 5


def test_connections_of_a_proxy_are_not_counted(door: Arrivals) -> None:
    all_of_them = come(door, 10 * pending_requests.EACH_NETWORK, None)
    assert not any(one.aborted for one in all_of_them)


def test_when_files_run_short_unfinished_then_idle_then_new_connections_are_closed(
    door: Arrivals,
) -> None:
    few, many = come(door, 1, "203.0.113.1"), come(door, 3, "203.0.113.2")
    [resting] = come(door, 1, "203.0.113.3")
    door.forget(resting)
    door.rest(resting, "203.0.113.3")
    [newest] = come(door, 1, "203.0.113.4")
    gone = []
    for _ in range(6):
        door.give_way(newest)
        gone.append([one for one in (*few, *many, resting, newest) if one.aborted])
    assert [len(one) for one in gone] == [1, 2, 3, 4, 5, 6]
    assert gone[1] == many[:2], "while they have most"
    assert set(gone[3]) == {*few, *many}
    assert gone[4] == [*few, *many, resting]


def test_an_idle_connection_that_sends_again_has_a_deadline_again(door: Arrivals, clock: Clock) -> None:
    [one] = come(door, 1, "203.0.113.1")
    door.forget(one)
    door.rest(one, "203.0.113.1")
    clock.now = 50.0
    door.cut_late()
    assert not one.aborted
    door.wake(one)
    clock.now = 50.1 + pending_requests.HEADERS_WITHIN
    door.cut_late()
    assert one.aborted


def test_slots_are_counted_per_address_and_in_total() -> None:
    slots = Slots(total=4, each_address=2)
    one, other = "203.0.113.1", "203.0.113.2"
    assert [slots.take(one), slots.take(one), slots.take(one)] == [True, True, False]
    slots.free(one)
    assert slots.take(one)
    assert slots.take(other)
    assert [slots.take(None), slots.take(None)] == [True, False], "of all"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.1", "203.0.113.1", True),
        ("203.0.113.1", "203.0.113.2", False),
        ("2001:db8:1:2:3::4", "2001:db8:1:2:ffff::1", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
    ],
)
def test_an_ipv6_network_counts_as_one(one: str, other: str, same: bool) -> None:
    assert (network_of(one) == network_of(other)) is same


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", ""])
def test_this_machine_and_a_unix_socket_are_not_counted(address: str) -> None:
    assert network_of(address) is None


RAISE = """import logging; logging.basicConfig()
from chat.realtime.transport import raise_limit
print(raise_limit())"""


@pytest.mark.parametrize(("soft", "hard", "warned"), [(256, 1024, True), (256, 5000, False)])
def test_the_soft_limit_of_open_files_is_raised_to_the_hard_one(soft: int, hard: int, warned: bool) -> None:
    limit = f"ulimit -Sn {soft} && ulimit -Hn {hard} && exec {sys.executable} -c '{RAISE}'"
    ran = subprocess.run(["bash", "-c", limit], cwd=dev.ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == str(hard)
    assert (f"only {hard} files" in ran.stderr) is warned


def test_a_reserve_is_kept_for_files_and_the_database() -> None:
    assert most_for_connections(1024) == 896
    assert most_for_connections(100_000) == 100_000 - 256
