"""Values inside a configuration, by path."""

import numpy as np
import pytest

from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange.config import MarketConfig
from tokenspice.markets.exchange.config_paths import leaf, leaves, with_leaf, with_leaves
from tokenspice.markets.exchange.products.future import Cap, Future
from tokenspice.markets.exchange.products.perpetual import Perpetual
from tokenspice.markets.exchange.rewards.strategy import DispatchStrategy, Distribution, RankShare
from tokenspice.markets.exchange.risk import SimpleRisk

CONFIG = MarketConfig("BTC/USD", "tUSD", risk=SimpleRisk(0.1, 0.2))
RANKED = DispatchStrategy(distribution=Distribution.RANK, rank_table=(RankShare(1, 5), RankShare(2, 3)))


def test_a_leaf_is_set_in_a_copy() -> None:
    changed = with_leaf(CONFIG, "risk.short", 0.3)

    assert (leaf(changed, "risk.short"), leaf(CONFIG, "risk.short")) == (0.3, 0.2)
    assert changed.risk == SimpleRisk(0.1, 0.3)


def test_places_of_a_tuple_are_leaves_too() -> None:
    assert leaf(with_leaf(RANKED, "rank_table.1.share", 4), "rank_table.1.share") == 4
    assert ("rank_table.0.start_rank", 1) in list(leaves(RANKED))


def test_several_leaves_are_set_at_once() -> None:
    changed = with_leaves(CONFIG, {"tick_size": 2, "scaling.initial": 2})

    assert (changed.tick_size, changed.scaling.initial) == (2, 2.0)


def test_a_whole_rule_may_be_replaced_by_another_of_its_kind() -> None:
    assert with_leaf(CONFIG, "risk", SimpleRisk(0.5, 0.5)).risk == SimpleRisk(0.5, 0.5)
    with pytest.raises(ExchangeError, match="risk = Cap"):
        with_leaf(CONFIG, "risk", Cap())


def test_what_is_absent_may_be_given() -> None:
    assert with_leaf(Future(), "cap", Cap(5.0)).cap == Cap(5.0)


@pytest.mark.parametrize(
    ("path", "value", "kept"),
    [
        ("tick_size", np.int64(3), 3),
        ("tick_size", 3.0, 3),
        ("linear_slippage", np.float64(0.5), 0.5),
        ("linear_slippage", 1, 1.0),
        ("opens_at_once", True, True),
        ("name", "x", "x"),
    ],
)
def test_numbers_become_the_kind_that_stood_there(path: str, value: object, kept: object) -> None:
    found = leaf(with_leaf(CONFIG, path, value), path)

    assert (found, type(found)) == (kept, type(kept))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("tick_size", 1.5),
        ("tick_size", "2"),
        ("tick_size", True),
        ("opens_at_once", 1),
        ("name", 3),
        ("risk.long", "x"),
    ],
)
def test_another_kind_is_refused(path: str, value: object) -> None:
    with pytest.raises(ExchangeError, match=path):
        with_leaf(CONFIG, path, value)


def test_an_enumeration_may_be_given_by_its_text() -> None:
    assert with_leaf(RANKED, "distribution", "pro rata").distribution is Distribution.PRO_RATA
    with pytest.raises(ExchangeError, match="one of: pro rata, rank"):
        with_leaf(RANKED, "distribution", "fair")


@pytest.mark.parametrize(
    ("path", "near"), [("risk.shrt", "risk.short"), ("ticksize", "tick_size"), ("x.initial", "scaling.initial")]
)
def test_a_wrong_path_is_answered_with_near_ones(path: str, near: str) -> None:
    with pytest.raises(ExchangeError, match=near):
        with_leaf(CONFIG, path, 1)


def test_a_value_that_makes_the_whole_wrong_is_refused() -> None:
    with pytest.raises(ExchangeError, match="start ranks"):
        with_leaf(RANKED, "rank_table.1.start_rank", 1)


def test_what_is_declared_counts_where_a_whole_number_stands_for_another() -> None:
    changed = with_leaf(MarketConfig("BTC/USD", "tUSD", linear_slippage=0), "linear_slippage", 0.5)

    assert changed.linear_slippage == 0.5


def test_what_may_be_none_is_none_or_a_number() -> None:
    assert with_leaf(Perpetual(), "rate_lower_bound", -1).rate_lower_bound == -1.0
    with pytest.raises(ExchangeError, match="rate_lower_bound = 'low'"):
        with_leaf(Perpetual(), "rate_lower_bound", "low")


def test_what_is_given_may_become_none_again_where_that_is_declared() -> None:
    bounded = with_leaf(Perpetual(), "rate_lower_bound", -1)

    assert with_leaf(bounded, "rate_lower_bound", None).rate_lower_bound is None
    with pytest.raises(ExchangeError, match="tick_size = None"):
        with_leaf(CONFIG, "tick_size", None)
