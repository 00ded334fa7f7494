"""Rare failures have the probability that is known of them, at the cost that is allowed."""

import os
import signal
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.studies.design.rare import problems
from tokenspice.engine.errors import StudyError
from tokenspice.engine.study import Normal, Spec, Study
from tokenspice.studies.design import rare
from tokenspice.studies.design.rare.standard_space import Method, search
from tokenspice.studies.design.result import Result

SLOW = pytest.mark.slow


def probability(found: Result, method: str) -> float:
    """The mean of a method's repetitions."""
    values = [row["probability"] for row in found.table.to_pylist() if row["method"] == method]
    return float(sum(values) / len(values))


def within(value: float, truth: float, factor: float) -> bool:
    return truth / factor <= value <= truth * factor


@SLOW
@pytest.mark.parametrize(("u", "truth"), [(100.0, 7.416e-3), (130.0, 3.8005e-5)])
def test_a_reserve_fails_as_convolution_says(u: float, truth: float) -> None:
    found = rare(problems.reserve, problems.RESERVE, settings={"u": u}, budget=25_000)

    assert within(probability(found, "splitting"), truth, 1.5)
    assert found.verdict == "holds"


@SLOW
@pytest.mark.parametrize("most", [20, 30])
def test_a_queue_reaches_its_limit_once_in_two_to_the_power_of_it(most: int) -> None:
    study = problems.queue_study(most)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = rare(problems.queue, study, settings={"K": most}, repeats=20, size=100, budget=33_000, rel=9)

    assert within(probability(found, "splitting"), 1 / (2**most - 1), 1.25)


LINEAR = [(3.0, 1.3499e-3, 18_900, 0.15), (4.5, 3.3977e-6, 25_200, 0.15), (6.0, 9.8659e-10, 35_100, 0.30)]


@SLOW
@pytest.mark.parametrize(("beta", "truth", "runs", "tolerance"), LINEAR)
def test_cross_entropy_finds_a_plane(beta: float, truth: float, runs: int, tolerance: float) -> None:
    study = problems.normal_study(10)

    found = rare(problems.linear(beta), study, method="ce", rel=9, budget=runs + 64)

    assert abs(probability(found, "ce") / truth - 1) < tolerance


@pytest.mark.parametrize(
    ("function", "d", "method", "truth", "runs", "factor"),
    [
        (problems.linear(3.0), 10, "subset", 1.3499e-3, 31_000, 1.25),
        pytest.param(problems.linear(4.5), 10, "subset", 3.3977e-6, 60_064, 1.25, marks=SLOW),
        (problems.four_branches, 2, "is", 2.2237e-3, 21_000, 1.15),
        pytest.param(problems.sphere, 50, "subset", 1.0024e-6, 66_000, 1.4, marks=SLOW),
        (problems.two_sided, 2, "ce", 6.334e-5, 25_800, 1.25),
        (problems.two_sided, 2, "is", 6.334e-5, 21_564, 1.25),
    ],
)
@SLOW
def test_points_find_what_is_known(
    function: Callable[..., Any], d: int, method: Any, truth: float, runs: int, factor: float
) -> None:
    found = rare(function, problems.normal_study(d), method=method, rel=9, budget=runs)

    assert within(probability(found, method), truth, factor)


@SLOW
def test_the_seed_is_one_more_coordinate_of_subset_sampling() -> None:
    study = Study(
        random={"u": Normal(140, 15)}, metrics={"g": problems.KNOWN}, specs=[Spec("g", at_least=0, in_share=0.9)]
    )

    found = rare(problems.noisy_reserve, study, method="subset", rel=9, size=2_000, budget=90_064)

    assert within(probability(found, "subset"), 1.591e-4, 1.6)


def small(**options: Any) -> Result:
    return rare(problems.reserve, problems.RESERVE, settings={"u": 60.0}, size=20, repeats=3, rel=5, **options)


def test_auto_splits_where_all_chance_is_in_the_streams() -> None:
    assert {row["method"] for row in small().table.to_pylist()} == {"splitting"}


def test_auto_takes_cross_entropy_where_there_is_no_noise_and_checks_it_once() -> None:
    found = rare(problems.linear(1.5), problems.normal_study(2), size=100, repeats=2, rel=5)

    methods = [row["method"] for row in found.table.to_pylist()]
    assert methods == ["ce", "ce", "subset"]
    assert "One repetition of subset" in found.report()


def test_two_methods_that_disagree_are_both_reported() -> None:
    def hidden(settings: Any, seed: int) -> dict[str, float]:
        x = settings["x0"]
        return {"g": min(3.2 - x, 8.0 + x) if x > -2.6 else -1.0}

    found = rare(hidden, problems.normal_study(1), size=200, repeats=3, rel=9, seed=1)

    assert {row["method"] for row in found.table.to_pylist()} >= {"ce", "subset"}
    assert found.verdict in ("undecided", "holds")


def test_common_failures_are_cheaper_by_yield() -> None:
    assert "yield is cheaper" in small().report()


def test_branches_that_draw_no_random_variable_anew_are_told() -> None:
    study = replace(problems.RESERVE, random={"u": Normal(60, 20)})

    found = rare(problems.reserve, study, method="splitting", size=40, repeats=2, rel=9)

    assert "A branch draws no random variable anew" in found.report()
    assert "random variable" not in small().report()


def test_the_report_repeats_failing_runs() -> None:
    assert "reserve({'u': 60.0}, " in small().report()
    assert "branches=((" in str(small().tables["failures"]["command"])


def test_a_rare_study_that_is_resumed_makes_no_run_and_writes_the_same_bytes(tmp_path: Path) -> None:
    small(out_dir=tmp_path / "o")
    before = {path.name: path.read_bytes() for path in (tmp_path / "o").iterdir() if path.name != "tool.log"}

    again = small(out_dir=tmp_path / "o", resume=True)

    assert again.runs_made == 0
    assert before == {path.name: path.read_bytes() for path in (tmp_path / "o").iterdir() if path.name != "tool.log"}
    assert {"levels.png", "levels.parquet", "failures.parquet", "report.md"} <= before.keys()


def test_a_budget_that_is_spent_keeps_the_repetitions_that_were_finished() -> None:
    found = small(budget=300)

    assert 0 < found.table.num_rows < 30
    assert found.runs_made <= 301


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"method": "magic"}, 'method = "magic"'),
        ({"repeats": 1}, "2 repetitions or more"),
        ({"rel": 0}, "rel = 0"),
        ({"size": 3}, "20 runs or more"),
        ({"spec": "x"}, 'no spec is of "x". They are of: lowest'),
        ({"method": "subset"}, "moves random variables, and the study declares none"),
        ({"budget": 100}, "at least 500 runs"),
    ],
)
def test_what_cannot_be_asked_is_refused(options: dict[str, Any], says: str) -> None:
    with pytest.raises(StudyError, match=says):
        rare(problems.reserve, problems.RESERVE, settings={"u": 60.0}, **options)


def test_few_different_values_have_no_levels() -> None:
    def rounded(settings: Any, seed: int) -> dict[str, float]:
        return {"g": 4.0 - round(settings["x0"])}

    with pytest.raises(StudyError, match="different values in 256 runs.*Use yield"):
        rare(rounded, problems.normal_study(1))


def test_many_variables_are_not_for_weights() -> None:
    with pytest.raises(StudyError, match="weights points, which fails in 11 variables"):
        rare(problems.linear(3.0), problems.normal_study(11), method="ce")


@pytest.mark.parametrize("error", [KeyboardInterrupt, KeyError])
def test_what_stops_a_point_comes_out_as_it_is(error: type[BaseException]) -> None:
    def stopped(points: Any) -> Any:
        raise error

    with pytest.raises(error):
        search("subset", stopped, 2, 0, 1_000)


@pytest.mark.parametrize("method", ["subset", "ce", "is"])
def test_ctrl_c_ends_a_repetition_and_not_the_process_by_a_fault(method: Method) -> None:
    def interrupted(points: Any) -> Any:
        os.kill(os.getpid(), signal.SIGINT)
        return 4.0 - points.sum(axis=1)

    with pytest.raises(KeyboardInterrupt):
        search(method, interrupted, 2, 0, 1_000)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
