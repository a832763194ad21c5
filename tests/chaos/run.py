"""Defines cases and runs them: a case has a name, runs on one deployment or both, and is judged at its
end."""

import asyncio
import time
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from .checker import around, check
from .client_pool import ClientPool, until
from .cluster import Cluster
from .recording import Entry, Fault, Recording

# Generous: the promise is that it happens. How soon is a figure, good on a machine with nothing else to do.
SETTLE = 90.0


class Missing(Exception):
    """This machine lacks what a case needs. The case fails: what was not tried is not proven."""


@dataclass
class Run:
    """The parameters of a case and its results: figures by name, counts, faults."""

    kind: str
    seed: int
    rounds: int = 20
    frames: int = 50_000
    minutes: float = 0.0
    patience: float = SETTLE
    inject: dict[str, str] = field(default_factory=dict)
    figures: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    histories: list[str] = field(default_factory=list)

    def cluster(self, **how: Any) -> Cluster:
        how["inject"] = self.inject | how.get("inject", {})
        return Cluster(self.kind, **how)

    @asynccontextmanager
    async def connected(self, port: Any = None, **how: Any) -> AsyncIterator[tuple[Cluster, ClientPool]]:
        """A cluster with all its clients connected."""
        async with (
            self.cluster(**how) as cluster,
            ClientPool(cluster.people, port or cluster.port, self.seed) as pool,
        ):
            await pool.all_in(300)
            yield cluster, pool
            if self.faults and not self.histories:
                self.histories.append(cluster.log_tail())

    def count(self, what: str, more: int = 1) -> None:
        self.counts[what] = self.counts.get(what, 0) + more

    def must(self, true: Any, what: str, kind: str = "promise") -> None:
        if not true:
            self.faults.append(Fault(kind, "", what))

    def figure(self, name: str, value: float) -> None:
        """Keeps the worst value of a run."""
        self.figures[name] = max(value, self.figures.get(name, value))

    async def settle(self, cluster: Cluster, pool: ClientPool, *, dense: bool = True) -> None:
        """After the faults: waits until every client is back, answered and up to date. Then judges."""
        start = time.monotonic()
        try:
            await until(lambda: not any(c.unsettled for c in pool.clients if not c.stopped), self.patience)
            await self._converge(cluster, pool)
        except AssertionError:
            stuck = [c.name for c in pool.clients if c.unsettled or not c.welcomed]
            self.faults.append(
                Fault("stuck", ", ".join(stuck[:10]), f"not settled within {self.patience:.0f} s")
            )
        self.figure("settled after s", round(time.monotonic() - start, 2))
        for client in pool.clients:
            client.recording.converged = not client.stopped and client.follows
        self.judge(await cluster.database_state(), pool.recordings, dense=dense)
        if self.faults:
            self.histories.append(cluster.log_tail())
        for line in cluster.tracebacks()[:3]:
            self.faults.append(Fault("traceback", "log", f"{line[:250]} … {line[-350:]}"))

    async def _converge(self, cluster: Cluster, pool: ClientPool) -> None:
        heads = (await cluster.database_state()).heads
        followers = [c for c in pool.clients if not c.stopped and c.follows]
        await until(lambda: all(c.welcomed for c in followers), self.patience)
        await until(
            lambda: all(c.cursors.get(r, -1) >= heads[r] for c in followers for r in c.rooms),
            self.patience / 3,
        )

    def judge(self, database: Any, recordings: list[Recording], *, dense: bool = True) -> None:
        found = check(recordings, database, dense=dense)
        self.faults += found
        by_name = {recording.name: recording for recording in recordings}
        for fault in found[:3]:
            if fault.at is not None and fault.who in by_name:
                near = around(by_name[fault.who], fault.at)
                self.histories.append("\n".join([f"around {fault.what}:", *map(shown, near)]))
        self.count("acked", len({e.nonce for r in recordings for e in r.of("ack")}))
        self.count("delivered", sum(len(e.rows) for r in recordings for e in r.of("live", "changes")))
        if delays := sorted(delivery_delays(recordings)):
            self.figure("delivery p99 s", round(delays[int(len(delays) * 0.99)], 3))


def shown(entry: Entry) -> str:
    rows = " ".join(f"#{row.id}@{row.seq}" for row in entry.rows[:6])
    note = "" if entry.note is None else f" {entry.note}"
    return f"  {entry.at:.3f} {entry.what} {entry.room[:6]} {entry.seq or ''} {entry.nonce[:8]} {rows}{note}"


def delivery_delays(recordings: list[Recording]) -> list[float]:
    """Seconds from writing each message to each client's first sight of it."""
    sent = {entry.nonce: entry.at for recording in recordings for entry in recording.of("submit")}
    delays = []
    for recording in recordings:
        seen: set[str] = set()
        for entry in recording.of("live", "changes"):
            for row in entry.rows:
                if row.nonce in sent and row.nonce not in seen:
                    seen.add(row.nonce)
                    delays.append(entry.at - sent[row.nonce])
    return delays


Case = Callable[[Run], Awaitable[None]]
BOTH = ("sqlite", "cluster")


@dataclass(frozen=True)
class Named:
    name: str
    claim: str
    on: tuple[str, ...]
    case: Case
    limit: float
    daily: bool


CASES: dict[str, Named] = {}


def case(name: str, claim: str, on: tuple[str, ...] = BOTH, limit: float = 900.0,
         daily: bool = True) -> Callable[[Case], Case]:  # fmt: skip
    """Registers a case. `claim` is printed; after `limit` seconds it has failed. Not `daily`: only when
    asked for."""

    def named(function: Case) -> Case:
        CASES[name] = Named(name, claim, on, function, limit, daily)
        return function

    return named


async def perform(named: Named, run: Run) -> Run:
    """Runs one case on one deployment. Whatever goes wrong is a fault of the run, never an exception."""
    try:
        async with asyncio.timeout(named.limit):
            await named.case(run)
    except Missing as missing:
        run.faults.append(Fault("missing", named.name, str(missing)))
    except TimeoutError:
        run.faults.append(Fault("stuck", named.name, f"not over after {named.limit:.0f} s"))
    except Exception as error:
        run.faults.append(Fault("error", named.name, f"{error!r}\n{traceback.format_exc()[-1500:]}"))
    return run
