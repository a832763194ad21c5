"""The short version of `make chaos`: a load with three kills holds, and every broken promise is noticed."""

import asyncio
import os

import pytest

from tests.chaos import breaks, cases
from tests.chaos.run import CASES, Run, perform

assert cases
HERE = {"sqlite": "sqlite", "postgres": "cluster"}[os.environ["CHAT_TEST_ON"]]

# Which case catches which break, as which kind of fault, and where it is tried.
CAUGHT = {
    "skip": ("L1", "gap", "sqlite"),
    "double": ("L1", "duplicated", "sqlite"),
    "swap": ("L1", "gap", "sqlite"),
    "invent": ("L1", "phantom", "sqlite"),
    "deaf": ("L1", "stuck", "sqlite"),
    "early_ack": ("F1a", "lost", "sqlite"),
    "nonce": ("F30a", "duplicated", "sqlite"),
    "removal": ("I10a", "leaked", "sqlite"),
    "ban": ("I10b", "leaked", "sqlite"),
    "unbounded": ("F24", "promise", "sqlite"),
    "epoch": ("F41", "promise", "sqlite"),
    "storage": ("F17", "lost", "sqlite"),
    "drain": ("F3", "promise", "cluster"),
    "lease": ("F43a", "error", "cluster"),
    "fence": ("F27", "error", "cluster"),
}
TRIED = [name for name, (_, _, where) in CAUGHT.items() if where == HERE]


def performed(case: str, broken: str = "") -> Run:
    inject = {"CHAOS_BREAK": broken} if broken else {}
    run = Run(HERE, seed=1, inject=inject, patience=10.0 if broken else 60.0)
    return asyncio.run(perform(CASES[case], run))


def test_a_load_with_three_kills_holds() -> None:
    run = performed("L0")
    assert not run.faults, "\n".join([*map(str, run.faults[:10]), *run.histories])
    assert run.counts["kill -9"] == 3
    assert run.counts["acked"] > 500


def test_a_process_killed_at_the_worst_moments_leaves_nothing_half_done() -> None:
    run = performed("F2a")
    assert not run.faults, "\n".join([*map(str, run.faults[:10]), *run.histories])
    assert run.counts["kill -9"] == 5


@pytest.mark.parametrize("broken", TRIED)
def test_a_broken_promise_is_noticed(broken: str) -> None:
    case, kind, _ = CAUGHT[broken]
    run = performed(case, broken)
    assert kind in {fault.kind for fault in run.faults}, run.faults


def test_each_break_is_tried_somewhere() -> None:
    assert CAUGHT.keys() == breaks.BREAKS.keys()
