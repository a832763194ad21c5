"""Decides which uploads or downloads may run at once, and which one is ended when there are too many.

Guests share part of the slots. A person without a running transfer is not refused while others have several:
the slowest one of the person with most is ended instead.
"""

import time
from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from typing import NamedTuple, Protocol

# Seconds before a transfer's rate is meaningful. A younger one is ended only if there is no older one.
GRACE = 10.0


class Owner(NamedTuple):
    """The person a transfer belongs to. An address of None is not counted."""

    person: Hashable
    is_guest: bool = False
    address: str | None = None


class Transfer(Protocol):
    """`promised` bytes are expected, `size` have come or gone; `began` is a monotonic time."""

    owner: Owner
    promised: int
    began: float

    @property
    def size(self) -> int: ...

    def give_way(self) -> None: ...


class TransferSlots:
    """A transfer holds a slot until it is freed. A complete upload gives its slot up, but counts for its
    person until it is answered."""

    def __init__(
        self, total: int, guests: int, each_address: int, each_person: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._total, self._guests, self._each_address = total, guests, each_address
        self._each_person, self._clock = each_person, clock
        self._unfinished: dict[Transfer, None] = {}
        self._running: dict[Transfer, None] = {}

    @property
    def promised(self) -> int:
        """Bytes that uploads may still write; each counts in full until answered, as its body is copied."""
        return sum(one.promised for one in self._unfinished)

    def take(self, transfer: Transfer) -> bool:
        mine = [one for one in self._unfinished if one.owner.person == transfer.owner.person]
        if len(mine) >= self._each_person:
            return False
        may_displace = not any(one in self._running for one in mine)
        for crowd in self._full_groups(transfer.owner):
            slowest = self._to_displace(crowd) if may_displace else None
            if slowest is None:
                return False
            self.free(slowest)
            slowest.give_way()
        self._unfinished[transfer] = self._running[transfer] = None
        return True

    def complete(self, transfer: Transfer) -> None:
        """The body is complete and no longer takes a slot from other senders."""
        self._running.pop(transfer, None)

    def free(self, transfer: Transfer) -> None:
        """Idempotent."""
        self._running.pop(transfer, None)
        self._unfinished.pop(transfer, None)

    def _full_groups(self, newcomer: Owner) -> Iterator[list[Transfer]]:
        """Narrowest first: a transfer ended there also frees a slot in the wider groups."""
        address, guest = newcomer.address, newcomer.is_guest
        if address is not None:
            yield from self._full(self._each_address, lambda one: one.address == address)
        if guest:
            yield from self._full(self._guests, lambda one: one.is_guest)
        yield from self._full(self._total, lambda _one: True)

    def _full(self, most: int, counts: Callable[[Owner], bool]) -> Iterator[list[Transfer]]:
        crowd = [one for one in self._running if counts(one.owner)]
        if len(crowd) >= most:
            yield crowd

    def _to_displace(self, crowd: list[Transfer]) -> Transfer | None:
        held = Counter(one.owner.person for one in self._running)
        most = max(held[one.owner.person] for one in crowd)
        if most < 2:
            return None
        candidates = [one for one in crowd if held[one.owner.person] == most]
        return min(candidates, key=self._merit)

    def _merit(self, transfer: Transfer) -> tuple[bool, float]:
        age = self._clock() - transfer.began
        return age < GRACE, transfer.size / max(age, 1.0)
