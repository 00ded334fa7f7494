"""The best trades over several pools at once: all cycles, splits and routes of many hops, by one convex problem.

Choose a price ν for each token. A pool, alone, is best traded at these prices by a closed form (`all_routes_trade`). The
sum of what all pools give up there is convex in ν and no less than what any set of trades can gain; at its minimum the
pools' trades fit together, and it is the gain. So the search is over as many numbers as there are tokens, however many
pools, cycles and hops there are.

Source: Angeris, Evans, Chitra and Boyd, "Optimal Routing for Constant Function Market Makers", EC 2022, arXiv 2204.05238;
the decomposition by prices is that of Diamandis, Resnick, Chitra and Angeris, arXiv 2302.04938.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, log
from typing import final

import numpy as np
from numpy.typing import NDArray

from tokenspice.engine import Floats, StrategyError
from tokenspice.markets.pools import all_routes_trade

__all__ = ["PoolView", "Routed", "best_arbitrage", "best_swap", "best_trades"]

# Each goes on where the one before it stopped too early.
FAST, SURE = ("TNC", {"ftol": 1e-13, "gtol": 1e-10, "maxfun": 2000}), ("L-BFGS-B", {"ftol": 1e-15, "gtol": 1e-12})
SEARCHES = (FAST, SURE, FAST, SURE)
LEAST = 1e-9  # of a price that may fall to nothing, as a share of its first guess
SETTLED = 1e-16  # of what the pools are worth: an imbalance of a token that is rounding
TOO_EARLY = 1e-13  # the same: a search that leaves more may arrive nearer
ASTRAY = 1e-9  # the same: a search that leaves more has no answer


@final
@dataclass(frozen=True)
class PoolView:
    """A weighted pool as a router sees it; k tokens.

    Attributes:
        tokens: [k] which of the network's tokens it holds.
        reserves, weights: [k].
        fee: share of what is paid in.
    """

    tokens: tuple[int, ...]
    reserves: Floats
    weights: Floats
    fee: float

    def trade(self, prices: Floats) -> Floats:
        """[k] its best trade at the network's prices, [m]."""
        own = prices[list(self.tokens)]
        if len(self.tokens) == 2:
            return pair_trade(self.reserves.tolist(), self.weights.tolist(), own.tolist(), 1 - self.fee)
        return all_routes_trade(self.reserves, self.weights, own, 1 - self.fee)


def pair_trade(reserves: list[float], weights: list[float], prices: list[float], gamma: float) -> Floats:
    """[2] what `all_routes_trade` finds for two tokens, without arrays, because a search asks often."""
    m = [r * p / w for r, p, w in zip(reserves, prices, weights, strict=True)]
    a, b = (0, 1) if m[0] < m[1] else (1, 0)
    trade = np.zeros(2)
    if m[b] * gamma > m[a]:
        share = weights[a] / (weights[a] + weights[b])
        mu = exp(share * log(m[a] / gamma) + (1 - share) * log(m[b]))
        trade[a] = (mu - m[a] / gamma) * weights[a] / prices[a]
        trade[b] = (mu - m[b]) * weights[b] / prices[b]
    return trade


@final
@dataclass(frozen=True)
class Routed:
    """Trades that fit together.

    Attributes:
        trades: `[pools][k]` positive amounts flow into the pool.
        net: [m] what the trader has more of after all of them.
        prices: [m] at which all pools agree, but for their fees.
    """

    trades: tuple[Floats, ...]
    net: Floats
    prices: Floats


def best_trades(pools: Sequence[PoolView], low: Floats, high: Floats, given: Floats, guess: Floats) -> Routed:
    """The trades after which what is left is worth most.

    Args:
        pools: of the network.
        low, high: [m] what a token more is worth, and what a token less costs. The same number for both values it; 0 and
            infinity leave it worthless, and let none be missing.
        given: [m] tokens that are there to trade with, 0 or more.
        guess: [m] prices above 0 to begin with.
    """
    if not (low <= high).all() or (given < 0).any() or not (guess > 0).all():
        raise StrategyError("best_trades: write low <= high, given of 0 or more, and a guess above 0, for each token.")
    worthwhile, tokens = within_reach(pools, low > 0)
    start = np.clip(guess, np.maximum(low, LEAST * guess), high)
    prices = meeting([pools[i] for i in worthwhile], low, high, np.where(tokens, given, 0.0), start)
    trades = tuple(
        pool.trade(prices) if i in worthwhile else np.zeros(len(pool.tokens)) for i, pool in enumerate(pools)
    )
    return Routed(trades, net_of(pools, trades, len(low)), prices)


def within_reach(pools: Sequence[PoolView], valued: NDArray[np.bool_]) -> tuple[list[int], NDArray[np.bool_]]:
    """The pools, and the tokens, [m], from which trades lead to a token that is worth something."""
    tokens, found = np.array(valued), list[int]()
    while more := [i for i, pool in enumerate(pools) if i not in found and tokens[list(pool.tokens)].any()]:
        found += more
        for i in more:
            tokens[list(pools[i].tokens)] = True
    return sorted(found), tokens


def meeting(pools: Sequence[PoolView], low: Floats, high: Floats, given: Floats, start: Floats) -> Floats:
    """[m] the prices at which what all pools give up together is least, from some prices within the bounds on.

    Raises:
        StrategyError: the search does not arrive.
    """
    from scipy.optimize import minimize  # which takes a while to import

    lowest, highest = np.maximum(low, LEAST * start) / start, high / start
    scale = max(sum(float(pool.reserves @ start[list(pool.tokens)]) for pool in pools), 1e-300)

    def worth(x: Floats) -> tuple[float, Floats]:
        """What all pools give up at prices x · start, and its slope, as a share of what they are worth."""
        prices = x * start
        left = net_of(pools, [pool.trade(prices) for pool in pools], len(low)) + given
        return float(left @ prices) / scale, left * start / scale

    x, size = np.ones(len(low)), np.inf
    if worth(x)[0] == 0:  # no pool trades here, so that nothing can be gained
        return start
    for method, options in SEARCHES:
        bounds = list(zip(lowest, highest, strict=True))
        found = minimize(worth, x, jac=True, method=method, bounds=bounds, options=dict(options))
        x, size = settled(lambda x: worth(x)[1], np.asarray(found.x), lowest, highest)
        if size < TOO_EARLY:
            break
    if size > ASTRAY:
        raise StrategyError(
            f"The search for the best trades over {len(pools)} pools ends with {size:.1e} of their worth out of balance. "
            "Begin nearer to their prices."
        )
    return np.asarray(x * start)


def settled(slope: Callable[[Floats], Floats], x: Floats, lowest: Floats, highest: Floats) -> tuple[Floats, float]:
    """Newton's last digits: prices within their bounds, and what is left or missing of their tokens there."""
    free = (x > lowest * (1 + 1e-12)) & (x < highest * (1 - 1e-12))
    for _ in range(20):
        now = slope(x)
        size = float(np.abs(now[free]).max()) if free.any() else 0.0
        if size < SETTLED:
            break
        columns = []
        for j in np.flatnonzero(free):
            step = np.zeros(len(x))
            step[j] = 1e-7 * x[j]
            columns.append((slope(x + step) - slope(x - step))[free] / (2 * step[j]))
        move = np.linalg.lstsq(np.column_stack(columns), -now[free], rcond=1e-12)[0]
        shorter = next((s for s in (1.0, 0.5, 0.1, 0.01) if improves(slope, x, free, s * move, size)), 0.0)
        if not shorter:
            break
        x = np.array(x)
        x[free] += shorter * move
    return x, size


def improves(slope: Callable[[Floats], Floats], x: Floats, free: NDArray[np.bool_], move: Floats, size: float) -> bool:
    """Whether a step leaves prices positive and less of the free tokens out of balance."""
    tried = np.array(x)
    tried[free] += move
    return bool((tried > 0).all() and np.abs(slope(tried)[free]).max() < size)


def net_of(pools: Sequence[PoolView], trades: Sequence[Floats], m: int) -> Floats:
    """[m] what a trader receives of each token from all trades."""
    net = np.zeros(m)
    for pool, trade in zip(pools, trades, strict=True):
        net[list(pool.tokens)] -= trade
    return net


def best_arbitrage(pools: Sequence[PoolView], low: Floats, high: Floats, guess: Floats, gas: float = 0.0) -> Routed:
    """The trades of an arbitrageur who begins with nothing to trade, and pays gas for each pool that it trades with.

    Gas makes the choice of pools a combinatorial one. All of them are tried first; then, one by one, the pool is left
    out without which most is gained, as long as that is more than before. Without a pool, the others cannot gain more
    than they give up at the same prices, so that only a pool that gives up less than its gas is worth a try.

    Args:
        pools, low, high, guess: as of `best_trades`.
        gas: for each pool that is traded with, in units of `low`.
    """

    def tried(used: frozenset[int]) -> tuple[float, Routed]:
        routed = best_trades([pools[i] for i in sorted(used)], low, high, np.zeros(len(low)), guess)
        trades = dict(zip(sorted(used), routed.trades, strict=True))
        whole = tuple(trades.get(i, np.zeros(len(pool.tokens))) for i, pool in enumerate(pools))
        count = sum(bool(trade.any()) for trade in whole)
        return worth_of(routed.net, low, high) - gas * count, Routed(whole, routed.net, routed.prices)

    used = frozenset(range(len(pools)))
    best = tried(used)
    while gas and best[0] + gas * len(used) > gas:
        routed = best[1]
        used = frozenset(i for i in used if routed.trades[i].any())
        given_up = {i: -float(routed.trades[i] @ routed.prices[list(pools[i].tokens)]) for i in used}
        others = [(*tried(used - {i}), i) for i in sorted(used) if given_up[i] < gas and len(used) > 1]
        better = max(others, key=lambda one: one[0], default=None)
        if better is None or better[0] <= best[0]:
            break
        best, used = (better[0], better[1]), used - {better[2]}
    if best[0] > 0:
        return best[1]
    return Routed(tuple(np.zeros(len(pool.tokens)) for pool in pools), np.zeros(len(low)), best[1].prices)


def worth_of(net: Floats, low: Floats, high: Floats) -> float:
    """What more or less of tokens is worth; what may not be missing counts nothing, where that is rounding."""
    costs = np.where(np.isfinite(high), high, low)
    return float(np.where(net > 0, net * low, net * costs).sum())


def best_swap(pools: Sequence[PoolView], token_in: int, token_out: int, amount_in: float, guess: Floats) -> Routed:
    """The trades that give most of one token for an amount of another, by whatever hops and splits.

    Args:
        pools: of the network.
        token_in, token_out: which.
        amount_in: tokens.
        guess: [m] prices above 0 to begin with.
    """
    m = len(guess)
    low, high, given = np.zeros(m), np.full(m, np.inf), np.zeros(m)
    low[token_out] = high[token_out] = guess[token_out]
    given[token_in] = amount_in
    return best_trades(pools, low, high, given, guess)
