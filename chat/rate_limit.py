"""Rate limits of people and network addresses: token buckets in this process's memory.

A bucket belongs to a person, not to a connection, so reconnecting does not refill it. A restart does.
"""

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

from chat.ids import PersonId

from . import limits
from .conf import chat_settings
from .networks import network_of

# Most buckets stored. A bucket takes about 330 bytes.
MAX_BUCKETS = 65_536
# How many of the oldest entries are compared when one has to go.
SAMPLE = 8
# Rounding error allowed in a sum of waits, in seconds.
ROUNDING = 1e-9


class BucketStore:
    """Stores when each bucket will be full again. Full buckets are dropped."""

    def __init__(self, most: int = MAX_BUCKETS) -> None:
        self._most = most
        self._full_at: OrderedDict[tuple[str, str], float] = OrderedDict()

    def __len__(self) -> int:
        return len(self._full_at)

    def get(self, key: tuple[str, str]) -> float:
        return self._full_at.get(key, 0.0)

    def set(self, key: tuple[str, str], full_at: float, now: float) -> None:
        if key not in self._full_at:
            self._make_room(now)
        self._full_at[key] = full_at

    def clear(self) -> None:
        self._full_at.clear()

    def _make_room(self, now: float) -> None:
        # Checking two entries per new bucket keeps the store near the number of buckets that are not full.
        # Those that are full soonest go: many addresses with one attempt each do not push out one with many.
        for _ in range(min(2, len(self))):
            key, full_at = self._full_at.popitem(last=False)
            if full_at > now:
                self._full_at[key] = full_at
        if len(self) >= self._most:
            oldest = [self._full_at.popitem(last=False) for _ in range(min(SAMPLE, len(self)))]
            oldest.remove(min(oldest, key=lambda item: item[1]))
            self._full_at.update(oldest)


class Owner(NamedTuple):
    """The payer of a cost: a person, or an address that gets `times` a person's allowance."""

    store: BucketStore
    key: str
    times: float = 1.0


_lock = threading.Lock()
people, addresses = BucketStore(), BucketStore()
network = network_of


class Allowance:
    """A person's buckets in RATES, and their address's. Without owners everything is allowed."""

    __slots__ = ("_clock", "owners")

    def __init__(self, *owners: Owner, clock: Callable[[], float] = time.monotonic) -> None:
        self.owners, self._clock = owners, clock

    def take(self, name: str, cost: float = 1.0) -> float:
        """Returns 0.0, or the seconds to wait and takes nothing. A cost above the bucket's size is owed."""
        if name not in limits.RATES:
            return 0.0
        rate, burst = limits.RATES[name]
        with _lock:
            now, longest = self._clock(), 0.0
            for store, key, times in self.owners:
                owed, share = store.get((key, name)) - now, cost / times
                wait = (owed if owed > 0.0 else 0.0) + ((share - burst) / rate if share < burst else 0.0)
                if wait > longest:
                    longest = wait
            if longest > ROUNDING:
                return longest
            self._spend(name, cost / rate, now)
        return 0.0

    def charge(self, name: str, cost: float) -> None:
        """Takes a cost known only afterwards, even if it must be owed. A negative cost is given back."""
        with _lock:
            self._spend(name, cost / limits.RATES[name][0], self._clock())

    def _spend(self, name: str, seconds: float, now: float) -> None:
        for store, key, times in self.owners:
            full_at = store.get((key, name))
            store.set((key, name), (full_at if full_at > now else now) + seconds / times, now)

    def is_flood(self) -> bool:
        """Counts a refusal. True if they come faster than they are forgotten."""
        return Allowance(*self.owners[:1], clock=self._clock).take("refusal") > 0.0


def allowance_of(person: PersonId, guest_from: str | None = None) -> Allowance:
    """Guests also pay from their address, because guests are quickly created."""
    owner = Owner(people, f"person {person}")
    return _if_on(owner) if guest_from is None else _if_on(owner, *_owners(guest_from, limits.ADDRESS_TIMES))


def visitors_from(address: str) -> Allowance:
    return _if_on(*_owners(address, 1.0))


def newcomers_from(address: str) -> Allowance:
    return _if_on(*_owners(address, chat_settings.CHAT_GUESTS_PER_ADDRESS))


def sign_ins_of(username: str, address: str) -> Allowance:
    # By username and address, so that nobody else can lock a person out.
    # Hashed, because the submitted username can be as long as a form.
    name = hashlib.sha256(username.casefold().encode()).hexdigest()[:32]
    return _if_on(Owner(addresses, f"{name} {network(address)}"), *_owners(address, limits.ADDRESS_TIMES))


def _if_on(*owners: Owner) -> Allowance:
    return Allowance(*owners) if chat_settings.CHAT_RATE_LIMITS else Allowance()


def _owners(address: str, times: float) -> list[Owner]:
    # A provider hands out 65,536 IPv6 networks as easily as one: they share an allowance.
    narrow, wide = network(address), network(address, 48)
    owners = [Owner(addresses, narrow, times)]
    return owners if wide == narrow else [*owners, Owner(addresses, wide, times * limits.WIDE_TIMES)]
