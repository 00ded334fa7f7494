"""What holds for every strategy: limits of weights, no look-ahead, no preference among tokens."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tokenspice.engine.units import Floats
from tokenspice.markets.errors import PriceDataError, StrategyConfigError
from tokenspice.markets.pools.interpolation import Interpolation
from tokenspice.markets.pools.weight_path import WeightPath
from tokenspice.markets.strategies.guard import GuardRails
from tokenspice.markets.strategies.rules import (
    DifferenceMomentum,
    Ensemble,
    IndexRule,
    MeanReversionChannel,
    MinVariance,
    Momentum,
    PowerChannel,
    Rule,
    TripleThreat,
)
from tokenspice.markets.strategies.strategy import Strategy

RULES: list[Rule] = [
    Momentum(),
    Momentum(5.0, -20.0, average_memory_days=8.0),
    PowerChannel(exponent=2.0),
    MeanReversionChannel(width=0.01),
    TripleThreat(),
    DifferenceMomentum(),
    MinVariance(),
    IndexRule((1.0, 2.0, 3.0)),
    IndexRule((1.0, 2.0, 3.0), highest_weight=0.4),
    Ensemble((Momentum(5.0), PowerChannel())),
]
each_rule = pytest.mark.parametrize("rule", RULES, ids=[f"{n} {type(rule).__name__}" for n, rule in enumerate(RULES)])


def history(seed: int, days: int = 12, n: int = 3) -> Floats:
    """[minutes, n] prices of days of 24 minutes."""
    return np.exp(np.cumsum(np.random.default_rng(seed).normal(0, 0.03, (24 * days, n)), axis=0))


def path(rule: Rule, prices: Floats, **more: object) -> WeightPath:
    strategy = Strategy(rule, GuardRails(0.05, 0.01), chunk_minutes=24, moving_minutes=12, **more)  # type: ignore[arg-type]
    return strategy.weights(prices, 48, len(prices) - 48)


@each_rule
@settings(max_examples=15)
@given(seed=st.integers(0, 10_000), kind=st.sampled_from(Interpolation))
def test_weights_keep_their_limits(rule: Rule, seed: int, kind: Interpolation) -> None:
    prices = history(seed)

    fine = path(rule, prices, interpolation=kind).fine(len(prices) - 48)

    np.testing.assert_allclose(fine.sum(axis=1), 1, atol=1e-9)
    assert fine.min() >= 0.05 - 1e-9 and fine.max() <= 0.9 + 1e-9
    if kind is Interpolation.linear:
        assert np.abs(np.diff(fine, axis=0)).max() <= 0.01 + 1e-12


@each_rule
@settings(max_examples=10)
@given(seed=st.integers(0, 10_000), minute=st.integers(1, 200))
def test_prices_from_a_minute_on_leave_earlier_weights_as_they_were(rule: Rule, seed: int, minute: int) -> None:
    prices = history(seed)
    other = prices.copy()
    other[48 + minute :] *= np.random.default_rng(seed).uniform(0.5, 2, other[48 + minute :].shape)

    here, there = (path(rule, rows).fine(len(rows) - 48) for rows in (prices, other))

    np.testing.assert_array_equal(here[:minute], there[:minute])


@each_rule
def test_tokens_that_change_places_change_places_in_the_weights(rule: Rule) -> None:
    if isinstance(rule, IndexRule):
        rule = IndexRule((2.0, 2.0, 2.0), highest_weight=rule.highest_weight)
    prices = history(3)

    there, back = path(rule, prices), path(rule, prices[:, ::-1])

    np.testing.assert_allclose(there.starts, back.starts[:, ::-1], atol=1e-12)


@each_rule
def test_a_window_may_begin_after_a_long_history_or_a_short_one(rule: Rule) -> None:
    prices = history(4)

    whole = Strategy(rule, chunk_minutes=24, moving_minutes=24).weights(prices, 0, len(prices))

    assert len(whole.starts) == 12
    np.testing.assert_array_equal(whole.starts[0], whole.starts[1])


def test_equal_prices_change_nothing() -> None:
    prices = np.repeat(history(5)[:, :1], 3, axis=1)

    for rule in RULES[:6]:
        np.testing.assert_allclose(path(rule, prices).starts, 1 / 3, atol=1e-12)


def test_no_gain_changes_nothing() -> None:
    np.testing.assert_allclose(path(Momentum(gain_per_day=0.0), history(6)).starts, 1 / 3)


def test_a_slow_oracle_moves_the_weights_a_chunk_later() -> None:
    prices = history(7)

    now, later = path(Momentum(), prices), path(Momentum(), prices, delay_chunks=1)

    strategy = Strategy(Momentum(), GuardRails(0.05, 0.01), 24, 12)
    shifted = strategy.weights(prices, 24, len(prices) - 48)
    np.testing.assert_array_equal(later.slopes[1:], shifted.slopes[1:])
    assert (now.slopes != later.slopes).any()


def test_bounds_of_each_token_are_kept() -> None:
    guard = GuardRails(0.01, 1.0, (0.2, 0.1, 0.1), (0.5, 0.6, 0.3))

    starts = Strategy(Momentum(), guard, 24, 24).weights(history(8), 48, 240).starts[2:]

    assert (starts >= np.array(guard.lowest) - 1e-9).all() and (starts <= np.array(guard.highest) + 1e-9).all()


def test_given_weights_are_gone_through() -> None:
    rows = np.array([[0.5, 0.5], [0.7, 0.3], [0.6, 0.4]])

    fine = WeightPath.through(rows, 10).fine(25)

    np.testing.assert_allclose(fine[::10], rows)
    np.testing.assert_allclose(fine[5], [0.6, 0.4])
    np.testing.assert_allclose(fine[-1], rows[-1])


@pytest.mark.parametrize(
    ("strategy", "says"),
    [
        (Strategy(Momentum((1.0, 2.0))), "has 2 values"),
        (Strategy(Momentum(0.0)), "above 0"),
        (Strategy(Momentum(), GuardRails(0.5)), "minimum_weight"),
        (Strategy(Momentum(), GuardRails(lowest=(0.5, 0.5, 0.5), highest=(1.0, 1.0, 1.0))), "lowest"),
        (Strategy(Momentum(), moving_minutes=1441), "moving|move"),
        (Strategy(Momentum(), start_weights=(0.5, 0.5, 0.5)), "start_weights"),
        (Strategy(Ensemble((Momentum(), MinVariance()))), "all of changes"),
        (Strategy(IndexRule((1.0, 1.0, 1.0), highest_weight=0.2)), "highest_weight"),
    ],
)
def test_what_does_not_fit_is_refused(strategy: Strategy, says: str) -> None:
    with pytest.raises(StrategyConfigError, match=says):
        strategy.check(3)


def test_a_window_beyond_the_prices_is_refused() -> None:
    with pytest.raises(PriceDataError, match="ends within"):
        Strategy(Momentum()).weights(history(9), 0, 10_000)
