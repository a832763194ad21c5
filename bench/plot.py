"""Draws the chart in docs/performance.md: the cost of one delivery by server, on a logarithmic scale."""

import math
from html import escape
from typing import Any

from .rows import ROWS
from .servers import NAMES

SHOWN = ("sat200", "fan200", "rooms200")
COLOURS = {"chat": "#2f6f4f", "chat-pg": "#5b9a7b", "tutorial": "#b3541e", "gohub": "#3f6fa5"}
WIDTH, LEFT, RIGHT, BAR, GAP = 760, 220, 90, 18, 6


def picture(rows: dict[str, Any]) -> str:
    charts = {
        name: {s: of["median"]["cpu_us"] for s, of in rows[name].items()} for name in SHOWN if name in rows
    }
    values = [value for chart in charts.values() for value in chart.values() if value > 0] or [1]
    low, high = 10 ** math.floor(math.log10(min(values))), 10 ** math.ceil(math.log10(max(values)))
    parts, y = [], 44
    for name, chart in charts.items():
        parts.append(_text(16, y, ROWS[name].title, weight="600"))
        y += 12
        for server, value in chart.items():
            parts.append(_bar(y, server, value, low, high))
            y += BAR + GAP
        y += 26
    return _page(y, parts, low, high)


def _bar(y: int, server: str, value: float, low: float, high: float) -> str:
    length = max(2.0, _x(value, low, high) - LEFT)
    return (
        _text(LEFT - 8, y + 13, NAMES[server], anchor="end")
        + f'<rect x="{LEFT}" y="{y}" width="{length:.1f}" height="{BAR}" rx="2" '
        + f'fill="{COLOURS.get(server, "#777")}"/>'
        + _text(LEFT + length + 6, y + 13, f"{value:.3g} µs")
    )


def _x(value: float, low: float, high: float) -> float:
    share = math.log10(max(value, low) / low) / max(1.0, math.log10(high / low))
    return LEFT + share * (WIDTH - LEFT - RIGHT)


def _text(x: float, y: float, words: str, anchor: str = "start", weight: str = "400") -> str:
    return f'<text x="{x:.1f}" y="{y}" text-anchor="{anchor}" font-weight="{weight}">{escape(words)}</text>'


def _page(height: int, parts: list[str], low: float, high: float) -> str:
    lines, step = [], low
    while step <= high * 1.01:
        x = _x(step, low, high)
        lines.append(
            f'<path d="M{x:.1f} 30V{height - 20}" stroke="#8884"/>'
            + _text(x, height - 6, f"{step:g}", "middle")
        )
        step *= 10
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" '
        'font-size="12" fill="#444" role="img" aria-label="CPU microseconds per delivery, by server">'
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>'
        + _text(16, 20, "CPU of the server per delivered message, µs (logarithmic)", weight="600")
        + "".join(lines + parts)
        + "</svg>\n"
    )
