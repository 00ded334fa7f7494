"""How volume is spread over levels: distances and sizes, as pure functions."""

from math import exp, expm1
from typing import NamedTuple

__all__ = ["Level", "background_levels", "equal_notional_levels", "exponential_levels", "scaled_levels"]


class Level(NamedTuple):
    """An order of a shape."""

    price: float
    size: float


def background_levels(kappa: float, first: float, tick: float, n_levels: int) -> list[tuple[float, float]]:
    """Return the (distance, volume) of levels whose volume, added up from the mid, is exp(kappa distance) - 1.

    Args:
        kappa: how steeply depth grows, per price.
        first: the distance of the first level, half a spread.
        tick: from one level to the next.
        n_levels: how many.
    """
    distances = [first + i * tick for i in range(n_levels)]
    # e^a - e^b by expm1, which keeps the digits of small distances.
    inner = [0.0, *distances[:-1]]
    return [(d, exp(kappa * i) * expm1(kappa * (d - i))) for d, i in zip(distances, inner, strict=True)]


def exponential_levels(price: float, away: int, kappa: float, tick: float, n_levels: int, lowest: float) -> list[Level]:
    """Return levels whose sizes grow outwards as exp(kappa distance).

    Args:
        price: of the first level.
        away: -1 for bids, 1 for asks.
        kappa: how fast sizes grow, per price.
        tick: from one level to the next, a price.
        n_levels: how many.
        lowest: no level is priced below it.
    """
    return [Level(max(price + away * k * tick, lowest), exp(kappa * k * tick)) for k in range(n_levels)]


def equal_notional_levels(prices: list[float], notional: float) -> list[Level]:
    """Return an order at each price, each worth as much, together `notional`."""
    return [Level(price, notional / len(prices) / price) for price in prices]


def scaled_levels(levels: list[Level], notional: float, largest: float) -> list[Level]:
    """Return levels whose sizes times prices add up to `notional`, but where one is cut to the largest size."""
    total = sum(level.price * level.size for level in levels)
    factor = notional / total if total > 0 else 0.0
    return [Level(level.price, min(level.size * factor, largest)) for level in levels]
