"""The curve of one price range of a pool: concentrated liquidity whose position grows from one bound to the other.

All prices here are square roots of prices in ticks, as ints of 10⁻¹⁸ (`root`), and liquidity is an int of 10⁻¹⁸ of
(position units · √ticks), so that no result depends on how a machine rounds.

    position change between roots a > b  =  L · (1/b - 1/a)
"""

from dataclasses import dataclass
from math import isqrt
from typing import final

from tokenspice.markets.exchange.numbers import ONE

__all__ = ["Curve", "leverage_limit", "long_curve", "root", "short_curve"]


def root(price: int) -> int:
    """The square root of a price in ticks, in 10⁻¹⁸."""
    return isqrt(price * ONE**2)


@final
@dataclass(frozen=True, slots=True)
class Curve:
    """One range.

    Attributes:
        low, high: roots of its bounds.
        liquidity: L.
        position: how much it trades from one bound to the other, in whole position units, rounded down.
    """

    low: int
    high: int
    liquidity: int
    position: int

    @property
    def exact_position(self) -> float:
        """How much it trades from one bound to the other, without rounding."""
        return self.liquidity * (self.high - self.low) / (self.high * self.low)

    def between(self, upper: int, lower: int) -> int:
        """What it trades between two roots within the range, in whole units, rounded down."""
        return self.liquidity * (upper - lower) // (upper * lower)

    def root_at(self, units: int) -> int:
        """The root of the price once it has bought `units` on the way down from its high bound."""
        return self.high * self.liquidity // (units * self.high + self.liquidity)


def leverage_limit(leverage: int, risk_factor: int, slippage: int, initial: int) -> int:
    """Return the leverage at a bound: what the initial margin allows, or less if the pool asks for less.

    All are factors of 10⁻¹⁸; `leverage` 0 asks for the most.
    """
    most = ONE**3 // ((risk_factor + slippage) * initial)
    return min(leverage, most) if leverage else most


def unit_liquidity(low: int, high: int) -> int:
    """The liquidity of a range that trades one unit from bound to bound, in 10⁻¹⁸."""
    return low * high // (high - low)


def long_curve(low: int, base: int, leverage: int, funds: tuple[int, int]) -> Curve:
    """The range below the base price, in which the pool is long.

    Args:
        low, base: prices in ticks.
        leverage: at the low bound, a factor of 10⁻¹⁸.
        funds: the commitment in ticks times position units, as numerator and denominator.
    """
    return curve(low, base, leverage, funds, low * ONE**2 * (ONE - leverage), leverage)


def short_curve(base: int, high: int, leverage: int, funds: tuple[int, int]) -> Curve:
    """The range above the base price, in which the pool is short. Arguments as of `long_curve`."""
    return curve(base, high, leverage, funds, high * ONE**2 * (ONE + leverage), -leverage)


def curve(low: int, high: int, leverage: int, funds: tuple[int, int], bound: int, sign: int) -> Curve:
    """The range whose position at its far bound is leverage · funds / (bound + sign · average price)."""
    below, above = root(low), root(high)
    needed = bound + sign * below * above
    number, divisor = funds
    position = leverage * number * ONE**2, needed * divisor
    liquidity = position[0] * unit_liquidity(below, above) // position[1]
    return Curve(below, above, liquidity, position[0] // position[1])
