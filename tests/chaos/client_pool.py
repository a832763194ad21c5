"""Many clients in one event loop: they connect, post and are waited for."""

import asyncio
import contextlib
import random
import time
from collections.abc import Iterator
from typing import Any

from .client import BACK_OFF, Client, Person
from .recording import Recording

__all__ = ["BACK_OFF", "Client", "ClientPool", "Person", "until"]


class ClientPool:
    """Clients that run together. A context manager: at its end they are disconnected."""

    def __init__(self, people: list[Person], port: Any, seed: int, follows: bool = True) -> None:
        self.dice = random.Random(seed)
        self.clients = [
            Client(f"c{number}", person, port, random.Random(self.dice.random()), follows)
            for number, person in enumerate(people)
        ]
        self.tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> "ClientPool":
        self.tasks = [asyncio.create_task(client.run()) for client in self.clients]
        return self

    async def __aexit__(self, *_: object) -> None:
        for client in self.clients:
            client.stop()
        await asyncio.sleep(0.1)
        for task in self.tasks:
            task.cancel()
        for task in self.tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task

    @property
    def recordings(self) -> list[Recording]:
        return [client.recording for client in self.clients]

    def absences(self) -> Iterator[float]:
        """The length of each interruption of each client, in seconds."""
        for recording in self.recordings:
            closed = 0.0
            for entry in recording.of("close", "open"):
                if entry.what == "open" and closed:
                    yield entry.at - closed
                closed = entry.at if entry.what == "close" else 0.0

    async def all_in(self, seconds: float = 90.0) -> float:
        """Waits until every client that has not stopped is welcomed and follows its rooms. Returns the
        seconds."""
        return await until(lambda: all(c.stopped or c.is_in for c in self.clients), seconds, "all are in")

    async def most_in(self, share: float = 0.8, seconds: float = 90.0) -> None:
        """Waits until most clients are connected again, so that the next fault hits somebody."""
        few = len(self.clients) * share
        await until(lambda: sum(c.is_in for c in self.clients) >= few, seconds, "most are back")

    async def talk(self, rate: float, seconds: float, writers: int | None = None, most: int = 20) -> None:
        """Posts `rate` messages a second from random clients, except those with `most` unacknowledged
        messages."""
        end, step, due = time.monotonic() + seconds, 1.0 / rate, time.monotonic()
        pool = [client for client in self.clients[:writers] if client.person.rooms]
        while time.monotonic() < end:
            while due <= time.monotonic():
                client = self.dice.choice(pool)
                if client.unsettled < most and not client.stopped:
                    client.post(self.dice.choice(client.person.rooms))
                due += step
            await asyncio.sleep(min(step, 0.005))


async def until(ready: Any, seconds: float, what: str = "what was waited for") -> float:
    """Returns the seconds waited. Raises AssertionError."""
    start = time.monotonic()
    while not ready():
        if time.monotonic() - start > seconds:
            raise AssertionError(f"not within {seconds} s: {what}")
        await asyncio.sleep(0.01)
    return time.monotonic() - start
