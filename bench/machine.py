"""Checks that this machine can run the benchmarks, and describes it in the results."""

import datetime
import os
import platform
import shutil
import sqlite3
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bin import dev

PACKAGES = ("django", "channels", "channels-redis", "daphne", "twisted", "autobahn", "msgspec", "psycopg")


def fit() -> None:
    """Exits with one line if Go, taskset, a second core or Redis is missing; collects static files."""
    if not shutil.which("go") and not dev.installed_by_apt(["golang-go"]):
        raise SystemExit(
            "The benchmarks need Go for the load generator and the Go hub. Debian: apt-get install golang-go"
        )
    if sys.platform != "linux" or not shutil.which("taskset"):
        raise SystemExit(
            "The benchmarks read /proc and pin programs to cores with taskset: they run on Linux only"
        )
    if len(os.sched_getaffinity(0)) < 2:
        raise SystemExit("The benchmarks need two cores: one for the server, one for the load")
    if not shutil.which("redis-server"):
        raise SystemExit("Redis' server is missing. On Debian: apt-get install redis-server")
    dev.collect_static()


def about(home: Path, quick: bool) -> dict[str, Any]:
    versions = {package: version(package) for package in PACKAGES}
    versions |= {
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "kernel": platform.release(),
    }
    versions |= {
        "go": _word("go", "version", at=2).removeprefix("go"),
        "redis": _word("redis-server", "--version", at=2),
    }
    return {
        "date": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "commit": _word("git", "describe", "--always", "--dirty", "--abbrev=12"),
        "quick": quick,
        "cores": os.cpu_count(),
        "processor": _processor(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "disk": _word("stat", "-f", "-c", "%T", str(home)),
        "versions": dict(sorted(versions.items())),
    }


def _word(*command: str, at: int = 0) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    words = done.stdout.split()
    return words[at] if len(words) > at else "unknown"


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown"
    )
