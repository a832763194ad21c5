"""Limits connections with incomplete requests: by time, per network, and when open files run short.

Independent of Twisted: a connection is anything with `abort`. Behind a proxy the network is None and not
counted; the rest applies.
"""

import logging
import math
import time
from collections.abc import Callable
from itertools import chain, islice
from typing import Protocol

log = logging.getLogger(__name__)

# Seconds from the connection, or the first byte of a later request, to the end of the headers.
HEADERS_WITHIN = 10.0
# Most of one network at once. Each lasts milliseconds, but a whole school may reconnect in the same second.
EACH_NETWORK = 500
# Seconds between two log lines that say the same.
SAID_EVERY = 60.0


class Arriving(Protocol):
    def abort(self) -> None: ...


class Arrivals:
    """`clock` must be monotonic."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        # By network, oldest first, with the deadline for the headers.
        self._waiting: dict[str | None, dict[Arriving, float]] = {}
        self._network: dict[Arriving, str | None] = {}
        self._idle: dict[Arriving, str | None] = {}
        self._said_at = -math.inf

    def __len__(self) -> int:
        return len(self._network)

    def add(self, arriving: Arriving, network: str | None) -> None:
        """Add a new connection. Over the network's limit its oldest is closed: others behind the same
        address still get in while somebody there holds connections open."""
        group = self._waiting.setdefault(network, {})
        if network is not None and len(group) >= EACH_NETWORK:
            self._end(next(iter(group)))
            group = self._waiting.setdefault(network, {})
        group[arriving] = self._clock() + HEADERS_WITHIN
        self._network[arriving] = network

    def has_headers(self, arriving: Arriving) -> None:
        """Lift the deadline: the body has its own."""
        if arriving in self._network:
            self._waiting[self._network[arriving]][arriving] = math.inf

    def forget(self, arriving: Arriving) -> None:
        self._idle.pop(arriving, None)
        if arriving in self._network:
            network = self._network.pop(arriving)
            group = self._waiting[network]
            del group[arriving]
            if not group:
                del self._waiting[network]

    def rest(self, arriving: Arriving, network: str | None) -> None:
        """It was answered and is kept alive for another request."""
        self._idle[arriving] = network

    def wake(self, arriving: Arriving) -> None:
        """An idle connection starts another request."""
        if arriving in self._idle:
            self.add(arriving, self._idle.pop(arriving))

    def give_way(self, newest: Arriving) -> None:
        """Close one connection because open files run short: the oldest incomplete one of the network with
        most, else the one that has been idle longest, else the new one."""
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
