"""Adds up all long runs in docs/reliability.md: a row for each run, and their sums.

The page is the storage: rows are read back from it, so that several runs add up, one after another or side
by side.
"""

import datetime
import fcntl

from .recording import KINDS
from .report import PAGE, between, machine
from .run import Run

BEGIN, END = "<!-- long runs: make chaos CASE=LONG -->", "<!-- end of long runs -->"
COUNTS = ("kill -9", "Redis faults", "database faults", "acked", "delivered")
NAMES = ("began", "on", "seed", "minutes", *COUNTS, *KINDS, "other faults")
KEY, SUMMED = 3, 3  # the first three say which run it is; the rest are numbers
BEGAN = f"{datetime.datetime.now():%Y-%m-%d %H:%M}"

Cells = list[str]


def keep(run: Run, seed: int, minutes: float) -> None:
    """Writes down a run's results so far, in place of its earlier ones."""
    with PAGE.open("r+") as page:
        fcntl.flock(page, fcntl.LOCK_EX)
        text = page.read()
        found = rows(between(text, BEGIN, END)[1])
        mine = row(run, seed, minutes)
        found = [*(kept for kept in found if kept[:KEY] != mine[:KEY]), mine]
        before, _, after = between(text, BEGIN, END)
        page.seek(0)
        page.truncate()
        page.write(f"{before}{BEGIN}\n\n{machine()}\n\n{table(found)}\n\n{END}{after}")


def row(run: Run, seed: int, minutes: float) -> Cells:
    kinds = [fault.kind for fault in run.faults]
    other = sum(kind not in KINDS for kind in kinds)
    counted = [run.counts.get(name, 0) for name in COUNTS]
    numbers = [round(minutes), *counted, *(kinds.count(kind) for kind in KINDS), other]
    return [BEGAN, run.kind, str(seed), *(f"{number:,}" for number in numbers)]


def table(rows: list[Cells]) -> str:
    numbers = [[int(cell.replace(",", "")) for cell in cells[SUMMED:]] for cells in rows]
    sums = [f"{sum(column):,}" for column in zip(*numbers, strict=True)]
    lines = [NAMES, ["---"] * len(NAMES), *sorted(rows), ["all", "", "", *sums]]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def rows(text: str) -> list[Cells]:
    lines = [line.strip("| ").split("|") for line in text.splitlines() if line.startswith("| 2")]
    return [[cell.strip() for cell in line] for line in lines]
