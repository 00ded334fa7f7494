"""What `tsp pool` writes, and what contracts are given."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.markets.cases import cases, prices
from tokenspice.markets.errors import MarketError, StrategyConfigError
from tokenspice.markets.pools.hodl import HodlPool
from tokenspice.markets.pools.weighted import WeightedPool
from tokenspice.markets.scenario import Scenario, Simulation, simulate
from tokenspice.markets.strategies.memory import decay_of_memory
from tokenspice.markets.strategies.rules import IndexRule, Momentum
from tokenspice.markets.strategies.strategy import Strategy
from tokenspice.studies.pools.compare import write_comparison
from tokenspice.studies.pools.contract import contract_parameters, in_18_decimals
from tokenspice.studies.pools.results import write_results


def scenario(strategy: Strategy | None = None) -> Scenario:
    return Scenario(("BTC", "USDC"), "2023-01-21", "2023-01-24", WeightedPool((0.5, 0.5)), strategy)


def simulation() -> Simulation:
    return simulate(scenario(), prices())


def test_a_folder_holds_the_summary_the_history_and_charts(tmp_path: Path) -> None:
    write_results(simulation(), tmp_path / "run")

    summary = json.loads((tmp_path / "run" / "summary.json").read_text())
    table = pq.read_table(tmp_path / "run" / "history.parquet")
    assert summary["minutes"] == table.num_rows == 3 * 1440
    assert summary["last_value_USD"] == table["value_USD"][-1].as_py()
    assert summary["measures"]["ulcer"] is None
    assert sorted(path.name for path in (tmp_path / "run").glob("*.png")) == ["value.png", "weights_and_reserves.png"]


def test_a_folder_that_exists_is_left_alone(tmp_path: Path) -> None:
    with pytest.raises(MarketError, match="new folder"):
        write_results(simulation(), tmp_path)


def test_a_comparison_has_a_column_each(tmp_path: Path) -> None:
    held = Scenario(("BTC", "USDC"), "2023-01-21", "2023-01-24", HodlPool((0.5, 0.5)))

    text = write_comparison({"pool": simulation(), "held": simulate(held, prices())}, tmp_path / "both")

    lines = (tmp_path / "both" / "comparison.csv").read_text().splitlines()
    assert lines[0] == "measure,pool,held" and "sharpe_daily" in text
    assert float(lines[3].split(",")[2]) == pytest.approx(0, abs=1e-12)  # held over held


def test_numbers_with_18_decimals_are_the_recorded_ones() -> None:
    case = cases()["bd18_strings"]

    assert [in_18_decimals(value) for value in case["inputs"]["values"]] == case["expected"]["strings"]


def test_a_strategy_is_exported_with_its_effective_numbers() -> None:
    parameters = contract_parameters(scenario(Strategy(Momentum(10.0, 20.0))))

    assert parameters["parameters"]["kappa"] == ["200" + "0" * 18] * 2
    assert parameters["parameters"]["lambda"][0] == in_18_decimals(float(decay_of_memory(10.0, 1440)))
    assert parameters["start_weights"] == ["5" + "0" * 17] * 2


def test_what_no_contract_has_is_not_exported() -> None:
    for strategy in (None, Strategy(IndexRule((1.0, 1.0)))):
        with pytest.raises(StrategyConfigError, match="nothing to export|IndexRule has no contract"):
            contract_parameters(scenario(strategy))
