"""Helpers for writer tests: answers, a gate that holds the writer, a name to write."""

import threading
from collections.abc import Callable
from typing import Any

from chat.models import Workspace
from chat.writer.writer import Writer
from tests.services import wait_until


class Answers(list[Any]):
    """What jobs were answered, in order; and a loop that is this thread's list."""

    def call_soon(self, tell: Callable[[Any], None], outcomes: Any) -> None:
        tell(outcomes)


class Gate:
    """A job that holds the writer, so that what follows gathers into one batch."""

    def __init__(self, thread: Writer) -> None:
        self.open, self.entered = threading.Event(), threading.Event()
        assert thread.submit(self.wait, done=lambda _: None)
        assert self.entered.wait(5)

    def wait(self) -> None:
        self.entered.set()
        assert self.open.wait(10)


def rename(name: str) -> str:
    Workspace.current()
    Workspace.objects.update(name=name)
    return name


def name_now() -> str:
    return Workspace.objects.get().name


def after(answers: Answers, count: int) -> None:
    wait_until(lambda: len(answers) >= count, f"{count} answers", 10)
