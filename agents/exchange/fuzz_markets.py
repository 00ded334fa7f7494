"""Markets of any settings."""

from typing import TypeVar

import numpy as np

from tokenspice.markets.exchange import CompositeMark, LastTradeMark, MarginScaling, MarketConfig
from tokenspice.markets.exchange.disposal import StepwiseDisposal
from tokenspice.markets.exchange.liquidity.terms import LiquidityTerms
from tokenspice.markets.exchange.lognormal_risk import LogNormalRisk
from tokenspice.markets.exchange.price_monitoring import PriceTrigger

__all__ = ["fuzzed_market_config"]

T = TypeVar("T")


def fuzzed_market_config(rng: np.random.Generator, name: str, asset: str) -> MarketConfig:
    """Draw a market: decimals, risk, margins, triggers, agreement, disposal and mark price, each within what a market may be.

    Args:
        rng: draws it.
        name: of the market.
        asset: that settles it.
    """
    search = 1 + 0.5 * rng.random()
    initial = search + 0.1 + 0.5 * rng.random()
    return MarketConfig(
        name,
        asset,
        decimals=int(rng.integers(0, 6)),
        position_decimals=int(rng.integers(-1, 4)),
        tick_size=one_of(rng, (1, 1, 2, 5)),
        linear_slippage=round(0.01 * rng.random(), 6),
        mark_seconds=int(rng.integers(0, 10)),
        risk=LogNormalRisk(10.0 ** rng.uniform(-8, -1), 10.0 ** rng.uniform(-6, -3), 0.0, rng.uniform(0.2, 4)),
        scaling=MarginScaling(round(search, 3), round(initial, 3), round(initial + 0.1 + 0.5 * rng.random(), 3)),
        price_triggers=tuple(trigger(rng) for _ in range(int(rng.integers(0, 5)))),
        liquidity=LiquidityTerms(
            price_range=round(rng.uniform(0.001, 1.0), 4),
            min_time_fraction=round(rng.random(), 3),
            hysteresis_epochs=int(rng.integers(1, 5)),
            competition=round(rng.random(), 3),
            target_window=int(rng.integers(1, 7200)),
            target_scaling=round(10 * rng.random(), 3),
        ),
        liquidation=StepwiseDisposal(
            int(rng.integers(1, 60)),
            round(rng.uniform(0.01, 1.0), 3),
            int(rng.integers(0, 100)),
            round(rng.uniform(0.01, 1.0), 3),
            round(rng.uniform(0.01, 1.0), 3),
        ),
        mark_price=LastTradeMark() if rng.random() < 0.5 else composite(rng),
    )


def trigger(rng: np.random.Generator) -> PriceTrigger:
    """Draw when a price is too far from earlier ones."""
    probability = 1 - 10.0 ** rng.uniform(-7, -1)
    return PriceTrigger(int(rng.integers(1, 86_400)), round(probability, 9), int(rng.integers(1, 600)))


def composite(rng: np.random.Generator) -> CompositeMark:
    """Draw a mark price of trades, the book and the median of both."""
    weights = tuple(round(float(weight), 3) for weight in rng.random(3))
    staleness = tuple(rng.integers(1, 600, 3).tolist())
    return CompositeMark(weights, staleness, round(rng.random(), 3), one_of(rng, (1, 2)), float(rng.integers(0, 100)))


def one_of(rng: np.random.Generator, values: tuple[T, ...]) -> T:
    return values[int(rng.integers(len(values)))]
