"""Every pool's reference against recorded values of single functions and short histories."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.markets.cases import array, cases, close, group, target
from tokenspice.engine.units import Floats
from tokenspice.markets.pools.arbitrage import all_routes_trade, pair_trade
from tokenspice.markets.pools.benchmarks import rebalancing_reserves
from tokenspice.markets.pools.cow import CowPool
from tokenspice.markets.pools.eclp import EclpPool
from tokenspice.markets.pools.reclamm import ReclammPool, calibrated_speed, centered
from tokenspice.markets.pools.step import Costs, Pool, PoolState, StepEvents, Swap, Tick
from tokenspice.markets.pools.weighted import WeightedPool


def stepped(pool: Pool, state: PoolState, ticks: list[Tick]) -> tuple[Floats, list[PoolState], list[StepEvents]]:
    states, events = [], []
    for tick in ticks:
        state, event = pool.step(state, tick)
        states.append(state)
        events.append(event)
    return array([s.reserves for s in states]), states, events


def ticks_of(inputs: Any, seconds: float = 60.0) -> list[Tick]:
    """The steps of a case; what it does not say costs nothing and does not move."""

    def at(name: str, t: int, default: Any) -> Any:
        value = inputs.get(name, default)
        return value[t] if isinstance(value, list) else value

    ticks = []
    for t, row in enumerate(inputs["prices"]):
        costs = Costs(
            at("fees", t, 0.0),
            at("gas_cost", t, 0.0),
            at("arb_fees", t, 0.0),
            inputs.get("noise_trader_ratio", 0.0),
            inputs.get("protocol_fee_split", 0.0),
        )
        weights = array(inputs.get("weights", []))
        sold, bought, amount = (
            inputs["trades_token_in_out_amount"][t] if "trades_token_in_out_amount" in inputs else (0, 0, 0)
        )
        swaps = (Swap(int(sold), int(bought), amount),) if amount else ()
        row_weights = weights[t] if weights.ndim == 2 else weights
        ticks.append(Tick(array(row), row_weights, costs, swaps, 1.0, at("do_arb", t, True), seconds))
    return ticks


@pytest.mark.parametrize("id", group("reserves", "noise_trade", "quantamm_dynamic_noise_pf"))
def test_a_weighted_pool_follows_the_recorded_histories(id: str) -> None:
    inputs, weights = cases()[id]["inputs"], array(cases()[id]["inputs"]["weights"])
    first = weights[0] if weights.ndim == 2 else weights
    pool = WeightedPool(tuple(first), route="pairs", moves=weights.ndim == 2)
    start = replace(pool.start(1, array(inputs["prices"][0])), reserves=array(inputs["initial_reserves"]))

    reserves, _, _ = stepped(pool, start, ticks_of(inputs))

    close(reserves, target(cases()[id])["reserves"], 1e-9)


def test_noise_traders_pay_on_the_providers_share_of_the_fee() -> None:
    inputs = cases()["noise_trade"]["inputs"]
    pool, prices, trade = WeightedPool((0.5, 0.5)), array(inputs["prices"]), array(inputs["arb_trade"])
    fee = 1 - inputs["gamma"]
    state = replace(pool.start(1, prices), reserves=array(inputs["reserves"]))
    noise = inputs["noise_trader_ratio"] * fee * trade[0] * prices[0]

    credited = pool.credit(state, noise / state.value_USD(prices))

    close(credited.reserves, cases()["noise_trade"]["expected"]["reserves"], 1e-9)


@pytest.mark.parametrize("id", [id for id in group("arb") if "prices" in cases()[id]["inputs"]])
def test_an_arbitrage_is_the_recorded_one(id: str) -> None:
    inputs = cases()[id]["inputs"]
    best = all_routes_trade if "full" in id else pair_trade

    trade = best(array(inputs["reserves"]), array(inputs["weights"]), array(inputs["prices"]), inputs["gamma"])

    np.testing.assert_allclose(trade, target(cases()[id])["trade"], rtol=1e-9, atol=1e-9)


def test_any_set_of_tokens_gains_what_no_pair_does() -> None:
    inputs = cases()["arb_n4"]["inputs"]
    reserves, weights, prices = (array(inputs[key]) for key in ("reserves", "weights", "prices"))

    trades = [best(reserves, weights, prices, inputs["gamma"]) for best in (all_routes_trade, pair_trade)]
    free, paired = (-trade @ prices for trade in trades)

    assert free == pytest.approx(87.18434314172418, rel=1e-9)
    assert paired == pytest.approx(74.22978880804021, rel=1e-9)


@pytest.mark.parametrize("id", [*group("swaps"), *(id for id in group("cow") if "swap" in id)])
def test_a_swap_gives_the_recorded_amount(id: str) -> None:
    inputs, delta = cases()[id]["inputs"], cases()[id]["expected"]["delta"]
    weights = tuple(inputs["weights"])
    pool: Pool = CowPool(weights[0]) if id.startswith("fmamm") else WeightedPool(weights)
    state = replace(pool.start(1, np.ones(len(weights))), reserves=array(inputs["reserves"]))
    way = inputs["token_in"], inputs["token_out"]

    out = pool.swap_in(state, *way, inputs["amount_in"], 1 - inputs["gamma"])

    close(out, -delta[inputs["token_out"]], 1e-9)
    close(pool.swap_out(state, *way, out, 1 - inputs["gamma"]), inputs["amount_in"], 1e-9)


@pytest.mark.parametrize("id", [id for id in group("cow") if "initial_reserves" in cases()[id]["inputs"]])
def test_a_batch_pool_follows_the_recorded_histories(id: str) -> None:
    inputs = cases()[id]["inputs"]
    pool = CowPool(inputs["weight"], 0.0 if "one_arb" in id else 1.0)
    start = replace(pool.start(1, array(inputs["prices"][0])), reserves=array(inputs["initial_reserves"]))

    reserves, _, _ = stepped(pool, start, ticks_of(inputs))

    close(reserves, target(cases()[id])["reserves"], 1e-9)


def test_a_batch_pool_without_fee_has_the_closed_ratio() -> None:
    case, pool = cases()["cow_zero_fee_reserve_ratio"], CowPool()
    state = pool.start(1, array(case["inputs"]["prev_prices"]))

    moved, _ = pool.step(state, Tick(array(case["inputs"]["prices"])))

    close(moved.reserves / state.reserves, case["expected"]["ratio"], 1e-9)


def test_an_elliptic_pool_starts_as_recorded() -> None:
    inputs, expected = cases()["gyro_init"]["inputs"], cases()["gyro_init"]["expected"]
    pool = EclpPool(inputs["alpha"], inputs["beta"], inputs["lambda"], inputs["phi"])

    state = pool.start(inputs["pool_value"], array(inputs["prices"]))

    close(state.reserves, expected["reserves"], 1e-7)
    close(pool.invariant(state), expected["invariant"], 1e-7)
    close(pool.spot(state.reserves), expected["inner_price"], 1e-7)
    close(pool.centre, expected["chi"], 1e-7)


def test_an_elliptic_pool_follows_the_recorded_history() -> None:
    inputs, expected = cases()["gyro_zero_fee_small"]["inputs"], cases()["gyro_zero_fee_small"]["expected"]
    pool = EclpPool(inputs["alpha"], inputs["beta"], inputs["lambda"], inputs["phi"])
    start = pool.start(inputs["pool_value"], array(inputs["prices"][0]))

    reserves, _, _ = stepped(pool, start, ticks_of(inputs))

    close(start.reserves, expected["initial_reserves"], 1e-9)
    close(reserves, expected["reserves"], 1e-9)


@pytest.mark.parametrize(
    ("id", "rtol"),
    # The virtual balances are a hundred times the real ones, which have so many digits less.
    [("reclamm_zero_fee_geometric_scaled", 1e-9), ("reclamm_zero_fee_arc", 1.2e-6), ("reclamm_fees", 1e-9)],
)
def test_a_readjusting_pool_follows_the_recorded_histories(id: str, rtol: float) -> None:
    inputs = cases()[id]["inputs"]
    pool = ReclammPool(
        margin=inputs["centeredness_margin"],
        shift_base=inputs["daily_price_shift_base"],
        path="arc" if "arc_length_speed" in inputs else "geometric",
        arc_speed=inputs.get("arc_length_speed"),
        scaled_speed=inputs.get("centeredness_scaling", False),
    )
    start = pool.state(array(inputs["initial_reserves"]), array([inputs["Va"], inputs["Vb"]]))

    reserves, states, _ = stepped(pool, start, ticks_of(inputs, inputs["seconds_per_step"]))

    close(reserves, target(cases()[id])["reserves"], rtol)
    if "Va" in cases()[id]["expected"]:
        close([state.inner[0] for state in states], cases()[id]["expected"]["Va"], rtol)


def test_a_readjusting_pool_starts_as_recorded() -> None:
    inputs, expected = cases()["reclamm_init"]["inputs"], cases()["reclamm_init"]["expected"]
    pool = ReclammPool(inputs["price_ratio"])

    state = pool.start(inputs["pool_value"], array(inputs["prices"]))

    close(state.reserves, expected["reserves"], 1e-9)
    close(state.inner[:2], [expected["Va"], expected["Vb"]], 1e-9)
    close(pool.price_range(state), expected["price_range"], 1e-9)
    close(centered(state.reserves, state.inner[:2])[0], expected["centeredness"], 1e-9)


def test_a_readjusting_pool_has_the_contracts_balances() -> None:
    real, virtual = array([100, 457.9795897113272]), array([157.97958971132715, 315.9591794226543])

    assert centered(real, virtual)[0] == pytest.approx(0.4367006838144547, rel=1e-12)


def test_the_speed_along_the_arc_is_calibrated_as_recorded() -> None:
    i = cases()["reclamm_calibrate"]["inputs"]

    speed = calibrated_speed(
        array([i["Ra"], i["Rb"]]),
        array([i["Va"], i["Vb"]]),
        i["daily_price_shift_base"],
        i["seconds_per_step"],
        i["sqrt_price_ratio"],
        i["centeredness_margin"],
    )

    close(speed, cases()["reclamm_calibrate"]["expected"]["arc_length_speed"], 1e-9)


@pytest.mark.parametrize("id", group("versus"))
def test_a_rebalancing_portfolio_is_the_recorded_one(id: str) -> None:
    i = cases()[id]["inputs"]

    reserves = rebalancing_reserves(array(i["prices"]), array(i["weights"]), array(i["initial_reserves"]), i["fees"])

    close(reserves, cases()[id]["expected"]["reserves"], 1e-9)
