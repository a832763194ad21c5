"""Renders bodies without blocking the event loop.

A short body without code is rendered at once, which takes a millisecond or two. Any other goes to one of a
few processes: a lexer holds the interpreter lock, so a thread would stop every delivery. A body that takes
too long or crashes its process is shown as plain text.
"""

import asyncio
import json
import logging
import os
import queue
import select
import subprocess
import sys
import time
from collections.abc import Hashable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple
from weakref import WeakValueDictionary

from chat.text import Markup

from .markdown import render

log = logging.getLogger(__name__)

PROCESSES = 2
# Longer bodies are not rendered on the event loop.
SHORT = 300
# Seconds by the clock; the first body of a process needs one of them to start it.
DEADLINE = 5.0
ROOT = Path(__file__).parent.parent.parent


class Rendered(NamedTuple):
    """`markup` is None for plain text; `seconds` is the CPU time used."""

    markup: Markup | None
    seconds: float


PLAIN = Rendered(None, 0.0)


class Renderer:
    """One body per person at a time is with the processes, so others wait for at most one of each."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(PROCESSES, thread_name_prefix="chat-render")
        self._idle: queue.SimpleQueue[Worker] = queue.SimpleQueue()
        self._turns: WeakValueDictionary[Hashable, asyncio.Lock] = WeakValueDictionary()

    async def render(self, person: Hashable, body: str) -> Rendered:
        if is_short(body):
            began = time.thread_time()
            return Rendered(render(body), time.thread_time() - began)
        turn = self._turns.setdefault(person, asyncio.Lock())
        async with turn:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._threads, self._render_elsewhere, body)

    def _render_elsewhere(self, body: str) -> Rendered:
        """Blocks, in a thread."""
        worker = self._idle_or_new()
        try:
            rendered = worker.render(body)
        except (OSError, ValueError) as error:
            log.warning("a body of %d characters not rendered: %r", len(body), error)
            worker.end()
            return PLAIN
        self._idle.put(worker)
        return rendered

    def _idle_or_new(self) -> "Worker":
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            return Worker()

    def stop(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        while not self._idle.empty():
            self._idle.get().end()


def is_short(body: str) -> bool:
    return len(body) <= SHORT and "```" not in body and "~~~" not in body


class Worker:
    """A rendering process, started with its first body."""

    def __init__(self) -> None:
        self._process: Any = None

    def render(self, body: str, deadline: float = DEADLINE) -> Rendered:
        """Blocks. Raises OSError or ValueError; the process is then unusable."""
        process = self._process = self._process or _start()
        until = time.monotonic() + deadline
        process.stdin.write(json.dumps(body).encode() + b"\n")
        process.stdin.flush()
        markup, seconds = json.loads(_read_line(process, until))
        return Rendered(Markup(*markup) if markup else None, seconds)

    def end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()


def _start() -> Any:
    """Without this process's environment, which holds its keys."""
    return subprocess.Popen(
        [sys.executable, "-m", "chat.rendering.worker"], cwd=ROOT, env={},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0,
    )  # fmt: skip


def _read_line(process: Any, until: float) -> bytes:
    line = b""
    readable = select.poll()  # select() knows no descriptors above 1,023
    readable.register(process.stdout, select.POLLIN)
    while not line.endswith(b"\n"):
        if not readable.poll(max(0.0, until - time.monotonic()) * 1000):
            raise TimeoutError
        part = os.read(process.stdout.fileno(), 65_536)
        if not part:
            raise BrokenPipeError
        line += part
    return line
