"""optimise, on problems whose best design is known."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from tests.studies.design.optimisation.problems import (
    BINH_KORN,
    BRANIN,
    HARTMANN,
    NEWSVENDOR,
    RESERVE,
    ZDT1,
    best_of,
    binh_korn,
    branin,
    hartmann,
    newsvendor,
    reserve,
    zdt1,
)
from tokenspice.engine.errors import StudyError
from tokenspice.engine.study import Choice, Range, Spec, Study, Uniform
from tokenspice.engine.variables import Value
from tokenspice.studies.design.optimisation.fronts import hypervolume
from tokenspice.studies.design.optimisation.optimise import optimise


def test_branin_is_found_with_its_race_and_its_confirmation_within_the_budget() -> None:
    result = optimise(branin, BRANIN, budget=200, reps=1)

    assert best_of(result)["y"] - 0.397887 < 0.02
    assert result.verdict == "done" and result.runs_made <= 201
    assert "nothing is left to chance" in result.report()


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_hartmanns_deepest_well_of_six_dimensions_is_found(seed: int) -> None:
    assert best_of(optimise(hartmann, HARTMANN, budget=500, reps=1, seed=seed))["y"] + 3.32237 < 0.25


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_front_of_zdt1_rules_nearly_all_that_can_be_ruled(seed: int) -> None:
    front = optimise(zdt1, ZDT1, budget=2000, reps=1, seed=seed).tables["front"].to_pylist()

    assert hypervolume(np.array([(row["f"], row["g"]) for row in front]), (1.1, 1.1)) >= 0.85


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_front_of_binh_and_korn_keeps_both_constraints(seed: int) -> None:
    result = optimise(binh_korn, BINH_KORN, budget=1000, reps=1, seed=seed)

    front = result.tables["front"].to_pylist()
    assert hypervolume(np.array([(row["f"], row["g"]) for row in front]), (140, 50)) >= 5230
    for row in front:
        found = binh_korn({"x": row["x"], "y": row["y"]}, 0)
        assert found["near"] <= 25 and found["far"] >= 7.7
    assert result.verdict == "holds"


@pytest.mark.slow
def test_the_newsvendor_buys_as_much_as_theory_says_and_its_confirmed_profit_holds_the_true_one(tmp_path: Path) -> None:
    result = optimise(newsvendor, NEWSVENDOR, budget=20_000, reps=400, out_dir=tmp_path / "study")

    best = best_of(result)
    assert best["q"] == pytest.approx(113.49, abs=2)
    page = result.report()
    row = next(line for line in page.splitlines() if line.startswith("| profit"))
    low, high = (float(text) for text in row.split("|")[4].strip(" []").split(","))
    assert low <= 274.58 <= high
    assert tomllib.loads((tmp_path / "study" / "best.toml").read_text())["q"] == best["q"]


def test_what_a_search_believes_of_its_best_is_more_than_fresh_seeds_give() -> None:
    gains = []
    for seed in range(12):
        result = optimise(newsvendor, NEWSVENDOR, budget=400, reps=4, seed=seed)
        best = best_of(result)
        designs = result.tables["designs"].to_pylist()
        (found,) = {row["goal profit"] for row in designs if row["q"] == best["q"]}
        # Against what the design truly earns; its own seeds made it the best of many.
        rng = np.random.default_rng(0)
        truth = np.mean(4 * np.minimum(best["q"], rng.normal(100, 20, 100_000)) - best["q"])
        gains.append(found - truth)

    assert np.mean(gains) > 0


def test_a_local_search_walks_downhill_from_the_defaults_and_stops_at_the_constraint() -> None:
    def bowl(settings: Mapping[str, Value], seed: int) -> dict[str, float]:
        x, y = float(settings["x"]), float(settings["y"])
        return {"value": (x - 3) ** 2 + (y - 1) ** 2, "sum": x + y}

    study = Study(
        design={"x": Range(0.0, 4.0), "y": Range(0.0, 4.0)},
        goals={"value": "minimise"},
        specs=[Spec("sum", at_most=2.0)],
    )
    best = best_of(optimise(bowl, study, budget=200, reps=1, local=True))

    assert (best["x"], best["y"]) == pytest.approx((2, 0), abs=0.02)
    assert best["feasible"]


def test_choices_and_failures_and_sets_that_cannot_run_are_lived_with() -> None:
    def shop(settings: Mapping[str, Value], seed: int) -> dict[str, float]:
        if settings["kind"] == "broken":
            raise ValueError("it fell over")
        return {"gain": float(settings["size"]) * (2.0 if settings["kind"] == "good" else 1.0)}

    study = Study(
        design={"kind": Choice("broken", "poor", "good"), "size": Range(1.0, 9.0)}, goals={"gain": "maximise"}
    )
    result = optimise(shop, study, budget=200, reps=1)

    assert best_of(result)["kind"] == "good" and best_of(result)["gain"] > 17
    assert "runs failed; they meet no spec" in result.report()


def test_where_no_design_meets_the_specs_it_says_so() -> None:
    study = Study(
        design={"x": Range(0.0, 1.0)}, goals={"x": "minimise"}, specs=[Spec("end", at_least=2.0, in_share=0.9)]
    )

    def never(settings: Mapping[str, Value], seed: int) -> dict[str, float]:
        return {"x": float(settings["x"]), "end": float(settings["x"])}

    result = optimise(never, study, budget=200, reps=2)

    assert result.verdict == "fails" and result.exit_code == 3
    assert "No design that was tried meets all specs" in result.report()
    assert best_of(result)["x"] > 0.95  # the one that violates them least


def test_corners_lead_to_the_least_reserve_that_lasts_in_99_of_100_runs() -> None:
    result = optimise(reserve, RESERVE, robust="corners", budget=6000)

    last = result.table.to_pylist()[-1]
    assert last["u"] == pytest.approx(96.527, abs=3)
    assert result.verdict == "holds" and last["met end >= 0 in 0.99"] >= 0.99 * last["n"]
    assert result.runs_made <= 6001


def test_yield_finds_the_design_that_fails_least_often() -> None:
    result = optimise(newsvendor, NEED, robust="yield", budget=4000)

    # The chance that 4 min(q, D) - q >= 100 is that of D >= (100 + q)/4, for all q >= 100/3; so q = 34 is best.
    assert best_of(result)["q"] < 45
    assert "share of runs that meet all specs" in result.report()


NEED = Study(
    design={"q": Range(34.0, 150.0)},
    random={"mean": Uniform(40, 60)},
    goals={"profit": "maximise"},
    specs=[Spec("profit", at_least=100.0, in_share=0.9)],
)


def test_regret_is_shared_between_the_scenarios() -> None:
    study = Study(
        design={"q": Range(20.0, 200.0)}, environment={"mean": Range(60.0, 140.0)}, goals={"profit": "maximise"}
    )
    result = optimise(newsvendor, study, robust="regret", reps=50, budget=12_000)

    # Of the two means each asks for its own q, 73.5 and 153.5; between them the two regrets are nearly alike.
    low, high = (row["regret"] for row in result.table.to_pylist())
    assert low == pytest.approx(high, rel=0.35) and 20 < low < 50


@pytest.mark.parametrize(
    ("study", "changes", "words"),
    [
        (Study(goals={"y": "minimise"}), {}, "the study has none. Write --design NAME=LOW:HIGH"),
        (Study(design={"a": Range(0.0, 1.0)}), {}, "needs a goal. Write --goal METRIC=min"),
        (BRANIN, {"robust": "corners"}, "--robust corners needs a spec"),
        (BRANIN, {"robust": "regret"}, "corners of the environment, and the study has none"),
        (BRANIN, {"robust": "best"}, 'there is no robust "best"'),
        (ZDT1, {"local": True}, "2 goals: --local takes one"),
        (BRANIN, {"local": True, "sampler": "tpe"}, "takes no --sampler tpe"),
        (BRANIN, {"local": True, "robust": "corners"}, "Leave --local out"),
        (BRANIN, {"constraint": "share", "robust": "regret"}, "Leave --constraint share out"),
        (BRANIN, {"budget": 10}, "optimise takes at least 80 runs"),
        (Study(design=BRANIN.design, goals={"z": "minimise"}), {}, 'the metric "z". There are: y'),
    ],
)
def test_what_cannot_be_answered_is_refused(study: Study, changes: dict[str, object], words: str) -> None:
    with pytest.raises(StudyError, match=words):
        optimise(branin, study, **changes)  # type: ignore[arg-type]


def test_where_no_design_can_be_run_the_first_reason_is_told() -> None:
    def broken(settings: Mapping[str, Value], seed: int) -> dict[str, float]:
        if settings["x"] != 0.5:
            raise ValueError("it fell over")
        return {"y": 1.0}

    study = Study(design={"x": Range(0.0, 1.0)}, environment={}, goals={"y": "minimise"})
    with pytest.raises(StudyError, match="none of .* designs can be run. The first: .*it fell over"):
        optimise(broken, study, budget=60, reps=1, sampler="cmaes", seed=3)


@pytest.mark.slow
def test_a_study_that_is_done_again_makes_no_run_and_the_same_bytes(tmp_path: Path) -> None:
    files = ("best.toml", "journal.log", "designs.parquet", "optimise.parquet", "report.md", "history.png", "ledger")
    one = tmp_path / "one"
    optimise(branin, BRANIN, budget=120, reps=1, out_dir=one)
    before = {name: (one / name).read_bytes() for name in files}

    again = optimise(branin, BRANIN, budget=120, reps=1, out_dir=one, resume=True)

    assert again.runs_made == 0
    assert {name: (one / name).read_bytes() for name in files} == before
