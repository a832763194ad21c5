"""Rate limits of people and of network addresses: token buckets in the memory of this process.

A bucket belongs to a person and not to a connection, so reconnecting does not refill it, and a person's
connections and forms share it. A guest's address pays too, because a guest is quickly made anew. A restart
fills all buckets.
"""

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, NamedTuple

from . import limits
from .conf import chat_settings
from .networks import network_of

# Buckets kept at most. A bucket takes about 330 bytes.
MAX_BUCKETS = 65_536
# How many of the oldest entries are looked at when one has to go.
SAMPLE = 8
# What rounding may add to a sum of waits, in seconds.
ROUNDING = 1e-9


class BucketStore:
    """When each bucket is full again, by its key. A bucket that is full says nothing and is dropped.

    When there are too many, those that are full soonest go first: many addresses with one attempt each do
    not push out the one that has made many.
    """

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
        """Two looks for each new bucket keep the store at about the number of buckets that are not full."""
        for _ in range(min(2, len(self))):
            key, full_at = self._full_at.popitem(last=False)
            if full_at > now:
                self._full_at[key] = full_at
        if len(self) >= self._most:
            oldest = [self._full_at.popitem(last=False) for _ in range(min(SAMPLE, len(self)))]
            oldest.remove(min(oldest, key=lambda item: item[1]))
            self._full_at.update(oldest)


class Owner(NamedTuple):
    """Who pays: a person, or an address with `times` as much as a person has."""

    store: BucketStore
    key: str
    times: float = 1.0


_lock = threading.Lock()
people, addresses = BucketStore(), BucketStore()
network = network_of


class Allowance:
    """The buckets of RATES that one person (and their address) has. Without owners everything is allowed."""

    __slots__ = ("_clock", "owners")

    def __init__(self, *owners: Owner, clock: Callable[[], float] = time.monotonic) -> None:
        self.owners, self._clock = owners, clock

    def take(self, name: str, cost: float = 1.0) -> float:
        """Returns 0.0, or the seconds to wait; then nothing is taken. A name without a rate is free.

        A cost above what fits in the bucket is taken when the bucket is full, and owed.
        """
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
        """Takes what is known only afterwards, also when it is not there: it is owed. Negative gives back."""
        with _lock:
            self._spend(name, cost / limits.RATES[name][0], self._clock())

    def _spend(self, name: str, seconds: float, now: float) -> None:
        for store, key, times in self.owners:
            full_at = store.get((key, name))
            store.set((key, name), (full_at if full_at > now else now) + seconds / times, now)

    def is_flood(self) -> bool:
        """Counts one refusal. True when the person's refusals come faster than they are forgotten."""
        return Allowance(*self.owners[:1], clock=self._clock).take("refusal") > 0.0


def allowance_of(person: Any, guest_from: str | None = None) -> Allowance:
    """A person's allowance; a guest also pays from the address they come from."""
    owner = Owner(people, f"person {person}")
    return _if_on(owner) if guest_from is None else _if_on(owner, *_owners(guest_from, limits.ADDRESS_TIMES))


def visitors_from(address: str) -> Allowance:
    """Of an address whose people are not known yet."""
    return _if_on(*_owners(address, 1.0))


def newcomers_from(address: str) -> Allowance:
    """Who may come in from an address as a guest, or make an account there."""
    return _if_on(*_owners(address, chat_settings.CHAT_GUESTS_PER_ADDRESS))


def sign_ins_of(username: str, address: str) -> Allowance:
    """Wrong passwords of one username from one address, so that nobody elsewhere can keep a person out; and
    all wrong ones from that address."""
    # Hashed, for a username that is sent can be as long as a form.
    name = hashlib.sha256(username.casefold().encode()).hexdigest()[:32]
    return _if_on(Owner(addresses, f"{name} {network(address)}"), *_owners(address, limits.ADDRESS_TIMES))


def _if_on(*owners: Owner) -> Allowance:
    return Allowance(*owners) if chat_settings.CHAT_RATE_LIMITS else Allowance()


def _owners(address: str, times: float) -> list[Owner]:
    """A provider gives out 65,536 networks of IPv6 as easily as one: they pay together, too."""
    narrow, wide = network(address), network(address, 48)
    owners = [Owner(addresses, narrow, times)]
    return owners if wide == narrow else [*owners, Owner(addresses, wide, times * limits.WIDE_TIMES)]
