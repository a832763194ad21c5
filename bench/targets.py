"""Performance targets: limit, goal and the measured value of each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

# figure("sat200", "chat", "cpu_us") is the median of the runs; raises KeyError if not measured.
Figure = Callable[[str, str, str], float]


@dataclass(frozen=True)
class Target:
    title: str
    must: float
    aim: float
    value: Callable[[Figure], float]
    unit: str = ""
    less: bool = True

    def verdict(self, found: float) -> str:
        def reaches(limit: float) -> bool:
            return found <= limit if self.less else found >= limit

        return "aim" if reaches(self.aim) else "must" if reaches(self.must) else "missed"


def _against(row: str, name: str, server: str = "chat", peer: str = "gohub") -> Callable[[Figure], float]:
    return lambda figure: figure(row, server, name) / figure(row, peer, name)


def _plain(row: str, name: str, server: str = "chat") -> Callable[[Figure], float]:
    return lambda figure: figure(row, server, name)


def _with_redis(figure: Figure, server: str) -> float:
    return figure("processes", server, "cpu_us") + figure("processes", server, "cpu_redis_us")


def _least(title: str, must: float, aim: float, value: Callable[[Figure], float], unit: str = "/s") -> Target:
    return Target(title, must, aim, value, unit, less=False)


def _posts() -> list[Target]:
    rows = {"posts": "64 authors, 64 rooms", "posts1room": "64 authors, one room", "posts512": "512 authors"}
    found = []
    for server, database in (("chat", "SQLite FULL"), ("chat-pg", "PostgreSQL")):
        for row, title in rows.items():
            found += [
                _least(f"durable, {title}, {database}", 8000, 20000, _plain(row, "posts_per_s", server)),
                Target(f"the same: p99, {title}, {database}", 30, 30, _plain(row, "p99_ms", server), " ms"),
            ]  # fmt: skip
    return found


def _ours(title: str, must: float, aim: float, row: str) -> list[Target]:
    """One target per database."""
    return [
        Target(f"{title}, {database}", must, aim, _plain(row, "p95_ms", server), " ms")
        for server, database in (("chat", "SQLite"), ("chat-pg", "PostgreSQL"))
    ]


TARGETS = [
    Target("200 in a room, 16 posts: CPU per delivery / Go hub", 0.5, 0.2, _against("sat200", "cpu_us"), "×"),
    _least("the same: deliveries/s / Go hub", 2, 5, _against("sat200", "deliveries_per_s"), "×"),
    _least("64 posts: deliveries/s / Go hub", 3.5, 10, _against("sat200w64", "deliveries_per_s"), "×"),
    _least("5,000 in one room: deliveries/s", 600_000, 2_000_000, _plain("room5000", "deliveries_per_s")),
    Target("200 people × 50/s: p99 / Go hub", 3, 1.8, _against("fan200", "p99_ms"), "×"),
    Target("1,000 people × 10/s: p99 / Go hub", 1.5, 0.8, _against("fan1000", "p99_ms"), "×"),
    Target("200 rooms of 5: CPU per delivery / Go hub", 7, 2, _against("rooms200", "cpu_us"), "×"),
    *_posts(),
    _least("connect, log in, open a room", 500, 1500, _plain("arrive", "arrivals_per_s")),
    Target("memory per idle connection, at 5,000", 28, 20, _plain("idle", "kb_per_connection"), " KB"),
    Target("process idle, everything on", 120, 90, _plain("idle", "rss_empty_mb"), " MB"),
    _least("room page", 600, 1500, _plain("pages", "pages_per_s")),
    Target("open a room of 1,000,000 messages / of 100, SQLite", 1.2, 1.0, _plain("million", "growth"), "×"),
    Target("the same, PostgreSQL", 1.2, 1.0, _plain("million", "growth", "chat-pg"), "×"),
    *_ours("search 1,000,000 messages: p95", 50, 20, "search"),
    *_ours("connect with 200 rooms, all unread: p95", 100, 50, "welcome"),
    *_ours("mark as read, until the counts arrive: p95", 20, 10, "reads"),
    Target("two processes + Redis / one process: CPU per delivery with Redis", 3, 1.8,
           lambda figure: _with_redis(figure, "chat-2") / _with_redis(figure, "chat-pg"), "×"),
]  # fmt: skip


def judged(figure: Figure) -> list[dict[str, Any]]:
    """Results of each target whose rows were measured."""
    found = []
    for target in TARGETS:
        try:
            value = target.value(figure)
        except (KeyError, ZeroDivisionError):
            continue
        found.append({
            "what": target.title, "must": target.must, "aim": target.aim, "less_is_better": target.less,
            "measured": round(value, 3), "unit": target.unit, "verdict": target.verdict(value),
        })  # fmt: skip
    return found
