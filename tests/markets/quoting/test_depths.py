"""Optimal depths: the case OMM-1, horizons and penalties of any size, and what happens at the limits."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.markets.exchange.cases import cases
from tokenspice.engine.errors import StrategyError
from tokenspice.markets.quoting import Depths, FiniteHorizonDepths, MakerProblem, StationaryDepths

SETS = sorted(cases()["OMM-1"]["expect"])


def problem(params: dict[str, Any], quote_at_cap: bool = False) -> MakerProblem:
    return MakerProblem(
        kappa=params["kappa"],
        arrivals=params["lam"],
        phi=params["phi"],
        alpha=params["alpha"],
        q_low=params["ql"],
        q_high=params["qu"],
        quote_at_cap=quote_at_cap,
    )


def expected(row: Any) -> dict[int, Depths]:
    return {int(q): Depths(bid, row["ask_depth"][q]) for q, bid in row["bid_depth"].items()}


def assert_equal(found: Depths, wanted: Depths) -> None:
    for one, other in zip(found, wanted, strict=True):
        assert (one is None) == (other is None)
        assert one is None or one == pytest.approx(other, abs=1e-6)


@pytest.mark.parametrize("name", SETS)
def test_a_finite_horizon_has_the_published_depths_omm_1(name: str) -> None:
    case = cases()["OMM-1"]["expect"][name]
    end = case["params"]["T"]
    for row in case["finite_horizon"]:
        rule = FiniteHorizonDepths(problem(case["params"]), end, step=0.1 if row["t"] % 1 else 1.0)
        for q, wanted in expected(row).items():
            assert_equal(rule.depths(q, end - row["t"]), wanted)


@pytest.mark.parametrize("name", SETS)
def test_the_stationary_approximation_has_the_published_depths_omm_1(name: str) -> None:
    case = cases()["OMM-1"]["expect"][name]
    rule = StationaryDepths(problem(case["params"]))

    for q, wanted in expected(case["stationary"]).items():
        assert_equal(rule.depths(q, 7.0), wanted)


def test_no_horizon_overflows_and_the_table_stops_where_nothing_changes() -> None:
    rule = FiniteHorizonDepths(MakerProblem(kappa=1000), horizon=1e9)

    assert rule.n_rows < 1000
    assert rule.depths(3, 1e9) == rule.depths(3, 1e6)


def test_the_steps_of_the_table_do_not_matter() -> None:
    coarse, fine = (FiniteHorizonDepths(MakerProblem(kappa=2, phi=0.01, alpha=0.1), 20, step) for step in (5, 0.25))

    for q in range(-19, 20):
        assert coarse.depths(q, 15) == pytest.approx(fine.depths(q, 15), abs=1e-10)


@given(
    kappa=st.floats(0.05, 500),
    arrivals=st.floats(0.1, 100),
    phi=st.floats(0, 0.01),
    alpha=st.floats(0, 0.01),
    q=st.integers(-9, 9),
    remaining=st.integers(0, 300),
)
def test_inventory_makes_bids_deep_and_asks_shallow_alike(
    kappa: float, arrivals: float, phi: float, alpha: float, q: int, remaining: int
) -> None:
    rule = FiniteHorizonDepths(MakerProblem(kappa, arrivals, phi, alpha, -10, 10), 300)
    bid, ask = rule.depths(q, remaining)
    mirror = rule.depths(-q, remaining)

    assert bid is not None and ask is not None
    assert (bid, ask) == pytest.approx((mirror.ask, mirror.bid), rel=1e-6, abs=1e-9)
    assert bid + ask >= 2 / kappa * (1 - 1e-9)
    assert (bid >= ask - 1e-9) if q > 0 else (bid <= ask + 1e-9) if q < 0 else True


def test_at_its_limits_a_maker_stops_quoting_the_side_that_would_pass_them() -> None:
    for rule in (FiniteHorizonDepths(MakerProblem(), 60), StationaryDepths(MakerProblem())):
        assert rule.depths(20, 60).bid is None
        assert rule.depths(25, 60) == rule.depths(20, 60)
        assert rule.depths(-20, 60).ask is None
        assert rule.depths(-25, 60) == rule.depths(-20, 60)


def test_a_maker_that_quotes_at_the_cap_brings_inventory_back_at_once() -> None:
    rule = StationaryDepths(MakerProblem(quote_at_cap=True))

    assert rule.depths(23, 60) == Depths(rule.depths(19, 60).bid, 0.0)
    assert rule.depths(-23, 60) == Depths(0.0, rule.depths(-19, 60).ask)


def test_limits_whose_cost_is_beyond_floats_are_refused() -> None:
    with pytest.raises(StrategyError, match="q_low = -200 and q_high = 200, inventory costs more than floats hold"):
        FiniteHorizonDepths(MakerProblem(kappa=1000, q_low=-200, q_high=200), 60)
    with pytest.raises(StrategyError, match="write a q_low below q_high"):
        MakerProblem(q_low=3, q_high=3)
    with pytest.raises(StrategyError, match="step above 0"):
        FiniteHorizonDepths(MakerProblem(), 10, step=0)
