"""The exact arbitrage of a weighted pool: one scalar, found without iteration.

With m = reserves · prices / weights, no trade pays if max m <= min m / γ. Otherwise the best trade moves every token
with m below γμ up to γμ, every token with m above μ down to μ, and leaves the others alone; the invariant fixes μ.

Source: first-order conditions of the arbitrageur's problem; Willetts and Harrington, arXiv 2402.06731, for given signs.
"""

from typing import Literal, TypeAlias

import numpy as np

from tokenspice.engine.units import Floats

__all__ = ["Route", "all_routes_trade", "log_multiplier", "pair_trade", "trade_to"]

# "all": the arbitrageur trades any set of tokens at once; "pairs": one token for one other.
Route: TypeAlias = Literal["all", "pairs"]


def all_routes_trade(reserves: Floats, weights: Floats, prices: Floats, gamma: float) -> Floats:
    """[n] the most profitable trade, tokens; zeros inside the no-trade region.

    Args:
        reserves, weights, prices: [n] of the pool, and of the market.
        gamma: one less the fee.
    """
    m = reserves * prices / weights
    if m.max() * gamma <= m.min():
        return np.zeros(len(m))
    x = log_multiplier(np.log(m), weights, np.log(gamma))
    return trade_to(x, m, weights, prices, gamma)


def log_multiplier(log_m: Floats, weights: Floats, log_gamma: float) -> float:
    """The root x = ln μ of a sum that is piecewise linear and never falls, between its breakpoints."""
    points = np.sort(np.concatenate([log_m, log_m - log_gamma]))
    sums = moved(points[:, None], log_m, log_gamma) @ weights
    k = int(np.searchsorted(sums, 0.0))
    if k == 0 or sums[k] == 0:
        return float(points[k])
    share = -sums[k - 1] / (sums[k] - sums[k - 1])
    return float(points[k - 1] + share * (points[k] - points[k - 1]))


def moved(x: Floats, log_m: Floats, log_gamma: float) -> Floats:
    """The change of each token's logarithmic reserve, as the invariant sees it, if ln μ is x."""
    return np.maximum(x + log_gamma - log_m, 0) + np.minimum(x - log_m, 0)


def trade_to(x: float, m: Floats, weights: Floats, prices: Floats, gamma: float) -> Floats:
    """[n] the trade that ends at ln μ = x."""
    mu = np.exp(x)
    paid_in = np.maximum(gamma * mu - m, 0) / gamma
    paid_out = np.minimum(mu - m, 0)
    return np.asarray((paid_in + paid_out) * weights / prices)


def pair_trade(reserves: Floats, weights: Floats, prices: Floats, gamma: float) -> Floats:
    """[n] the most profitable trade of one token for one other."""
    m = reserves * prices / weights
    best, profit = np.zeros(len(m)), -np.inf
    for a in range(len(m)):
        for b in range(len(m)):
            if m[b] * gamma > m[a]:
                trade = trade_of(a, b, m, weights, prices, gamma)
                if -(trade @ prices) > profit:
                    best, profit = trade, -float(trade @ prices)
    return best


def trade_of(a: int, b: int, m: Floats, weights: Floats, prices: Floats, gamma: float) -> Floats:
    """[n] the best trade of token a in and token b out."""
    w = weights[[a, b]] / weights[[a, b]].sum()
    mu = np.exp(w[0] * np.log(m[a] / gamma) + w[1] * np.log(m[b]))
    trade = np.zeros(len(m))
    trade[a] = (gamma * mu - m[a]) / gamma * weights[a] / prices[a]
    trade[b] = (mu - m[b]) * weights[b] / prices[b]
    return trade
