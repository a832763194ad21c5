"""Tests which uploads run at once, and which are ended to make room for others."""

import re
from pathlib import Path
from typing import Any

import pytest

from chat.realtime.fastpath import uploads
from chat.realtime.transport.transfer_slots import GRACE, Owner, TransferSlots


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


class Sending:
    """An upload that arrives at `rate` bytes a second."""

    promised = 1_000_000

    def __init__(self, clock: Clock, owner: Owner, rate: float) -> None:
        self.clock, self.owner, self.rate = clock, owner, rate
        self.began, self.ended = clock.now, False

    @property
    def size(self) -> int:
        return int((self.clock.now - self.began) * self.rate)

    def give_way(self) -> None:
        self.ended = True


class Door:
    def __init__(self, **limits: int) -> None:
        self.clock = Clock()
        most = {"total": 6, "guests": 2, "each_address": 5, "each_person": 3} | limits
        self.slots = TransferSlots(**most, clock=self.clock)

    def come(self, person: str, rate: float = 1e6, address: str | None = None) -> Sending | None:
        """An upload of this person, who is a guest if the name begins with g."""
        upload = Sending(self.clock, Owner(person, person.startswith("g"), address), rate)
        return upload if self.slots.take(upload) else None

    def take(self, person: str, *rates: float, **more: Any) -> list[Sending]:
        taken = [self.come(person, rate, **more) for rate in rates]
        assert None not in taken
        return [one for one in taken if one is not None]


@pytest.fixture
def door() -> Door:
    return Door()


def test_guests_share_a_part_of_the_slots(door: Door) -> None:
    door.take("guest 1", 1)
    door.take("guest 2", 1)
    assert door.come("guest 3") is None, "each of them holds one only"
    assert door.come("guest 1") is None
    door.take("ann", 1, 1, 1)
    door.take("bob", 1)


def test_the_slowest_upload_of_the_person_with_most_is_ended_for_a_newcomer(door: Door) -> None:
    fast, slow, medium = door.take("ann", 900, 100, 500)
    few = door.take("bob", 1, 1)
    door.take("cem", 1)
    door.clock.now += GRACE + 1
    assert door.come("bob") is None, "who holds some ends nobody's"
    door.take("dan", 1)
    assert [fast.ended, slow.ended, medium.ended] == [False, True, False]
    assert not any(one.ended for one in few)


def test_a_young_upload_is_ended_only_if_there_is_no_older_one(door: Door) -> None:
    old = door.take("ann", 900, 900)
    door.take("bob", 1, 1)
    door.clock.now += GRACE + 1
    young = door.take("ann", 1)
    door.take("cem", 1)
    door.take("dan", 1)
    assert not young[0].ended
    assert [one.ended for one in old].count(True) == 1
    busy = Door()
    recent = [*busy.take("ann", 1, 1, 1), *busy.take("bob", 1, 1, 1)]
    busy.take("cem", 1)
    assert [one.ended for one in recent].count(True) == 1, "nobody is refused while others hold several"


def test_a_person_s_only_upload_is_never_ended(door: Door) -> None:
    alone = [upload for name in "abcdef" for upload in door.take(name, 1)]
    door.clock.now += GRACE + 1
    assert door.come("zoe") is None
    assert not any(one.ended for one in alone)


def test_a_guest_ends_only_uploads_of_guests(door: Door) -> None:
    held = door.take("guest 1", 1, 1)
    members = [*door.take("ann", 1, 1, 1), *door.take("bob", 1)]
    door.take("guest 2", 1)
    assert [one.ended for one in held].count(True) == 1
    assert not any(one.ended for one in members)


def test_at_a_full_address_a_newcomer_ends_an_upload_of_the_same_address() -> None:
    door = Door(total=6, each_address=3)
    elsewhere = door.take("ann", 1, 1, 1, address="203.0.113.9")
    here = door.take("bob", 1, 1, 1, address="203.0.113.1")
    door.take("cem", 1, address="203.0.113.1")
    assert [one.ended for one in here].count(True) == 1
    assert not any(one.ended for one in elsewhere)


def test_a_complete_body_holds_no_slot_but_counts_for_its_person_until_it_is_answered(door: Door) -> None:
    done = [*door.take("ann", 1, 1, 1), *door.take("bob", 1, 1, 1)]
    for upload in done:
        door.slots.complete(upload)
    door.take("cem", 1, 1, 1)
    assert door.come("ann") is None
    assert not any(one.ended for one in done)
    door.slots.free(done[0])
    door.take("ann", 1)


def test_reserved_space_counts_until_the_upload_is_answered(door: Door) -> None:
    one, other = door.take("ann", 1, 1)
    assert door.slots.promised == 2_000_000
    door.slots.complete(one)
    one.promised = 10
    assert door.slots.promised == 1_000_010
    door.slots.free(one)
    door.slots.free(one)
    door.slots.free(other)
    assert door.slots.promised == 0


def test_free_disk_space_is_rechecked_during_an_upload(tmp_path: Path) -> None:
    free = [True]
    larger = uploads.Larger(
        re.compile(b""), 2**30, lambda: tmp_path, lambda _asked: NotImplemented, lambda _address: None,
        lambda _size: free[0],
    )  # fmt: skip
    upload = uploads.Upload(Owner("ann"), 2**30, larger)
    free[0] = False  # others write there too
    upload.file.write(b"x")
    assert upload.has_space(), "not for every byte"
    upload.file.write(bytes(uploads.SPACE_CHECKED_EVERY))
    assert not upload.has_space()
    upload.file.close()
