"""Starts and stops with Twisted's reactor under daphne. Uses public names of Twisted only."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from importlib import import_module
from types import FrameType
from typing import Protocol, cast

log = logging.getLogger(__name__)

DRAIN_LIMIT = 25.0


class Timer(Protocol):
    def active(self) -> bool: ...
    def cancel(self) -> None: ...


class Reactor(Protocol):
    """The part of Twisted's reactor that we use; its own methods have no types."""

    def callWhenRunning(self, call: Callable[..., object], *args: object) -> object: ...
    def callLater(self, delay: float, call: Callable[..., object], *args: object) -> Timer: ...
    def callFromThread(self, call: Callable[..., object], *args: object) -> None: ...
    def getReaders(self) -> list[object]: ...
    def stop(self) -> None: ...


def when_running(start: Callable[[], None], drain: Callable[[], Awaitable[None]]) -> None:
    """Under daphne: call `start` once its loop runs, and `drain` on SIGTERM or SIGINT before it stops."""
    if "daphne.server" in sys.modules:
        installed_reactor().callWhenRunning(_arm, installed_reactor(), start, drain)


def installed_reactor() -> Reactor:
    """Twisted's reactor, which daphne has installed. Imported late: under another server the import would
    install one."""
    return cast("Reactor", import_module("twisted.internet.reactor"))


def _arm(reactor: Reactor, start: Callable[[], None], drain: Callable[[], Awaitable[None]]) -> None:
    # "Running" is reported one turn before asyncio's loop runs.
    reactor.callLater(0, _start, start)
    asked: list[int] = []

    def on_signal(number: int, _frame: FrameType | None) -> None:
        asked.append(number)
        if len(asked) == 1:
            reactor.callFromThread(asyncio.ensure_future, _drain_and_stop(reactor, drain))
        else:
            reactor.callFromThread(reactor.stop)  # a second signal stops at once

    try:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, on_signal)
    except ValueError:
        # runserver's reloader serves from a thread, where signals cannot be handled.
        log.info("not the main thread: connections are cut when this server stops")


def _start(start: Callable[[], None]) -> None:
    try:
        start()
    except SystemExit as refusal:
        # Nothing has started yet, and Twisted would log the exception and keep serving.
        print(refusal, file=sys.stderr, flush=True)
        os._exit(1)


def _stop_accepting(reactor: Reactor) -> None:
    """Clients that are told to reconnect must not reach this process again."""
    tcp = sys.modules.get("twisted.internet.tcp")
    if tcp is not None:
        for port in [reader for reader in reactor.getReaders() if isinstance(reader, tcp.Port)]:
            port.stopListening()


async def _drain_and_stop(reactor: Reactor, drain: Callable[[], Awaitable[None]]) -> None:
    _stop_accepting(reactor)
    try:
        await asyncio.wait_for(drain(), DRAIN_LIMIT)
    except Exception:
        log.exception("drain")
    reactor.stop()
