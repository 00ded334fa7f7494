"""The study of science funding: what it makes of a run, and that it runs."""

import subprocess
import sys

from tests.conftest import PROJECT
from tokenspice.engine.log import LogRow
from tokenspice.studies.science_funding import TABLES, measure, outcome, summarise


def row(year: float, treasury: float, grants: tuple[int, int] = (0, 0), gini: float = 0.0) -> LogRow:
    funded = {f"researcher{number}_no_proposals_funded": n for number, n in enumerate(grants)}
    funding = {f"researcher{number}_total_funding": 1000.0 * n for number, n in enumerate(grants)}
    return LogRow(Year=year, dao_treasury_OCEAN=treasury, gini_total_funding=gini) | funded | funding


def test_an_outcome_is_read_off_the_rows() -> None:
    rows = [row(0, 500.0), row(1, 300.0), row(2, 90.0), row(3, 80.0, grants=(4, 0), gini=0.5)]

    found = outcome(rows, boundary=100.0)

    assert (found.n_funded, found.n_reached, found.gini, found.years) == (4, 1, 0.5, 1)
    assert (found.treasury, found.granted) == (80.0, 4000.0)


def test_a_table_shows_means_and_extremes() -> None:
    outcomes = [outcome([row(year, 200.0, grants=(year, 1))], boundary=0.0) for year in (2, 4)]

    assert summarise(outcomes)[0] == "4.0 (3.0–5.0)"
    assert summarise(outcomes)[3] == "3.0 (2.0–4.0)"


def test_every_netlist_and_every_change_of_the_tables_runs() -> None:
    for variants in TABLES.values():
        for name, values in variants:
            found = measure(name, values | {"max_ticks": "30"}, seed=1)
            assert found.n_funded >= 1 and found.granted > 0


def test_a_number_of_seeds_that_is_none_is_answered_with_the_usage() -> None:
    command = [sys.executable, "-m", "tokenspice.studies.science_funding", "none"]
    answer = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)

    assert answer.returncode == 2 and "Usage" in answer.stderr
