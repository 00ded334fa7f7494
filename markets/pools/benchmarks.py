"""What a pool is measured against: a portfolio with the same weights that rebalances on an exchange."""

import numpy as np

from tokenspice.engine.units import Floats

__all__ = ["rebalancing_reserves"]


def rebalancing_reserves(
    prices: Floats, weights: Floats, start: Floats, fee: float = 0.0, spread: Floats | None = None
) -> Floats:
    """[T, n] tokens of a portfolio that follows the weights by trading at market prices.

    It rebalances twice a minute, as a pool does: when the prices have moved, and when the weights have. Without costs,
    what a pool is worth less is its loss-versus-rebalancing (LVR).

    Args:
        prices: [T, n] dollars.
        weights: [T, n], or [n] if they do not move.
        start: [n] tokens.
        fee: of what is sold, a fraction.
        spread: [T, n] bid-ask spreads, fractions, of which each trade pays half.

    Source:
        Milionis and others, "Automated market making and loss-versus-rebalancing".
    """
    rows = np.broadcast_to(weights, prices.shape)
    reserves = np.empty(prices.shape)
    held = start
    for t in range(len(prices)):
        width = np.zeros(prices.shape[1]) if spread is None else spread[t]
        for w in (rows[max(t - 1, 0)], rows[t]):
            value = held @ prices[t]
            change = w * value / prices[t] - held
            cost = fee * (np.maximum(-change, 0) @ prices[t]) + 0.5 * (width * np.abs(change)) @ prices[t]
            held = w * (value - cost) / prices[t]
        reserves[t] = held
    return reserves
