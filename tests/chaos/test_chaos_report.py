"""Tests that the report lists every case and adds up the long runs."""

from tests.chaos import cases, long_runs, report
from tests.chaos.recording import Fault
from tests.chaos.run import Run

assert cases


def test_every_case_is_in_the_catalogue_as_it_is() -> None:
    shown = report.between(report.PAGE.read_text(), *report.CATALOGUE)[1].strip()
    assert shown == report.catalogue(), "python -m tests.chaos.write_catalogue writes it anew"


def test_runs_add_up_and_a_fault_is_in_the_sum() -> None:
    calm = Run("sqlite", seed=1, counts={"kill -9": 1_200, "acked": 9})
    bad = Run(
        "cluster", seed=2, counts={"acked": 1}, faults=[Fault("lost", "ann", "it"), Fault("error", "", "")]
    )
    rows = [long_runs.row(calm, 1, 60.2), long_runs.row(bad, 2, 1.0)]
    table = long_runs.table(long_runs.rows(long_runs.table(rows)))
    sums = [cell.strip() for cell in table.splitlines()[-1].strip("|").split("|")]
    named = dict(zip(long_runs.NAMES, sums, strict=True))
    assert named["kill -9"] == "1,200"
    assert named["acked"] == "10"
    assert (named["lost"], named["duplicated"], named["other faults"]) == ("1", "0", "1")
