"""Connections that have not said all of a request yet: how long they may take, how many of one network may
wait, and which of them give way when open files run short.

Knows nothing of Twisted: a connection is whatever can be `abort`ed. Where all come from one proxy, their
network is None and they are not counted; the deadline and giving way hold for them too.
"""

import logging
import math
import time
from collections.abc import Callable
from itertools import chain, islice
from typing import Protocol

log = logging.getLogger(__name__)

# Seconds from the connection, or the first byte of a further request, to the end of its headers.
HEADERS_WITHIN = 10.0
# Of one network, waiting at once. They wait for milliseconds; but a school may come back in the same second.
EACH_NETWORK = 500
# Seconds between two lines of the log that say the same.
SAID_EVERY = 60.0


class Arriving(Protocol):
    def abort(self) -> None: ...


class Arrivals:
    """`clock` is a monotonic one."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        # Each network's, the oldest first, with the time by which their headers must be complete.
        self._waiting: dict[str | None, dict[Arriving, float]] = {}
        self._network: dict[Arriving, str | None] = {}
        self._idle: dict[Arriving, str | None] = {}
        self._said_at = -math.inf

    def __len__(self) -> int:
        """Those that wait."""
        return len(self._network)

    def add(self, arriving: Arriving, network: str | None) -> None:
        """A new one. The oldest of a network that has too many gives way: a crowd behind one address goes on
        getting in while somebody there holds connections open."""
        group = self._waiting.setdefault(network, {})
        if network is not None and len(group) >= EACH_NETWORK:
            self._end(next(iter(group)))
            group = self._waiting.setdefault(network, {})
        group[arriving] = self._clock() + HEADERS_WITHIN
        self._network[arriving] = network

    def has_headers(self, arriving: Arriving) -> None:
        """Its body has a deadline of its own."""
        if arriving in self._network:
            self._waiting[self._network[arriving]][arriving] = math.inf

    def forget(self, arriving: Arriving) -> None:
        """It has said a whole request, or is gone."""
        self._idle.pop(arriving, None)
        if arriving in self._network:
            network = self._network.pop(arriving)
            group = self._waiting[network]
            del group[arriving]
            if not group:
                del self._waiting[network]

    def rest(self, arriving: Arriving, network: str | None) -> None:
        """It was answered and may ask again."""
        self._idle[arriving] = network

    def wake(self, arriving: Arriving) -> None:
        """A resting one begins to speak."""
        if arriving in self._idle:
            self.add(arriving, self._idle.pop(arriving))

    def give_way(self, newest: Arriving) -> None:
        """Open files are short: close the oldest that waits, of the network that has most; else the one that
        rested longest; else the new one itself."""
        groups = sorted(self._waiting.values(), key=len, reverse=True)
        waiting = (one for group in groups[:2] for one in islice(group, 2) if one is not newest)
        self._say_short()
        self._end(next(chain(waiting, self._idle, [newest])))

    def cut_late(self) -> None:
        now = self._clock()
        late = [one for group in self._waiting.values() for one, by in group.items() if by < now]
        for one in late:
            self._end(one)

    def _end(self, arriving: Arriving) -> None:
        self.forget(arriving)
        arriving.abort()

    def _say_short(self) -> None:
        if self._clock() - self._said_at > SAID_EVERY:
            self._said_at = self._clock()
            log.warning("open files run short: connections that wait or rest are closed for new ones")
