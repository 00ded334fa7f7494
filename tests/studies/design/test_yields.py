"""A yield is the share of runs that meet a spec, told as soon as it is clear, and wrong as rarely as promised."""

import dataclasses
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.studies.design.cases import RESERVE, STUDY, reserve_end
from tokenspice.engine.errors import StudyError
from tokenspice.engine.study import Spec, Study
from tokenspice.studies.design.corner_file import read_corners
from tokenspice.studies.design.yields import yields

# The reserve's end is normal, of mean 50 and standard deviation 20: it fails in 0.62097 % of runs.
FAILING = 6.2097e-3


def end_at_least(limit: float, in_share: float, **words: Any) -> Study:
    return Study(specs=[Spec("end", at_least=limit, in_share=in_share, **words)])


@pytest.mark.parametrize(("in_share", "verdict", "code"), [(0.98, "holds", 0), (0.999, "fails", 3)])
def test_it_is_decided_within_four_thousand_runs(in_share: float, verdict: str, code: int) -> None:
    result = yields(reserve_end, end_at_least(0, in_share), decide=True, budget=4_000)
    row = result.table.to_pylist()[0]

    assert (result.verdict, result.exit_code) == (verdict, code)
    assert row["low"] <= 1 - FAILING <= row["high"]
    assert row["runs"] <= 4_000


def test_a_verdict_is_wrong_in_at_most_five_of_a_hundred_studies() -> None:
    """Its failures are as many as just allowed, so that either verdict is wrong."""

    def coin(settings: Mapping[str, Any], seed: int) -> dict[str, float]:
        return {"end": float(np.random.default_rng(seed).random() >= 0.1) - 0.5}

    wrong = [
        yields(coin, end_at_least(0, 0.9), decide=True, budget=256, seed=seed).verdict != "undecided"
        for seed in range(40)
    ]

    assert sum(wrong) <= 4  # of 40; with probability 0.05 a right rule is wrong more often


def test_quantiles_are_inside_their_intervals() -> None:
    result = yields(reserve_end, end_at_least(0, 0.98), budget=4_096)
    rows = {row["statistic"]: row for row in result.tables["metrics"].to_pylist()}

    for name, z in (
        ("1% quantile", -2.3263),
        ("5% quantile", -1.6449),
        ("50% quantile", 0.0),
        ("95% quantile", 1.6449),
    ):
        assert rows[name]["low"] <= 50 + 20 * z <= rows[name]["high"]
        assert (rows[name]["high"] - rows[name]["low"]) / 2 <= 0.06 * 100
    assert rows["mean"]["low"] <= 50 <= rows["mean"]["high"]


def test_at_the_budget_it_says_how_many_more_runs_it_would_take() -> None:
    result = yields(reserve_end, end_at_least(0, 0.993), decide=True, budget=256)

    assert (result.verdict, result.exit_code) == ("undecided", 4)
    assert "is undecided: it would take about" in result.report()


def test_it_stops_when_shares_are_known_as_well_as_asked() -> None:
    row = yields(reserve_end, end_at_least(30, 0.9), half_width=0.05).table.to_pylist()[0]

    assert (row["high"] - row["low"]) / 2 <= 0.05
    assert row["runs"] < 1_024
    assert row["low"] <= 0.8413 <= row["high"]


def test_corners_have_the_same_seeds_and_are_judged_apart() -> None:
    result = yields(
        reserve_end, end_at_least(0, 0.8), corners={"calm": {"mu": -0.2}, "hard": {"mu": -0.9}}, budget=1_024
    )
    calm, hard, *_ = result.table.to_pylist()

    assert (calm["verdict"], hard["verdict"], result.verdict) == ("holds", "fails", "fails")
    assert calm["runs"] == hard["runs"] == 512


def test_a_limit_on_a_mean_or_a_quantile_is_judged_as_such() -> None:
    mean = yields(reserve_end, end_at_least(45, 0.99, over="mean"), decide=True)
    q05 = yields(reserve_end, end_at_least(10, 0.99, over="q05"), decide=True)
    q10 = yields(reserve_end, end_at_least(40, 0.99, over="q10"), decide=True)

    assert (mean.verdict, q05.verdict, q10.verdict) == ("holds", "holds", "fails")


def test_extracted_runs_stand_at_the_required_share(tmp_path: Path) -> None:
    yields(reserve_end, STUDY, fixed=400, extract=3, out_dir=tmp_path / "y")
    corners = read_corners(tmp_path / "y" / "corners.toml")
    ends = [reserve_end(corner.settings, corner.seed or 0)["end"] for corner in corners]

    assert ends == pytest.approx([50 - 1.2816 * 20] * 3, abs=4.0)


def test_infinite_metrics_have_quantiles_and_no_mean() -> None:
    def day(settings: Mapping[str, Any], seed: int) -> dict[str, float]:
        return {"day": math.inf if seed % 2 else 3.0}

    result = yields(day, Study(specs=[Spec("day", at_least=2.0)]), fixed=64)

    assert "day is infinite in some runs, so it has no mean" in result.report()
    assert "mean" not in {row["statistic"] for row in result.tables["metrics"].to_pylist()}


@pytest.mark.parametrize(("crashed", "failures", "runs"), [("fail", 25, 100), ("ignore", 0, 75)])
def test_runs_that_fail_are_what_was_said(crashed: Any, failures: int, runs: int) -> None:
    def brittle(settings: Mapping[str, Any], seed: int) -> dict[str, float]:
        brittle_calls.append(seed)
        if len(brittle_calls) % 4 == 0:
            raise ValueError("it broke")
        return {"end": 1.0}

    brittle_calls: list[int] = [0, 0, 0, 0]
    row = yields(brittle, end_at_least(0, 0.9), fixed=100, crashed=crashed).table.to_pylist()[0]

    assert (row["failures"], row["runs"]) == (pytest.approx(failures, abs=1), pytest.approx(runs, abs=1))


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ({"half_width": 0.01, "fixed": 10}, "a fixed number of runs has no rule"),
        ({"half_width": 2.0}, "write a share between 0 and 1"),
        ({"budget": 63}, "yield takes at least 64 runs"),
    ],
)
def test_what_cannot_be_asked_is_refused(words: Any, text: str) -> None:
    with pytest.raises(StudyError, match=text):
        yields(reserve_end, STUDY, **words)
    with pytest.raises(StudyError, match="a yield is the share of runs that meet specs"):
        yields(reserve_end, dataclasses.replace(STUDY, specs=()))


def test_the_toys_yield_is_that_of_its_function(tmp_path: Path) -> None:
    result = yields(RESERVE, None, fixed=64, workers=1, out_dir=tmp_path / "y", settings={"max_ticks": 4})

    assert result.table.to_pylist()[0]["yield"] == 1.0
    assert {path.name for path in (tmp_path / "y").iterdir()} >= {
        *("study.json", "ledger", "runs.parquet", "yield.parquet", "metrics.parquet", "failures.parquet"),
        *("report.md", "tool.log", "yield.png", "end_histogram.png", "end_normal_paper.png"),
    }
