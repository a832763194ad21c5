"""`make chaos`: run the catalogue, say what held, write the figures down. Environment:

CASE=F1,F12 only these · ON=sqlite or cluster only there · ROUNDS=20 kills · FRAMES=50000 mutated frames
· SEED= · BREAK=name with one promise broken, which has to end red · MINUTES= for the long run (CASE=LONG)
"""

import asyncio
import logging
import os
import random
import sys
import time

from tests import services

from . import breaks, cases, report
from .run import CASES, Named, Run, perform

assert cases


def chosen() -> list[tuple[Named, str]]:
    asked = [name for name in os.environ.get("CASE", "").split(",") if name]
    unknown = [name for name in asked if name not in CASES]
    if unknown:
        sys.exit(f"no such case: {', '.join(unknown)}. There are: {', '.join(CASES)}")
    where = [os.environ["ON"]] if os.environ.get("ON") else ["sqlite", "cluster"]
    wanted = [CASES[name] for name in asked] or [named for named in CASES.values() if named.daily]
    return [(named, kind) for kind in where for named in wanted if kind in named.on]


def settings() -> dict:
    broken = os.environ.get("BREAK", "")
    if broken and broken not in breaks.BREAKS:
        sys.exit(f"no such break: {broken}. There are: {', '.join(breaks.BREAKS)}")
    return {
        "seed": int(os.environ.get("SEED") or random.randrange(10**6)),
        "rounds": int(os.environ.get("ROUNDS") or 20),
        "frames": int(os.environ.get("FRAMES") or 50_000),
        "minutes": float(os.environ.get("MINUTES") or 0),
        "stand_in": {"CHAOS_BREAK": broken} if broken else {},
    }


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
