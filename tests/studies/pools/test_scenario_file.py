"""Scenarios from files: what is taken, and what is refused in one line."""

import json
from pathlib import Path
from typing import Any

import pytest

from tokenspice.markets.errors import MarketError, StrategyConfigError
from tokenspice.markets.pools.concentrated import ConcentratedPool
from tokenspice.markets.pools.frictions import Changes
from tokenspice.markets.strategies.rules import Momentum
from tokenspice.studies.pools.scenario_file import read_scenario, scenario_of

BASE: dict[str, Any] = {"tokens": ["A", "B"], "start": "2023-01-01", "end": "2023-02-01", "pool": {"kind": "weighted"}}


def test_a_file_becomes_a_scenario() -> None:
    strategy = {"rule": "momentum", "memory_days": [5.0, 6.0], "chunk_minutes": 60, "moving_minutes": 60}
    fee = [["2023-01-01", 0.003], ["2023-01-02 00:01", 0.001]]

    scenario = scenario_of(BASE | {"strategy": strategy, "guard": {"minimum_weight": 0.1}, "frictions": {"fee": fee}})

    assert scenario.strategy is not None and scenario.strategy.rule == Momentum((5.0, 6.0))
    assert scenario.strategy.guard.minimum_weight == 0.1 and scenario.strategy.chunk_minutes == 60
    assert scenario.frictions.fee == Changes((0, 1441), (0.003, 0.001), 0.003)
    assert scenario.pool.n_tokens == 2


def test_positions_are_read() -> None:
    pool = {"kind": "concentrated", "positions": [{"low": 0.5, "high": 2.0}]}

    assert isinstance(scenario_of(BASE | {"pool": pool}).pool, ConcentratedPool)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"fees": 0.1}, "unknown key fees"),
        ({"pool": {"kind": "weihgted"}}, "weighted"),
        ({"pool": {"kind": "weighted", "weight": 0.5}}, "unknown key weight"),
        ({"pool": {"kind": "eclp"}}, "missing"),
        ({"pool": {"kind": "cow"}, "strategy": {"rule": "momentum"}}, "no weights"),
        ({"pool": {"kind": "weighted", "start_weights": [0.5, 0.6]}}, "sum 1"),
        ({"strategy": {"rule": "momentum", "memory": 3.0}}, "unknown key memory"),
        ({"strategy": {"rule": "momentum", "interpolation": "cubic"}}, "cubic"),
        ({"strategy": {"rule": "momentum", "memory_days": [1.0, 2.0, 3.0]}}, "3 values"),
        ({"strategy": {"rule": "momentum"}, "guard": {"minimum_weight": 0.6}}, "minimum_weight"),
        ({"frictions": {"fee": 1.5}}, "fee"),
        ({"frictions": {"gas_USD": "one"}}, 'gas_USD is "one". Write a number.'),
        ({"frictions": {"gas_USD": True}}, "gas_USD is true. Write a number."),
        ({"frictions": {"arbitrage": 1}}, "arbitrage is 1. Write true or false."),
        ({"frictions": {"supply": 5.0}}, "supply is 5.0. Write a list of dates and values."),
        ({"pool": {"kind": "weighted", "start_weights": "even"}}, 'start_weights is "even". Write a number.'),
        ({"strategy": {"rule": "momentum", "memory_days": [1.0, "two"]}}, 'memory_days is "two". Write a number.'),
        ({"value_USD": "much"}, 'value_USD is "much". Write a number.'),
        ({"tokens": "BTC"}, "tokens is no list of names"),
        ({"frictions": {"fee": [["soon", 0.1]]}}, "no date"),
        ({"benchmark_spread": 0.01}, "pays no benchmark_spread"),
        ({"benchmark": "rebalancing", "benchmark_spread": [0.01]}, "each of 2 tokens"),
        ({"benchmark": "rebalancing", "benchmark_spread": "wide"}, "fraction from 0"),
        ({"tokens": ["A"]}, "pool holds|two or more"),
    ],
)
def test_what_is_wrong_is_said(change: dict[str, Any], says: str) -> None:
    with pytest.raises(MarketError, match=says):
        scenario_of(BASE | change)


def test_a_fingerprint_is_read_with_its_parameters(tmp_path: Path) -> None:
    fingerprint = {"fingerprint": {"rule": "momentum", "fee": 1}, "params": {"log_k": 3.0}}
    (tmp_path / "run.json").write_text(json.dumps(fingerprint))

    scenario, not_taken = read_scenario(tmp_path / "run.json")

    assert scenario.strategy is not None and not_taken == ("fee",)


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("tokens = [")
    for path in (tmp_path / "a.toml", tmp_path / "b.toml"):
        with pytest.raises(MarketError, match=path.name):
            read_scenario(path)


@pytest.mark.parametrize(
    ("name", "content"), [("a.json", "[" * 1_000_000), ("a.toml", "a = " + "[" * 400_000)], ids=["json", "toml"]
)
def test_a_file_that_nests_without_end_is_refused(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content)

    with pytest.raises(StrategyConfigError, match=r"is not valid (JSON|TOML)"):
        read_scenario(tmp_path / name)
