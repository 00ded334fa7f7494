"""Spreads from candles."""

import numpy as np
import pytest

from tokenspice.markets.errors import PriceDataError
from tokenspice.markets.pools.benchmarks import rebalancing_reserves
from tokenspice.markets.prices.spreads import Candles, daily_spreads

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


def traded(spread: float, days: int, seed: int = 0) -> Candles:
    """Candles of ten minutes from trades, each at bid or ask around a price that wanders."""
    rng = np.random.default_rng(seed)
    rows, trades = days * 144, 60
    middle = 100 * np.exp(np.cumsum(rng.normal(0, 0.0002, rows * trades)))
    paid = (middle * (1 + spread / 2 * rng.choice([-1, 1], rows * trades))).reshape(rows, trades)
    at = np.arange(rows) * DAY_MS // 144
    return Candles(at, paid[:, 0], paid.max(axis=1), paid.min(axis=1), paid[:, -1])


@pytest.mark.parametrize("spread", [0.005, 0.02])
def test_the_spread_of_simulated_trades_is_found(spread: float) -> None:
    found = daily_spreads(traded(spread, 20), np.arange(20) * DAY_MS)

    assert found.mean() == pytest.approx(spread, rel=0.1)


def test_each_day_has_its_own_estimate_which_no_other_day_s_candles_change() -> None:
    narrow, wide = traded(0.002, 2), traded(0.02, 2, seed=1)
    both = [np.concatenate([a[:144], b[144:]]) for a, b in zip(prices(narrow), prices(wide), strict=True)]
    times = np.array([0, DAY_MS - 1, DAY_MS, 2 * DAY_MS - 1])

    found = daily_spreads(Candles(narrow.unix_ms, *both), times)

    assert found.tolist() == [*daily_spreads(narrow, times)[:2], *daily_spreads(wide, times)[2:]]
    assert found[0] == found[1] < found[2] == found[3]


def test_a_day_without_an_estimate_has_that_of_the_day_before() -> None:
    candles = traded(0.01, 3)
    still = [np.concatenate([column[:144], np.full(288, 100.0)]) for column in prices(candles)]

    found = daily_spreads(Candles(candles.unix_ms, *still), np.arange(3) * DAY_MS)

    assert found[0] == found[1] == found[2] > 0
    with pytest.raises(PriceDataError, match="no estimate of the spread up to 1970-01-01"):
        daily_spreads(Candles(candles.unix_ms, *[np.full(432, 100.0)] * 4), np.array([0]))


def test_a_portfolio_pays_half_of_the_spread_at_each_trade() -> None:
    # One token doubles: of 3 dollars, half a dollar goes from one to the other.
    dollars, half = np.array([[1.0, 1.0], [2.0, 1.0]]), np.full(2, 0.5)
    spread = np.array([[0.0, 0.0], [0.04, 0.02]])

    held = rebalancing_reserves(dollars, half, np.ones(2), spread=spread)

    assert held[1] @ dollars[1] == pytest.approx(3 - 0.5 * (0.04 + 0.02) / 2)


@pytest.mark.parametrize(
    ("row", "price", "says"),
    [("high", 1.0, "from low to high"), ("low", -1.0, "above 0"), ("close", np.nan, "1970-01-01 00:20:00")],
)
def test_candles_that_cannot_be_are_refused(row: str, price: float, says: str) -> None:
    candles = traded(0.01, 1)
    columns = {name: getattr(candles, name).copy() for name in ("open", "high", "low", "close")}
    columns[row][2] = price

    with pytest.raises(PriceDataError, match=says):
        Candles(candles.unix_ms, **columns)


def test_times_that_do_not_rise_are_refused() -> None:
    candles = traded(0.01, 1)

    with pytest.raises(PriceDataError, match="do not rise"):
        Candles(candles.unix_ms[::-1], *prices(candles))


def prices(candles: Candles) -> tuple[np.ndarray, ...]:
    return candles.open, candles.high, candles.low, candles.close
