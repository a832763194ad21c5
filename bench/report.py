"""Formats results as tables, JSON, a chart and the measured part of docs/performance.md."""

import json
import re
from pathlib import Path
from typing import Any

from . import plot
from .rows import ROWS, Row
from .servers import NAMES

FAULTS = ("lost", "doubled", "disordered")
WORDS = {
    "cpu_us": "CPU µs each", "cpu_us_per_post": "CPU µs/post", "deliveries_per_s": "deliveries/s",
    "posts_per_s": "posts/s", "p50_ms": "p50 ms", "p95_ms": "p95 ms", "p99_ms": "p99 ms",
    "arrivals_per_s": "arrivals/s", "kb_per_connection": "KB/connection", "rss_empty_mb": "MB empty",
    "rss_mb": "MB",
    "pages_per_s": "pages/s", "asks_per_s": "answers/s", "bytes": "bytes", "medians_ms": "p50 ms by room",
    "cpu_redis_us": "Redis µs each",
    "cpu_database_us": "database µs each",
}  # fmt: skip
# With other programs busy on more than this many cores, a run is off by some per cent.
NOISE = 0.15
BEGIN, END = "<!-- measured: written by `make bench` -->", "<!-- end of what was measured -->"


def row_table(name: str, row: Row, found: dict[str, Any]) -> str:
    """One benchmark row as a Markdown table, a line per server."""
    lines = [
        f"\n### {row.title} (`{name}`)\n",
        _line("server", *(WORDS[f] for f in row.figures), "× Go hub", "faults"),
    ]
    lines.append("|" + "---|" * (len(row.figures) + 3))
    for server, of_server in found.items():
        figures = [_number(_value(of_server, figure)) for figure in row.figures]
        lines.append(_line(NAMES[server], *figures, _ratio(row, server, found), _faults(of_server["median"])))
    return "\n".join(lines)


def _value(of_server: dict[str, Any], figure: str) -> Any:
    return of_server["median"].get(figure, of_server["runs"][-1].get(figure))


def _line(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"


def _number(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_number, value))
    return f"{value:,.0f}" if value >= 1000 else f"{value:.4g}"


def _ratio(row: Row, server: str, found: dict[str, Any]) -> str:
    """The row's first figure relative to the Go hub's."""
    peer = found.get("gohub", {}).get("median", {}).get(row.figures[0])
    return f"{found[server]['median'][row.figures[0]] / peer:.2f}" if peer else "–"


def _faults(median: dict[str, float]) -> str:
    found = [f"{median[fault]:,.0f} {fault}" for fault in FAULTS if median[fault]]
    return ", ".join(found) or "none"


def targets_table(found: dict[str, Any]) -> str:
    lines = ["\n### Targets\n", _line("what", "must", "aim", "measured", ""), "|---|---|---|---|---|"]
    for target in found["targets"]:
        sign = "≤" if target["less_is_better"] else "≥"
        limits = [f"{sign} {_number(target[name])}{target['unit']}" for name in ("must", "aim")]
        measured = f"{_number(target['measured'])}{target['unit']}"
        lines.append(_line(target["what"], *limits, measured, target["verdict"]))
    return "\n".join(lines)


def write_json(path: Path, found: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, indent=1) + "\n")
    print(f"\nEverything as JSON: {path}")


def write_document(folder: Path, found: dict[str, Any]) -> None:
    """Replaces the measured part of docs/performance.md, its chart and its JSON."""
    path = folder / "performance.md"
    (folder / "performance.svg").write_text(plot.picture(found["rows"]))
    write_json(folder / "performance.json", found)
    tables = [row_table(name, ROWS[name], rows) for name, rows in found["rows"].items()]
    measured = "\n".join([BEGIN, _about(found), targets_table(found), *tables, "", END])
    text = path.read_text() if path.exists() else f"# Performance\n\n{BEGIN}\n{END}\n"
    path.write_text(
        re.sub(f"{re.escape(BEGIN)}.*{re.escape(END)}", lambda _: measured, text, flags=re.DOTALL)
    )


def _about(found: dict[str, Any]) -> str:
    about, others = found["about"], _others(found["rows"])
    versions = ", ".join(f"{name} {number}" for name, number in about["versions"].items())
    noise = (
        f"**The machine was shared: other programs kept {others:.2f} cores busy in the median run.** "
        "Ratios and CPU figures of interleaved runs are accurate to 10 to 20 %; rates and delays are not."
        if others > NOISE
        else f"The machine was quiet: other programs kept {others:.2f} cores busy."
    )
    return (
        f"\nMeasured {about['date']} at commit {about['commit']}{' (--quick)' if about['quick'] else ''} on "
        f"{about['cores']} cores ({about['processor']}), {about['memory_gb']} GB, files on {about['disk']}. "
        f"{noise}\n\n"
        f"{versions}.\n\n![CPU per delivery](performance.svg)\n"
    )


def _others(rows: dict[str, Any]) -> float:
    values = sorted(
        run["others_cores"] for row in rows.values() for server in row.values() for run in server["runs"]
    )
    return float(values[len(values) // 2]) if values else 0.0
