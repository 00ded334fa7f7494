"""Whole runs of quantammsim, read from their fingerprints and met."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.markets.cases import array, prices, runs
from tokenspice.markets.errors import StrategyConfigError
from tokenspice.markets.fingerprint import from_fingerprint
from tokenspice.markets.pools.frictions import Changes, Frictions, TimedSwap
from tokenspice.markets.pools.weighted import WeightedPool
from tokenspice.markets.prices.table import Prices, timestamp
from tokenspice.markets.scenario import Scenario, simulate

# Pools whose loop is not compiled are followed for a day or two.
SLOW = ("cow", "gyroscope", "reclamm", "hodl", "lvr")
RUNS = [
    id for id, run in runs().items() if "full_history" in run and not id.startswith(("min_variance", "cow_2_fee_q05"))
]


def scenario_of(run: Any) -> tuple[Scenario, str]:
    found = from_fingerprint(run["fingerprint"], run["params"])
    assert found.not_taken == ()
    scenario, trades = found.scenario, (run.get("kwargs") or {}).get("raw_trades")
    tokens = scenario.tokens
    if trades:
        swaps = tuple(
            TimedSwap((unix - timestamp(scenario.start)) // 60_000, tokens.index(sold), tokens.index(bought), amount)
            for unix, sold, bought, amount in zip(*trades.values(), strict=True)
        )
        scenario = replace(scenario, frictions=replace(scenario.frictions, swaps=swaps))
    return scenario, found.end_test


def meets(scenario: Scenario, expected: Any, rtol: float, table: Prices | None = None) -> None:
    if scenario.benchmark or not isinstance(scenario.pool, WeightedPool):
        scenario = replace(scenario, end=scenario.start[:8] + f"{int(scenario.start[8:10]) + 2:02}")
    history = simulate(scenario, table or prices()).history
    rows = [row for row in expected["sample_idx"] if row < len(history.prices)]
    assert len(rows) >= 2
    for name, values in (("value", history.value_USD), ("reserves", history.reserves)):
        if name in expected:
            np.testing.assert_allclose(values[rows], expected[name][: len(rows)], rtol=rtol)
    if "weights" in expected and isinstance(scenario.pool, WeightedPool) and np.ndim(expected["weights"]) == 2:
        np.testing.assert_allclose(history.weights[rows], expected["weights"][: len(rows)], rtol=rtol)


@pytest.mark.parametrize("id", RUNS)
def test_a_training_window_is_met(id: str) -> None:
    run = runs()[id]
    scenario, _ = scenario_of(run)
    expected = run.get("full_history_optimal_arb", run["full_history"])
    if id == "momentum_3_trades":  # of this run, there are values of arbitrageurs who trade pairs alone
        scenario = replace(scenario, pool=WeightedPool((1 / 3, 1 / 3, 1 / 3), route="pairs"))

    # Of trades to and fro, marginal ones are made or not by rounding.
    meets(scenario, expected["train"], 1e-6 if "trades" in id else 1e-9)


@pytest.mark.parametrize("id", [id for id in RUNS if "trades" not in id])
def test_a_test_window_is_met(id: str) -> None:
    run = runs()[id]
    scenario, end = scenario_of(run)
    expected = run.get("full_history_optimal_arb", run["full_history"])["test"]
    scenario = replace(scenario, start=scenario.end, end=end)
    if scenario.strategy is not None:  # the original lacked the last row there, and took each one chunk late
        scenario = replace(scenario, strategy=replace(scenario.strategy, delay_chunks=1))

    meets(scenario, expected, 1e-9)


def trimmed() -> Prices:
    """The prices as the original cut them for a burn-in of 19 days."""
    return Prices(prices().tokens, prices().unix_ms[1440:], prices().close[1440:])


@pytest.mark.parametrize("id", ["triple_threat_mean_reversion_channel_direct", "difference_momentum_direct"])
def test_rules_that_the_original_cannot_run_are_met(id: str) -> None:
    meets(scenario_of(runs()[id])[0], runs()[id]["train"], 1e-9, trimmed())


def test_a_fee_that_changes_holds_until_the_next_change() -> None:
    run = runs()["momentum_3_fees_ffill_intended"]
    scenario, _ = scenario_of(run)
    fee, gas = (
        Changes(tuple(int(minute) for minute, _ in run[name]), tuple(value for _, value in run[name]))
        for name in ("fees_array_changes", "gas_array_changes")
    )
    scenario = replace(scenario, frictions=Frictions(fee, gas), pool=WeightedPool((1 / 3, 1 / 3, 1 / 3), route="pairs"))

    meets(scenario, run["train_tolerant"], 1e-6, trimmed())


def test_a_blend_of_solvers_is_blended_step_by_step() -> None:
    scenario, _ = scenario_of(runs()["cow_2_fee_q05"])
    value = array(runs()["cow_2_fee_q05"]["full_history"]["train"]["value"])

    history = simulate(replace(scenario, end="2023-01-22 00:01"), prices()).history

    assert history.value_USD[1440] == pytest.approx(value[1], rel=1e-3)


def test_defaults_are_filled_in_without_touching_the_fingerprint() -> None:
    fingerprint: dict[str, Any] = {"rule": "bounded__momentum", "tokens": ["ETH", "BTC"]}
    fingerprint["learnable_bounds_settings"] = {
        "min_weights_per_asset": [0.1, 0.2],
        "max_weights_per_asset": [0.8, 0.9],
    }

    found = from_fingerprint(fingerprint)

    assert found.scenario.tokens == ("BTC", "ETH")
    assert found.scenario.strategy is not None and found.scenario.strategy.guard.lowest == (0.1, 0.2)
    assert fingerprint["tokens"] == ["ETH", "BTC"] and set(fingerprint) == {
        "rule",
        "tokens",
        "learnable_bounds_settings",
    }


def test_what_is_not_taken_over_is_named() -> None:
    found = from_fingerprint({"rule": "momentum", "fee": 0.003, "max_memory_days": 100.0}, {"log_k": 3.0, "gamma": 1.0})

    assert found.not_taken == ("fee", "max_memory_days", "parameter gamma")
    assert from_fingerprint({"rule": "rvr__momentum"}).not_taken == ("the spreads of rvr",)


@pytest.mark.parametrize(
    ("fingerprint", "says"),
    [
        ({"rule": "momentun"}, "no rule"),
        ({"rule": "flipped__momentum"}, "hook"),
        ({"rule": "momentum", "weight_interpolation_method": "cubic"}, "cubic"),
        ({"rule": "gyroscope", "tokens": ["ETH", "USDC"]}, "alpha"),
        ({"rule": "gyroscope", "tokens": ["ETH", "USDC"], "numeraire": "DAI"}, "numeraire"),
    ],
)
def test_a_fingerprint_that_cannot_be_used_is_refused(fingerprint: dict[str, Any], says: str) -> None:
    with pytest.raises(StrategyConfigError, match=says):
        from_fingerprint(fingerprint)
