from dataclasses import replace
from decimal import Decimal

import pytest

from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange import LogNormalRisk, MarketConfig, SimpleRisk
from tokenspice.markets.exchange.price_monitoring import FactorBand, LogNormalBand, PriceMonitor, PriceTrigger

MINUTE = PriceTrigger(horizon=60, probability=0.95, extension=30)
TEN = FactorBand(Decimal("0.9"), Decimal("1.1"))


@pytest.mark.parametrize(
    "reference, horizon, probability, mu, sigma, low, high",
    [
        (520000000, 360, 0.9999999, 0.016, 1, 510725426, 529437150),
        (520000000, 1440, 0.9999999, 0.016, 1, 501610731, 539039617),
        (520000000, 4320, 0.9999999, 0.016, 1, 488548773, 553402620),
        (520000000, 21600, 0.9999999, 0.016, 1, 452206310, 597561106),
        (10000000000, 5, 0.95, 0, 2, 9984405895, 10015612113),
    ],
)
def test_the_bounds_of_a_log_normal_price_are_those_that_were_published(
    reference: int, horizon: int, probability: float, mu: float, sigma: float, low: int, high: int
) -> None:
    monitor = PriceMonitor([PriceTrigger(horizon, probability, 1)], LogNormalBand(mu, sigma))
    monitor.observe(0, reference)
    assert monitor.range(0) == (low, high)


def test_the_bounds_themselves_are_valid_and_one_unit_further_is_a_breach() -> None:
    monitor = PriceMonitor([MINUTE], TEN)
    monitor.observe(0, 1005)
    assert monitor.range(0) == (905, 1105)
    assert [monitor.breached(0, price) is None for price in (904, 905, 1105, 1106)] == [False, True, True, False]


def test_the_reference_is_the_latest_mark_that_is_a_horizon_old_or_the_oldest_known() -> None:
    monitor = PriceMonitor([MINUTE], TEN)
    for time, mark in ((0, 1000), (50, 2000), (55, 3000)):
        monitor.observe(time, mark)
    ranges = {now: monitor.range(now) for now in (59, 109, 110, 114, 115, 10**6)}
    assert [ranges[now] for now in (59, 109)] == [(900, 1100), (900, 1100)]
    assert [ranges[now] for now in (110, 114)] == [(1800, 2200), (1800, 2200)]
    assert [ranges[now] for now in (115, 10**6)] == [(2700, 3300), (2700, 3300)]


def test_of_several_marks_of_one_second_the_last_is_the_reference() -> None:
    monitor = PriceMonitor([MINUTE], TEN)
    for mark in (1000, 1100, 1200):
        monitor.observe(7, mark)
    assert monitor.range(7) == (1080, 1320)


def test_bands_are_tried_by_horizon_and_then_from_the_widest() -> None:
    late, early, wide = PriceTrigger(600, 0.9, 9), PriceTrigger(60, 0.9, 1), PriceTrigger(60, 0.99, 2)
    monitor = PriceMonitor([late, early, wide], LogNormalBand(0, 100))
    monitor.observe(0, 10000)
    found = []
    while (bounds := monitor.breached(0, 1)) is not None:
        found.append(bounds.trigger)
        monitor.disable(bounds)
    assert found == [wide, early, late]


def test_of_all_bands_that_an_order_leaves_the_one_of_the_shortest_horizon_counts() -> None:
    """Its first trade leaves the hour's band, 900 to 1100, alone; its last one the minute's, 990 to 1210, too."""
    monitor = PriceMonitor([replace(MINUTE, horizon=3600), MINUTE], TEN)
    monitor.observe(0, 1000)
    monitor.observe(100, 1100)
    bounds = monitor.breached(160, 1150, 1250)
    assert bounds is not None and bounds.trigger == MINUTE


def test_a_breached_band_rests_until_the_auction_has_set_a_new_reference() -> None:
    monitor = PriceMonitor([MINUTE], TEN)
    monitor.observe(0, 1000)
    bounds = monitor.breached(0, 2000)
    assert bounds is not None
    monitor.disable(bounds)
    assert monitor.breached(0, 2000) is None and monitor.range(0) is None
    monitor.reset(30, 2000)
    assert monitor.range(30) == (1800, 2200)


def test_before_the_first_mark_and_without_triggers_every_price_may_print() -> None:
    assert PriceMonitor([MINUTE], TEN).breached(0, 1) is None
    free = PriceMonitor([], TEN)
    free.observe(0, 100)
    assert free.breached(0, 10**9) is None and free.range(0) is None


def test_what_is_kept_of_the_past_is_no_older_than_needed() -> None:
    monitor = PriceMonitor([MINUTE], TEN)
    for time in range(10_000):
        monitor.observe(time, 1000 + time % 2)
        monitor.range(time)
    assert len(monitor.bounds[0].marks) == 61


@pytest.mark.parametrize(
    "horizon, probability, extension, word",
    [(0, 0.95, 1, "horizon"), (1, 0.95, 0, "extension"), (1, 0.89, 1, "probability"), (1, 1.0, 1, "probability")],
)
def test_a_trigger_that_means_nothing_is_refused(horizon: int, probability: float, extension: int, word: str) -> None:
    with pytest.raises(ExchangeError, match=word):
        PriceTrigger(horizon, probability, extension)


def test_more_than_a_hundred_triggers_are_refused() -> None:
    with pytest.raises(ExchangeError, match="101 price triggers"):
        PriceMonitor([MINUTE] * 101, TEN)


def test_a_monitor_goes_on_with_its_own_triggers_and_begins_anew_with_others() -> None:
    monitor = PriceMonitor([MINUTE], TEN)
    monitor.observe(0, 1000)
    monitor.observe(30, 2000)
    assert monitor.adopt((MINUTE,), TEN, 40) is monitor
    assert monitor.adopt((PriceTrigger(10, 0.95, 30),), TEN, 40).range(40) == (1800, 2200)
    assert monitor.adopt((MINUTE,), FactorBand(Decimal("0.5"), Decimal(2)), 40).range(40) == (1000, 4000)


def test_without_a_band_of_its_own_a_market_has_that_of_its_risk_model() -> None:
    config = MarketConfig("BTC", "USD", risk=LogNormalRisk(mu=0.1, sigma=3.0))
    assert config.band == LogNormalBand(0.1, 3.0)
    assert replace(config, price_band=TEN).band == TEN
    assert replace(config, risk=SimpleRisk()).band == LogNormalBand(0.0, 1.0)
