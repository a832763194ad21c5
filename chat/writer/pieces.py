"""Long work in short transactions, so that what others write goes in between."""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from django.db import connection

from chat.actions import Refused

from .writer import perform

# Seconds of the writer's time after which a piece ends; then others have it for as long as that took.
PIECE = 0.02

T = TypeVar("T")
# A row, and why it was refused if it was.
Outcome = tuple[T, Refused | None]


def in_pieces(
    action: Callable[[T], object], rows: Sequence[T], after: Callable[[list[T]], object] | None = None,
    rest: float = 1.0,
) -> Iterator[list[Outcome[T]]]:  # fmt: skip
    """Do `action`, atomic in itself, on each row. Yields what became of a piece's rows after its commit.

    `after` gets the rows of a piece that were not refused, in its transaction. Between two pieces it waits
    `rest` times as long as the first took. Raises Refused where a whole piece could not be written.
    """
    at = 0
    while at < len(rows):
        outcomes, took = perform(_piece, action, rows, at, after)
        at += len(outcomes)
        yield outcomes
        if at < len(rows) and not connection.in_atomic_block:
            time.sleep(rest * took)


def _piece(
    action: Callable[[T], object], rows: Sequence[T], at: int, after: Callable[[list[T]], object] | None
) -> tuple[list[Outcome[T]], float]:
    """At least one row, then as many as fit: it measures instead of guessing how long one takes."""
    start, outcomes = time.monotonic(), list[Outcome[T]]()
    while at < len(rows) and (not outcomes or time.monotonic() - start < PIECE):
        outcomes.append((rows[at], _refusal(action, rows[at])))
        at += 1
    done = [row for row, refused in outcomes if refused is None]
    if after and done:
        after(done)
    return outcomes, time.monotonic() - start


def _refusal(action: Callable[[T], object], row: T) -> Refused | None:
    try:
        action(row)
    except Refused as refused:
        return refused
    return None
