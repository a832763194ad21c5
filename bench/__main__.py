"""`make bench`: measures the chat beside its peers, prints tables and writes JSON and docs/performance.md.

`python -m bench` measures every row and rewrites the document; `python -m bench sat200 posts` measures only
these rows; `--quick` makes one short run of each, as a smoke test.
"""

import argparse
import os
import resource
import shutil
import statistics
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from . import machine, report, targets, worst_render
from .rows import ROWS
from .run import Failed, measure
from .servers import NAMES, Servers
from .services import Measured

ROOT = Path(__file__).parent.parent


def main() -> None:
    given = arguments()
    chosen = {name: row for name, row in ROWS.items() if name in given.rows or not given.rows}
    machine.fit()
    # On disk: an fsync to a temporary folder in memory proves nothing.
    with ExitStack() as stack:
        home = Path(tempfile.mkdtemp(prefix="bench-", dir="/var/tmp"))
        stack.callback(shutil.rmtree, home, ignore_errors=True)
        home.chmod(0o711)
        Measured.nice, servers = given.nice, Servers(home, stack)
        found = {"about": machine.about(home, given.quick), "rows": {}}
        for name, row in chosen.items():
            found["rows"][name] = measured(servers, name, row, given)
    found["targets"] = targets.judged(figure_of(found["rows"]))
    if not given.rows:
        found["targets"].append(worst_render.target(10 if given.quick else 60))
    print(report.targets_table(found))
    report.write_json(given.json, found)
    if given.write or not (given.rows or given.quick or given.only):
        report.write_document(ROOT / "docs", found)


def arguments() -> argparse.Namespace:
    asked = argparse.ArgumentParser(prog="python -m bench")
    asked.add_argument("rows", nargs="*", metavar="row", help=", ".join(ROWS))
    asked.add_argument("--quick", action="store_true", help="one short run of each server")
    asked.add_argument(
        "--only", nargs="+", metavar="server", choices=NAMES, help="these servers: " + ", ".join(NAMES)
    )
    asked.add_argument("--json", type=Path, default=ROOT / "data" / "bench.json", help="where the numbers go")
    asked.add_argument("--nice", type=int, default=0, help="of what is measured; below 0 needs root")
    asked.add_argument("--write", action="store_true", help="write docs/performance.md even so")
    given = asked.parse_args()
    if unknown := set(given.rows) - ROWS.keys():
        asked.error(f"there is no row {', '.join(unknown)}; there are {', '.join(ROWS)}")
    return given


def measured(servers: Servers, name: str, row: Any, given: argparse.Namespace) -> dict[str, Any]:
    """Runs every server once, then all of them again, so that other load on the machine affects all alike."""
    names = [server for server in row.servers if not given.only or server in given.only]
    runs: dict[str, list[dict[str, Any]]] = {server: [] for server in names}
    for _ in range(1 if given.quick else row.runs):
        for server in names:
            try:
                runs[server].append(measure(servers, row, server, 1 if given.quick else row.seconds))
            except Failed as failure:
                print(f"\nNot measured. {failure}", file=sys.stderr, flush=True)
    found = {server: {"runs": found, "median": median(found)} for server, found in runs.items() if found}
    print(report.row_table(name, row, found), flush=True)
    return found


def median(runs: list[dict[str, Any]]) -> dict[str, float]:
    """Medians of the numeric figures; faults are summed."""
    numbers = [name for name, value in runs[0].items() if isinstance(value, int | float)]
    found = {name: statistics.median(run[name] for run in runs) for name in numbers}
    return found | {fault: sum(run[fault] for run in runs) for fault in report.FAULTS}


def figure_of(rows: dict[str, Any]) -> targets.Figure:
    return lambda row, server, name: float(rows[row][server]["median"][name])


if __name__ == "__main__":
    os.chdir(ROOT)
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    main()
