"""At which mark price a position would be closed out, as far as that can be said beforehand."""

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from tokenspice.markets.exchange.numbers import ONE
from tokenspice.markets.exchange.risk import RiskFactors

__all__ = ["LiquidationEstimate", "OpenOrder", "liquidation_estimate", "liquidation_price"]


class LiquidationEstimate(NamedTuple):
    """Close-out comes between the two prices, in ticks.

    Attributes:
        best: as if closing cost no slippage.
        worst: with the market's slippage factor.
    """

    best: Fraction
    worst: Fraction


class OpenOrder(NamedTuple):
    """An order that may fill on the way. `size` is positive for a buy and negative for a sell."""

    price: int
    size: int


def liquidation_price(volume: int, mark: int, collateral: Fraction, weight: int) -> Fraction:
    """Return the mark price at which a position's collateral is worth its maintenance margin.

    Args:
        volume: signed size; not 0.
        mark: present mark price, in ticks.
        collateral: margin, general and bond, in ticks times size.
        weight: slippage and risk factor of the position's side together, of 10⁻¹⁸.

    Returns:
        Ticks, 0 at least; 0 where no price would do it, since the position has nothing to lose.
    """
    below = abs(volume) * Fraction(weight, ONE) - volume
    return max(Fraction(0), (collateral - volume * mark) / below) if below else Fraction(0)


def liquidation_estimate(
    volume: int,
    mark: int,
    collateral: Fraction,
    risk: RiskFactors,
    slippage: int,
    orders: Sequence[OpenOrder] = (),
) -> LiquidationEstimate:
    """Return the best and the worst liquidation price, in ticks, of a position whose orders may fill on the way.

    Orders fill in the order of their prices as the market moves against the position: buys downwards for a long position,
    sells upwards for a short one. Orders of the other side fill when the market moves the other way, and are left out. A
    party without a position goes the way of its first order.

    Args:
        volume: signed size.
        mark: present mark price, in ticks.
        collateral: margin, general and bond, in ticks times size.
        risk, slippage: of the market.
        orders: open orders.
    """
    is_long = volume > 0 or (volume == 0 and bool(orders) and orders[0].size > 0)
    sign, side = (1, risk.long) if is_long else (-1, risk.short)
    path = sorted((order for order in orders if order.size * sign > 0), key=lambda order: -sign * order.price)
    return LiquidationEstimate(
        along(path, volume, mark, collateral, side), along(path, volume, mark, collateral, slippage + side)
    )


def along(path: Sequence[OpenOrder], volume: int, mark: int, collateral: Fraction, weight: int) -> Fraction:
    """Let orders fill until the position is closed out before the next one would."""
    price = liquidation_price(volume, mark, collateral, weight) if volume else None
    for order in path:
        sign = 1 if order.size > 0 else -1
        if price is not None and (price - order.price) * sign >= 0:
            return price
        fill = min(order.price * sign, mark * sign) * sign
        collateral += volume * (fill - mark)
        volume, mark = volume + order.size, fill
        price = liquidation_price(volume, mark, collateral, weight)
        if (price - mark) * sign > 0:  # the fill itself was too much
            return Fraction(mark)
    return Fraction(0) if price is None else price
