"""Reports a run on the screen and in docs/reliability.md, with the machine and the date."""

import datetime
import os
import platform
from pathlib import Path
from typing import Any

from bin import dev

from .recording import KINDS
from .run import CASES, Named, Run

PAGE = Path(dev.ROOT, "docs", "reliability.md")
BEGIN, END = "<!-- figures: make chaos -->", "<!-- end of figures -->"
CATALOGUE = "<!-- catalogue: python -m tests.chaos.write_catalogue -->", "<!-- end of catalogue -->"


def begin(how: dict[str, Any], wanted: list[Any]) -> None:
    said = [f"{name.removeprefix('CHAOS_').lower()}: {value}" for name, value in how["inject"].items()]
    print(", ".join([f"{len(wanted)} cases", f"SEED={how['seed']}", *said]), flush=True)


def one(named: Named, run: Run, seconds: float) -> None:
    verdict = "FAILED" if run.faults else "held"
    figures = ", ".join(f"{name} {value}" for name, value in {**run.counts, **run.figures}.items())
    print(f"{named.name:>5} {run.kind:<8} {verdict:<6} {seconds:5.1f} s  {named.claim}", flush=True)
    print(f"               {figures}", flush=True)
    for fault in run.faults[:8]:
        print(f"        ! {fault.kind} {fault.who}: {fault.what}", flush=True)
    if len(run.faults) > 8:
        print(f"        ! and {len(run.faults) - 8} more; SEED={run.seed}", flush=True)
    for history in run.histories[:2]:
        print(history, flush=True)


def end(runs: list[tuple[Named, Run, float]], how: dict[str, Any]) -> int:
    table = "\n".join(lines(runs))
    print("\n" + table, flush=True)
    failed = [f"{named.name} on {run.kind}" for named, run, _ in runs if run.faults]
    print(
        f"\nFailed: {', '.join(failed)} (SEED={how['seed']})" if failed else "\nEverything held.", flush=True
    )
    if not how["inject"] and not os.environ.get("CASE"):
        write(table)
    return 1 if failed else 0


def lines(runs: list[tuple[Named, Run, float]]) -> list[str]:
    """The table, in Markdown."""
    faults = [fault for _, run, _ in runs for fault in run.faults]
    counts: dict[str, int] = {}
    for _, run, _ in runs:
        for name, count in run.counts.items():
            counts[name] = counts.get(name, 0) + count
    verdicts = " / ".join(str(sum(fault.kind == kind for fault in faults)) for kind in KINDS)
    rows = [(" / ".join(KINDS), verdicts), *((name, f"{count:,}") for name, count in counts.items())]
    for named, run, _ in runs:
        rows += [(f"{named.name} {run.kind}: {name}", str(value)) for name, value in run.figures.items()]
    return ["| what | figure |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)]


def write(table: str) -> None:
    """Writes the table between the markers of the page."""
    put(PAGE.read_text(), f"{machine()}\n\n{table}", BEGIN, END)


def catalogue() -> str:
    """Every case in Markdown: name, claim, where it runs. A ring marks those that run only when asked for."""
    rows = [
        f"| {named.name}{'' if named.daily else '°'} | {named.claim} | {' and '.join(named.on)} |"
        for named in CASES.values()
    ]
    return "\n".join(["| case | what is broken, and what holds | on |", "|---|---|---|", *sorted(rows)])


def put(text: str, what: str, begin: str, end: str) -> None:
    before, _, after = between(text, begin, end)
    PAGE.write_text(f"{before}{begin}\n\n{what}\n\n{end}{after}")


def between(text: str, begin: str, end: str) -> tuple[str, str, str]:
    """The text before the two markers, between them, and after."""
    before, rest = text.split(begin)
    inside, after = rest.split(end)
    return before, inside, after


def machine() -> str:
    return f"{datetime.date.today():%Y-%m-%d}, {os.cpu_count()} cores, Python {platform.python_version()}"
