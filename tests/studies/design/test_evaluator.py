"""The evaluator answers in the order asked, from its ledger where it can, and refuses in one line what cannot be asked."""

import dataclasses
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.studies.design.cases import RESERVE, STUDY, Calls, reserve_end
from tokenspice.engine.errors import StrategyError, StudyError
from tokenspice.engine.study import (
    Metric,
    Normal,
    Range,
    Rising,
    Spec,
    Study,
    Uniform,
    at,
    final,
    first_passage,
    highest,
    mean,
)
from tokenspice.studies.batch.workers import Workers
from tokenspice.studies.design.cost import shown_by
from tokenspice.studies.design.evaluator import BudgetSpent, Evaluator
from tokenspice.studies.design.identity import Identity
from tokenspice.studies.design.opening import What, open_study
from tokenspice.studies.design.request import Request
from tokenspice.studies.design.work import set_number
from tokenspice.studies.design.yields import yields
from tokenspice.studies.netlist.netlist_file import load_netlist
from tokenspice.studies.record.run_log import read_log
from tokenspice.studies.run.run import RunOptions, run_once
from tokenspice.web3engine.config import Config

FEW = {"max_ticks": 4}


@pytest.fixture(scope="module")
def workers(config: Config) -> Iterator[Workers]:
    with Workers(1, config=config) as one:
        yield one


@contextmanager
def opened(what: What, study: Study | None, budget: int = 100, **words: Any) -> Iterator[Evaluator]:
    with open_study("test", what, study, Request(**words), {}, budget) as evaluator:
        yield evaluator


def test_answers_come_in_the_order_asked_and_the_same_run_is_made_once() -> None:
    with opened(reserve_end, STUDY) as evaluator:
        Calls.made = 0
        identities = [evaluator.identity(seed) for seed in (5, 3, 5, 4)]
        outcomes = evaluator.evaluate(identities)

        assert [one.identity.seed for one in outcomes] == [5, 3, 5, 4]
        assert outcomes[0] == outcomes[2] != outcomes[1]
        assert Calls.made == 3 and evaluator.runs_asked == 3
        assert evaluator.evaluate(identities) == outcomes and Calls.made == 3


def test_designs_have_common_seeds_and_differ_by_their_settings_alone() -> None:
    with opened(reserve_end, STUDY) as evaluator:
        a, b = evaluator.evaluate([evaluator.identity(7, {"u": u}) for u in (90.0, 100.0)])

        assert b.metrics["end"] - a.metrics["end"] == pytest.approx(10.0)
        assert a.identity.values["s"] == b.identity.values["s"] != 2.0


def test_a_budget_is_never_overdrawn() -> None:
    with opened(reserve_end, STUDY, budget=3) as evaluator:
        Calls.made = 0
        with pytest.raises(BudgetSpent, match="4 more runs are asked for, and 3 of 3 are left"):
            evaluator.evaluate([evaluator.identity(seed) for seed in range(4)])
        assert Calls.made == 0 and evaluator.left == 3


def test_an_identity_is_one_key_per_type_and_order_counts_for_nothing() -> None:
    key = Identity((("x", 1.0), ("y", True)), 3).key(b"")

    assert key == Identity((("y", True), ("x", 1.0)), 3).key(b"")
    assert key != Identity((("x", 1), ("y", True)), 3).key(b"")
    assert key != Identity((("x", 1.0), ("y", True)), 3, branches=((3, 1),)).key(b"")
    assert key != Identity((("x", 1.0), ("y", True)), 3, silenced=("a",)).key(b"")
    with opened(RESERVE, None, settings=FEW) as evaluator:
        assert evaluator.candidate.canonical(Identity((("u", 90),), 3)).values == {"u": 90.0}


def test_a_command_repeats_its_run(workers: Workers, tmp_path: Path, config: Config) -> None:
    with opened(RESERVE, None, workers=workers, settings=FEW) as evaluator:
        identity = Identity((("u", 91.5), ("mu", -0.25)), 12, branches=((2, 7),))
        (outcome,) = evaluator.evaluate([identity])
        options = "--seed 12 --set max_ticks=4 --set mu=-0.25 --set u=91.5 --branch 2:7"

        assert evaluator.command(identity) == f"tsp run {RESERVE} runs/again {options}"
    netlist = load_netlist(RESERVE)
    texts = {"seed": "12", "max_ticks": "4", "mu": "-0.25", "u": "91.5"}
    run_once(netlist, netlist.strategy(texts), tmp_path / "r", config, RunOptions(variation=identity.variation))
    header, values = read_log(tmp_path / "r" / "data.csv")
    assert values[-1][header.index("r")] == outcome.metrics["end"]


def test_a_new_metric_needs_no_new_run_where_rows_were_kept(workers: Workers, tmp_path: Path) -> None:
    study = load_netlist(RESERVE).study
    assert study
    yields(RESERVE, study, fixed=5, workers=workers, out_dir=tmp_path / "a", keep_rows=True, settings=FEW)
    more = dataclasses.replace(study, metrics={**study.metrics, "second": at("r", 1.0)})

    taken = yields(RESERVE, more, fixed=5, workers=workers, from_dirs=(tmp_path / "a",), settings=FEW)
    made = yields(RESERVE, more, fixed=5, workers=workers, settings=FEW)

    assert taken.runs_made == 0
    assert taken.tables["metrics"].equals(made.tables["metrics"])


def test_a_run_ends_when_every_level_is_reached(workers: Workers) -> None:
    study = Study(metrics={"day": first_passage("r", at_most=1e9)}, specs=[Spec("day", at_most=3)])

    with opened(RESERVE, study, workers=workers, settings={"max_ticks": 3_000_000}) as evaluator:
        assert evaluator.evaluate([Identity((), 1)])[0].metrics == {"day": 0.0}


def test_what_the_strategy_refuses_costs_no_run() -> None:
    with opened(RESERVE, None, settings=FEW, workers=1) as evaluator:
        made = evaluator.runs_made
        (outcome,) = evaluator.evaluate([Identity((("s", -1.0),), 0)])

        assert outcome.infeasible and "s = -1" in outcome.infeasible
        assert (evaluator.runs_made, evaluator.runs_asked) == (made, 0)


@pytest.mark.parametrize(
    ("study", "text"),
    [
        (Study(environment={"nu": Range(0, 1)}), 'environment names "nu". There are parameters: time_step'),
        (Study(environment={"seed": Range(0, 1)}), "which every run has of its own"),
        (Study(metrics={"m": final("q")}), 'no column "q". There are: Tick'),
        (Study(metrics={"m": final("r")}, specs=[Spec("m", at_most=1, nearness=Rising("q"))]), 'the column "q"'),
        (Study(metrics={"m": Metric(lambda rows: math.nan)}), "the metric m is no number"),
        (Study(metrics={"m": Metric(lambda rows: rows["q"][0])}), "a metric fails of its rows with KeyError"),
        (Study(random={"s": Uniform(-2, -1)}, metrics={"m": final("r")}), r"s was drawn as -1\.\d+, but .*within="),
    ],
)
def test_what_is_not_there_is_said_in_one_line(study: Study, text: str, workers: Workers) -> None:
    with pytest.raises(StudyError, match=text) as told, opened(RESERVE, study, workers=workers, settings=FEW) as one:
        one.evaluate([one.identity(0)])
    assert "\n" not in str(told.value)


def test_wrong_parameters_and_metrics_of_functions_are_refused() -> None:
    with pytest.raises(StrategyError, match='no parameter "ticks"'):
        yields(RESERVE, None, settings={"ticks": 3})
    with pytest.raises(StudyError, match='names the metric "cost". There are: end'):
        yields(reserve_end, Study(specs=[Spec("cost", at_most=1)]))
    with pytest.raises(StudyError, match="declares no netlist_study"):
        yields(reserve_end)


def test_the_mean_of_what_may_be_infinite_is_refused() -> None:
    def day(settings: Mapping[str, Any], seed: int) -> dict[str, float]:
        return {"day": math.inf if seed % 2 else 3.0}

    with pytest.raises(StudyError, match="Use its share, or the Kaplan-Meier median"):
        yields(day, Study(specs=[Spec("day", at_most=2.0, over="mean")]), fixed=64)


def test_a_study_that_would_take_too_long_does_not_begin() -> None:
    with pytest.raises(StudyError, match="--max-hours is 1e-12"):
        yields(reserve_end, STUDY, max_hours=1e-12)


def test_a_dry_run_says_what_a_budget_can_show() -> None:
    text = shown_by(600)

    assert text == (
        "600 runs: a failure share of 1 % to within 0.22-2.7 %; no more than 0.71 % if none fails; not 3σ (3,040)."
    )
    assert "a failure share of 1 %" in yields(reserve_end, STUDY, budget=600, dry_run=True).report()


def test_a_warning_says_what_rows_cannot_show_and_where_defaults_lie(workers: Workers) -> None:
    study = Study(environment={"mu": Range(0.0, 1.0)}, metrics={"top": highest("r"), "all": mean("r")})
    hourly = {"max_ticks": 4, "time_step": 3600}

    with opened(RESERVE, study, workers=workers, settings=hourly) as evaluator:
        assert [text.partition(":")[0] for text in evaluator.warnings] == [
            "the default of mu, -0.5, lies outside 0.0 to 1.0.",
            "top",
        ]


def test_draws_of_one_seed_are_the_same_whatever_is_asked_beside() -> None:
    more = dataclasses.replace(STUDY, random={"w": Normal(0, 1), **STUDY.random})

    with opened(reserve_end, STUDY) as one, opened(reserve_end, more) as other:
        assert one.identity(9).values["s"] == other.identity(9).values["s"]


def test_each_set_of_parameters_has_a_wiring_of_its_own() -> None:
    numbers = {set_number(Identity((("u", u),), seed)) for u in (1.0, 2.0) for seed in (3, 4)}

    assert len(numbers) == 2
