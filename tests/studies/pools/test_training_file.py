"""Trainings from files, and scenarios back to files."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tokenspice.markets.errors import StrategyConfigError
from tokenspice.markets.scenario import Scenario
from tokenspice.studies.pools.scenario_file import scenario_of
from tokenspice.studies.pools.scenario_text import scenario_text
from tokenspice.studies.pools.training.space import CoordinateMap, FreeNumber
from tokenspice.studies.pools.training_file import read_training, training_of

BASE: dict[str, Any] = {
    "tokens": ["A", "B"],
    "start": "2023-01-01",
    "end": "2023-02-01",
    "pool": {"kind": "weighted"},
    "strategy": {"rule": "momentum", "memory_days": 5.0},
}


def base() -> Scenario:
    return scenario_of(BASE)


def test_free_numbers_have_their_usual_ranges_or_others() -> None:
    raw = {"free": ["memory_days", "frictions.fee"], "method": "cma_es", "range": {"memory_days": {"high": 20.0}}}

    training = training_of(raw, base())

    assert training.free == (
        FreeNumber("strategy.rule.memory_days", 0.5, 20.0, CoordinateMap.logit_decay),
        FreeNumber("frictions.fee", 1e-4, 0.05, CoordinateMap.logit, per_token=False),
    )


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ({}, "free is missing"),
        ({"free": ["memory"]}, "Momentum has no memory"),
        ({"free": ["memory_days"], "iteration": 3}, "unknown key iteration"),
        ({"free": ["memory_days"], "range": {"memory_days": {"hihg": 3}}}, "unknown key hihg"),
        ({"free": ["memory_days"], "range": {"gain_per_day": {}}}, "gain_per_day is not in free"),
        ({"free": ["memory_days"], "range": {"memory_days": {"map": "log"}}}, "logit_decay"),
        ({"free": ["frictions.noise_ratio"]}, "Write low and high"),
        ({"free": ["memory_days"], "method": "adam"}, "gradient, bfgs, cma_es, optuna"),
        ({"free": ["memory_days"], "iterations": "many"}, "iterations"),
        ({"free": ["memory_days"], "learning_rate": "x"}, 'learning_rate is "x". Write a number.'),
    ],
)
def test_what_is_wrong_is_said(raw: dict[str, Any], says: str) -> None:
    with pytest.raises(StrategyConfigError, match=says):
        training_of(raw, base())


def test_a_file_holds_scenario_training_and_walk(tmp_path: Path) -> None:
    text = scenario_text(base()) + '\n[training]\nfree = ["memory_days"]\n[walk_forward]\ncycles = 5\n'
    (tmp_path / "a.toml").write_text(text)

    scenario, training, walk, not_taken = read_training(tmp_path / "a.toml")

    assert scenario == base() and len(training.free) == 1 and walk.cycles == 5 and not not_taken
    (tmp_path / "a.toml").write_text(text + "cycle = 3\n")
    with pytest.raises(StrategyConfigError, match=r"a\.toml: \[walk_forward\] has the unknown key cycle"):
        read_training(tmp_path / "a.toml")


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {
            "strategy": {
                "rule": "min_variance",
                "interpolation": "great_circle",
                "chunk_minutes": 60,
                "moving_minutes": 60,
            }
        },
        {"guard": {"lowest": [0.1, 0.1], "highest": [0.8, 0.9]}, "value_USD": 5.5},
        {
            "frictions": {
                "fee": [["2023-01-01", 0.003], ["2023-01-02 00:01", 0.001]],
                "gas_USD": 1.0,
                "arbitrage": False,
            }
        },
        {"strategy": None, "pool": {"kind": "concentrated", "positions": [{"low": 0.5, "high": 2.0}]}},
        {"strategy": None, "pool": {"kind": "reclamm", "path": "arc", "scaled_speed": True}},
        {"benchmark": "rebalancing"},
        {"benchmark": "rebalancing", "benchmark_spread": [0.001, 0.0]},
    ],
)
def test_a_scenario_s_text_is_read_as_the_same_scenario(changes: dict[str, Any]) -> None:
    raw = {key: value for key, value in (BASE | changes).items() if value is not None}

    assert scenario_of(tomllib.loads(scenario_text(scenario_of(raw)))) == scenario_of(raw)
