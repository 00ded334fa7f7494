"""How volume is spread over levels: the case BGM-1, and what shapes keep."""

from math import expm1

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.markets.exchange.cases import cases
from tokenspice.markets.quoting import (
    Level,
    background_levels,
    equal_notional_levels,
    exponential_levels,
    scaled_levels,
)


def test_the_background_has_the_published_levels_bgm_1() -> None:
    case = cases()["BGM-1"]
    given_ = case["given"]

    levels = background_levels(given_["kappa"], given_["spread"] / 2, given_["tick"], given_["levels"])

    assert [distance for distance, _ in levels] == pytest.approx(case["expect"]["level_distance"])
    assert [volume for _, volume in levels] == pytest.approx(case["expect"]["level_volume"], abs=1e-8)


@given(kappa=st.floats(0.01, 5), first=st.floats(0.001, 1), tick=st.floats(0.001, 0.5), n=st.integers(1, 30))
def test_volumes_add_up_to_the_curve(kappa: float, first: float, tick: float, n: int) -> None:
    levels = background_levels(kappa, first, tick, n)

    assert sum(volume for _, volume in levels) == pytest.approx(expm1(kappa * levels[-1][0]))


def test_exponential_levels_grow_outwards_on_both_sides_and_keep_above_the_lowest_price() -> None:
    bids = exponential_levels(1.0, -1, 0.7, 0.4, 4, lowest=0.01)
    asks = exponential_levels(1.0, 1, 0.7, 0.4, 4, lowest=0.01)

    assert [bid.price for bid in bids] == pytest.approx([1.0, 0.6, 0.2, 0.01])
    assert [ask.price for ask in asks] == pytest.approx([1.0, 1.4, 1.8, 2.2])
    assert [bid.size for bid in bids] == [ask.size for ask in asks] == sorted(ask.size for ask in asks)


def test_scaled_levels_are_worth_what_is_asked_but_for_the_largest_size() -> None:
    levels = [Level(10, 1), Level(9, 3)]

    assert sum(level.price * level.size for level in scaled_levels(levels, 370, 1e9)) == pytest.approx(370)
    assert [level.size for level in scaled_levels(levels, 370, 20)] == [10, 20]
    assert scaled_levels([], 370, 20) == []


def test_equal_levels_are_worth_as_much_at_each_price() -> None:
    assert [level.price * level.size for level in equal_notional_levels([90.0, 100.0, 125.0], 600)] == [200.0] * 3
