"""Database access for one process: a pool of reading threads and the single writing thread.

Never uses the thread that Django and Channels share, where a page's slow query would delay deliveries.
"""

import asyncio
import time
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from django.db import InterfaceError, OperationalError, connection

from chat import protocol
from chat.actions import Refused
from chat.writer.writer import Done, Writer

from .fair_pool import FairPool

READERS = 4
# Threads for searches, which take longer than any other read.
SEARCHERS = 2
# Most items in one shared read, so that it holds the interpreter for a few milliseconds only.
HERD = 200

T = TypeVar("T")


class Database:
    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._pool = ThreadPoolExecutor(READERS, thread_name_prefix="chat-read")
        self._searchers = FairPool(SEARCHERS, "chat-search")
        self.writer = Writer(loop.call_soon_threadsafe)
        self._herds: dict[Any, list[tuple[Any, asyncio.Future[Any]]]] = {}
        self._reading: dict[Any, asyncio.Task[None]] = {}

    async def read(self, query: Callable[..., T], *args: Any) -> T:
        return await self._loop.run_in_executor(self._pool, _read, query, args)

    async def search(self, query: Callable[..., T], person: Hashable, *args: Any) -> tuple[T, float]:
        """One search per person at a time. Returns the result and the seconds it took."""
        return await self._searchers.run(person, _timed, query, (person, *args))

    async def read_together(self, query: Callable[[list[Any]], list[T]], item: Any) -> T:
        """The answer for one item of a query that takes a list. Items that arrive during a read are read
        together in the next one: no wait when idle, few reads for a crowd."""
        herd = self._herds.setdefault(query, [])
        answer: asyncio.Future[T] = self._loop.create_future()
        herd.append((item, answer))
        if query not in self._reading:
            self._reading[query] = self._loop.create_task(self._read_herds(query))
        return await answer

    async def _read_herds(self, query: Callable[[list[Any]], list[Any]]) -> None:
        try:
            while herd := self._herds[query][:HERD]:
                del self._herds[query][:HERD]
                _answer(herd, await self._answers(query, [item for item, _ in herd]))
        finally:
            del self._reading[query]

    async def _answers(self, query: Callable[[list[Any]], list[Any]], items: list[Any]) -> list[Any]:
        try:
            return await self.read(query, items)
        except Exception as error:
            return [error] * len(items)

    async def write(self, action: Callable[..., Any], *args: Any, alone: bool = False) -> Any:
        """Returns the action's result after the commit. Raises Refused. `alone`: see Job."""
        future: asyncio.Future[Any] = self._loop.create_future()
        if not self.writer.submit(action, *args, done=_setter(future), alone=alone):
            raise Refused(protocol.Code.OVERLOADED)
        outcome = await future
        if isinstance(outcome, Refused):
            raise outcome
        return outcome

    def note(self, action: Callable[..., Any], item: Any) -> None:
        """Queue a write that nobody waits for; it is batched with others of its kind."""
        self.writer.submit(action, item, done=_ignore, takes_list=True)

    async def finish(self, limit: float) -> None:
        """Return when everything accepted is written and answered, or after `limit` seconds."""
        await self._loop.run_in_executor(None, self.writer.stop, limit)
        # Let the last answers, already scheduled on this loop, arrive.
        await asyncio.sleep(0)


def _read(query: Callable[..., T], args: tuple[Any, ...]) -> T:
    """Run a query on this thread's persistent connection. If that broke while idle, reconnect once."""
    try:
        return query(*args)
    except (OperationalError, InterfaceError):
        connection.close()
        return query(*args)


def _timed(query: Callable[..., T], args: tuple[Any, ...]) -> tuple[T, float]:
    began = time.monotonic()
    return _read(query, args), time.monotonic() - began


def _answer(herd: list[tuple[Any, asyncio.Future[Any]]], answers: list[Any]) -> None:
    for (_, waiting), answer in zip(herd, answers, strict=True):
        if waiting.done():
            continue  # cancelled meanwhile
        if isinstance(answer, Exception):
            waiting.set_exception(answer)
        else:
            waiting.set_result(answer)


def _setter(future: asyncio.Future[Any]) -> Done:
    def done(outcome: Any) -> None:
        if not future.done():
            future.set_result(outcome)

    return done


def _ignore(_outcome: Any) -> None:
    """The writer logs failures."""
