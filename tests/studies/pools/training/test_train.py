"""Training: the recorded trajectories, every method, resumed to the same bytes, and nothing seen of the test."""

from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest

from tests.markets.cases import file, prices
from tests.studies.pools.training.examples import (
    GAIN,
    MEMORY,
    TOKENS,
    recorded_free,
    recorded_prices,
    scenario,
    training,
)
from tests.studies.pools.training.test_segments import Peeking
from tokenspice.markets.errors import MarketError, PriceDataError, StrategyConfigError
from tokenspice.markets.fingerprint import from_fingerprint
from tokenspice.markets.pools.reclamm import ReclammPool
from tokenspice.markets.prices.table import Prices
from tokenspice.markets.scenario import Scenario, simulate
from tokenspice.markets.strategies.rules import Momentum
from tokenspice.studies.pools.metrics import METRICS
from tokenspice.studies.pools.training.candidates import LOOKED_AT
from tokenspice.studies.pools.training.settings import Training
from tokenspice.studies.pools.training.space import CoordinateMap, FreeNumber
from tokenspice.studies.pools.training.train import TrainResult, train

Method = Literal["gradient", "bfgs", "cma_es", "optuna"]
METHODS: tuple[Method, ...] = ("gradient", "bfgs", "cma_es", "optuna")
TRAJECTORIES = file("training_cases")["training"]


@pytest.mark.parametrize("case", TRAJECTORIES, ids=[f"{c['optimiser']}-{c['schedule']}" for c in TRAJECTORIES])
def test_a_training_s_steps_are_the_recorded_ones(case: dict[str, Any]) -> None:
    found = from_fingerprint(case["fingerprint_overrides"]).scenario
    own = case["fingerprint_overrides"]["optimisation_settings"]
    steps = np.array([np.concatenate([step["log_k"][0], step["logit_lamb"][0]]) for step in case["steps"]])
    settings = Training(
        recorded_free(["log_k", "logit_lamb"]),
        iterations=own["n_iterations"],
        parameter_sets=1,
        batch_windows=1,
        evaluate_every=1,
        optimiser=own["optimiser"],
        learning_rate=own["base_lr"],
        weight_decay=own["weight_decay"],
        schedule=own["lr_schedule_type"],
    )

    result = train(found, settings, recorded_prices())

    # On record, a step's parameters are those after it.
    points = np.array([candidate.x for candidate in result.candidates])
    np.testing.assert_allclose(points[1:], steps[: len(points) - 1], rtol=1e-8)
    assert result.candidates[0].train == pytest.approx(case["steps"][0]["objective"][0], rel=1e-9)


def bytes_of(result: TrainResult) -> bytes:
    return b"".join(c.x.tobytes() + np.array([c.train, c.validation]).tobytes() for c in result.candidates)


@pytest.mark.parametrize("method", METHODS)
def test_a_training_that_was_stopped_goes_on_to_the_same_bytes(method: Method, tmp_path: Path) -> None:
    settings = training(method=method, parameter_sets=1, population=4)
    whole = train(scenario(), settings, prices(), tmp_path / "whole")
    lines = (tmp_path / "whole").read_bytes().splitlines(keepends=True)
    # Killed while it wrote a line.
    (tmp_path / "torn").write_bytes(b"".join(lines[:4]) + lines[4][:20])

    resumed = train(scenario(), replace(settings, threads=2), prices(), tmp_path / "torn")

    assert (tmp_path / "torn").read_bytes() == (tmp_path / "whole").read_bytes()
    assert bytes_of(resumed) == bytes_of(whole)
    assert resumed.numbers.keys() == {MEMORY.path, GAIN.path}


def test_the_chosen_point_is_what_a_simulation_says_it_is() -> None:
    result = train(scenario(), training(validation_fraction=0.0, evaluate_every=1), prices())

    value = simulate(result.scenario, prices()).history.value_USD
    days = value[::1440]
    logs = np.diff(np.log(days))
    assert result.chosen.train == pytest.approx(np.sqrt(365) * logs.mean() / (logs.std() + 1e-8), rel=1e-9)
    assert result.chosen.train == max(candidate.train for candidate in result.candidates)
    assert result.measures["train"]["log_sharpe_daily"] == pytest.approx(result.chosen.train)


@pytest.mark.parametrize("method", METHODS)
def test_prices_of_the_test_change_nothing_but_the_test(method: Method) -> None:
    table, settings = prices().of(TOKENS), training(method=method, parameter_sets=1, iterations=2, population=3)
    close = table.close.copy()
    close[table.row(table.unix_ms[0]) + 20 * 1440 :] *= np.linspace(1, 2, len(close) - 20 * 1440)[:, None]
    results = [train(scenario(), settings, t) for t in (table, Prices(TOKENS, table.unix_ms, close))]

    assert bytes_of(results[0]) == bytes_of(results[1])
    assert results[0].fresh_test["return"] != results[1].fresh_test["return"]


def test_every_candidate_has_its_measures_in_training_and_validation() -> None:
    result = train(scenario(), training(iterations=1, evaluate_every=1, parameter_sets=1), prices())
    chosen = result.chosen

    assert all(candidate.measures.keys() == {"train", "validation"} for candidate in result.candidates)
    for part in ("train", "validation"):
        expected = {name: result.measures[part][name] for name in LOOKED_AT}
        assert chosen.measures[part] == pytest.approx(expected, nan_ok=True)
    assert chosen.measures["validation"]["log_sharpe_daily"] == chosen.validation


def test_a_set_that_is_lost_begins_anew_and_the_others_go_on() -> None:
    far = np.concatenate([np.full(3, np.nan), np.full(3, 3.0)])
    lost = train(scenario(), training(spread=0.0, evaluate_every=1), prices(), start=far)
    sets = [[c for c in lost.candidates if c.parameter_set == k] for k in (0, 1)]

    assert not np.isfinite(sets[0][0].x).all() and np.isfinite(sets[0][1].x).all()
    assert np.isfinite(lost.chosen.worth)


def test_training_stops_when_nothing_gets_better() -> None:
    still = train(scenario(), training(iterations=50, evaluate_every=1, patience=3, learning_rate=1e-12), prices())

    assert (
        max(candidate.iteration for candidate in still.candidates)
        == 3 + [c.iteration for c in still.candidates if c.worth == still.chosen.worth][0]
    )


def test_points_are_averaged_to_one_more_candidate() -> None:
    result = train(scenario(), training(average_from=0.5, average_every=1, evaluate_every=1), prices())

    own = [c.x for c in result.candidates if c.parameter_set == 0]
    averaged = next(c.x for c in result.candidates if c.parameter_set == -1)
    np.testing.assert_allclose(averaged, np.mean(own[3:], axis=0))


@pytest.mark.parametrize("first_points", ["noise", "sobol", "lhs"])
def test_the_first_set_starts_from_the_scenario(first_points: Any) -> None:
    settings = training(first_points=first_points, parameter_sets=3, iterations=1, optimiser="adamw", schedule="cosine")
    result = train(scenario(), settings, prices())

    firsts = [candidate.x for candidate in result.candidates[:3]]
    assert result.candidates[0].x == pytest.approx(train(scenario(), settings, prices()).candidates[0].x)
    assert len({first.tobytes() for first in firsts}) == 3


def test_any_pool_is_searched() -> None:
    reclamm = Scenario(("BTC", "USDC"), "2023-01-08", "2023-01-10", ReclammPool())
    free = (FreeNumber("pool.price_ratio", 1.1, 20.0, CoordinateMap.log2, per_token=False),)
    settings = Training(
        free,
        "cma_es",
        "return_over_hodl",
        iterations=2,
        parameter_sets=1,
        evaluation_windows=1,
        population=4,
        validation_fraction=0.0,
    )

    result = train(reclamm, settings, prices())

    assert result.chosen.worth >= result.candidates[0].worth
    assert result.chosen.train == pytest.approx(METRICS["return_over_hodl"](result.courses["train"]))


def test_several_objectives_are_searched_at_once() -> None:
    result = train(scenario(), training(method="optuna", iterations=3, multi_objective=True), prices())

    assert len(result.candidates) == result.tries == 3


@pytest.mark.parametrize(
    ("changes", "kind", "says"),
    [
        ({"window_days": 30}, StrategyConfigError, "training segment has 9.75 days"),
        ({"objective": "sharpe"}, StrategyConfigError, "log_sharpe_daily"),
        ({"choose_by": "best"}, StrategyConfigError, "choose_by"),
        ({"validation_fraction": 0.01}, PriceDataError, "validation has 0.1299 days"),
        ({"test_end": "2024-01-01"}, PriceDataError, "not among the prices"),
        ({"objective": "ulcer"}, StrategyConfigError, "needs windows of 43200"),
        ({"free": ()}, StrategyConfigError, "Nothing is free"),
    ],
)
def test_what_cannot_be_trained_is_refused_at_once(
    changes: dict[str, Any], kind: type, says: str, tmp_path: Path
) -> None:
    with pytest.raises(kind, match=says):
        train(scenario(), training(**changes), prices(), tmp_path / "new" / "journal")

    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    "field", ["iterations", "learning_rate", "step", "spread", "method", "sampling", "plateau_iterations"]
)
def test_settings_that_mean_nothing_are_refused(field: str) -> None:
    with pytest.raises(StrategyConfigError, match=field):
        training(**{field: "" if field in ("method", "sampling") else -1})


def test_a_memory_longer_than_all_prices_is_refused() -> None:
    with pytest.raises(PriceDataError, match="remembers 100 days, but .* 12"):
        train(scenario(Momentum(100.0)), training(), prices())


def test_a_rule_that_looks_ahead_is_not_trained() -> None:
    free = (FreeNumber("strategy.rule.chunks", 1.0, 2.0, CoordinateMap.identity, per_token=False),)

    with pytest.raises(StrategyConfigError, match="looks ahead"):
        train(scenario(Peeking()), training(method="cma_es", free=free), prices())


def test_a_journal_of_another_training_is_refused(tmp_path: Path) -> None:
    settings = training(iterations=1, parameter_sets=1)
    train(scenario(), settings, prices(), tmp_path / "journal")

    with pytest.raises(MarketError, match="another training"):
        train(scenario(), replace(settings, seed=1), prices(), tmp_path / "journal")
