"""`make chaos`: runs the cases, reports what held and writes down the figures. Environment:

CASE=F1,F12 only these · ON=sqlite or cluster only there · ROUNDS=20 kills · FRAMES=50000 mutated frames
· SEED= · BREAK=name with one promise broken, which must fail · WAY=twisted or asgi instead of straight
to the socket · MINUTES= for the long run (CASE=LONG)
"""

import asyncio
import logging
import os
import random
import sys
import time
from collections.abc import Iterable
from typing import Any

from tests import services

from . import breaks, cases, report, write_paths
from .run import CASES, Named, Run, perform

assert cases
SWITCHES = {"BREAK": breaks.BREAKS, "WAY": write_paths.WRITE_PATHS}


def chosen() -> list[tuple[Named, str]]:
    asked = [name for name in os.environ.get("CASE", "").split(",") if name]
    unknown = [name for name in asked if name not in CASES]
    if unknown:
        sys.exit(f"no such case: {', '.join(unknown)}. There are: {', '.join(CASES)}")
    where = [os.environ["ON"]] if os.environ.get("ON") else ["sqlite", "cluster"]
    wanted = [CASES[name] for name in asked] or [named for named in CASES.values() if named.daily]
    return [(named, kind) for kind in where for named in wanted if kind in named.on]


def settings() -> dict[str, Any]:
    inject = {
        f"CHAOS_{name}": one_of(name, names) for name, names in SWITCHES.items() if os.environ.get(name)
    }
    return {
        "seed": int(os.environ.get("SEED") or random.randrange(10**6)),
        "rounds": int(os.environ.get("ROUNDS") or 20),
        "frames": int(os.environ.get("FRAMES") or 50_000),
        "minutes": float(os.environ.get("MINUTES") or 0),
        "inject": inject,
    }


def one_of(name: str, names: Iterable[str]) -> str:
    asked = os.environ[name]
    if asked not in names:
        sys.exit(f"no such {name.lower()}: {asked}. There are: {', '.join(names)}")
    return asked


def main() -> int:
    wanted, how = chosen(), settings()
    services.start("sqlite")
    logging.getLogger("asyncio").setLevel(logging.ERROR)  # it warns of every write to a socket that was cut
    report.begin(how, wanted)
    runs: list[tuple[Named, Run, float]] = []
    for named, kind in wanted:
        began = time.monotonic()
        run = asyncio.run(perform(named, Run(kind, **how)))
        runs.append((named, run, time.monotonic() - began))
        report.one(*runs[-1])
    return report.end(runs, how)


if __name__ == "__main__":
    sys.exit(main())
