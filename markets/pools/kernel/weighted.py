"""The loop over a history of a weighted pool, compiled. T minutes, c chunks, n tokens.

Costs are arrays of one number, or of T. Events are the arbitrages, for whoever wants to go back through them
(`adjoint.py`).
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from tokenspice.engine.units import Floats
from tokenspice.markets.pools.kernel.path import weights_at
from tokenspice.markets.pools.kernel.trade import best_trade, pays, settle

__all__ = ["Ints", "swap_out_of", "weighted_scan"]

Ints = NDArray[np.int64]


@njit(cache=True, nogil=True, error_model="numpy")
def swap_out_of(reserves: Floats, weights: Floats, a: int, b: int, amount: float, fee: float) -> float:
    """What a weighted pool gives of token b for `amount` of token a."""
    return -reserves[b] * np.expm1(-weights[a] / weights[b] * np.log1p((1.0 - fee) * amount / reserves[a]))


@njit(cache=True, nogil=True, error_model="numpy")
def weighted_scan(
    prices: Floats,
    starts: Floats,
    slopes: Floats,
    chunk: int,
    moving: int,
    kind: int,
    moves: bool,
    pairs: bool,
    reserves: Floats,
    fee: Floats,
    gas: Floats,
    outside: Floats,
    noise: float,
    share: float,
    supply: Floats,
    swap_minutes: Ints,
    swap_tokens: Ints,
    swap_amounts: Floats,
    arbitrage: NDArray[np.bool_],
    every: int,
    sample: int,
    values: Floats,
    incomes: Floats,
    rows: Floats,
    protocol: Floats,
    when: Ints,
    held: Floats,
    traded: Floats,
) -> tuple[int, float]:
    """Change `reserves` from minute to minute.

    Args:
        prices: [T, n].
        starts, slopes: [c, n] coarse weights.
        chunk, moving: minutes of a chunk, and of those the ones in which weights move.
        kind: of the way between weights.
        moves: whether there is an arbitrage of the weights.
        pairs: whether arbitrageurs trade one token for one other.
        reserves: [n] at the start; changed.
        fee, gas, outside: [1] or [T] costs.
        noise, share: noise traders' ratio, protocol's share.
        supply: [1] or [T] ratio of each minute's supply of shares to the last one's.
        swap_minutes, swap_tokens, swap_amounts: [s], [s, 2], [s] users' trades, by time.
        arbitrage: [1] or [T] whether there is one.
        every: minutes between steps.
        sample: minutes between what is written to the results.
        values, incomes, rows: [samples], [samples], [samples or 0, n] results: dollars, dollars, tokens.
        protocol: [n] fees that have left; added to.
        when, held, traded: [e], [e, n], [e, n] results, the first e arbitrages: minute · 2 + phase, reserves before,
            trades.

    Returns:
        How many arbitrages there were, and the value in the last minute, dollars.
    """
    total, n = prices.shape
    before, now, m, trade = starts[0].copy(), starts[0].copy(), np.empty(n), np.zeros(n)
    count, swap, income, growth = 0, 0, 0.0, 1.0
    is_moving = False
    for i in range(n):
        for c in range(len(slopes)):
            is_moving = is_moving or slopes[c, i] != 0.0
    until_step, until_sample, k, c, j = 0, 0, 0, 0, 0
    for t in range(total):
        if len(supply) > 1:
            growth *= supply[t]
        if until_step == 0:
            until_step = every
            if growth != 1.0:
                for i in range(n):
                    reserves[i] *= growth
                growth = 1.0
            phi = fee[t] if len(fee) > 1 else fee[0]
            gamma = 1.0 - phi
            cost = gas[t] if len(gas) > 1 else gas[0]
            abroad = outside[t] if len(outside) > 1 else outside[0]
            looks = arbitrage[t] if len(arbitrage) > 1 else arbitrage[0]
            if looks and best_trade(reserves, before, prices, t, gamma, pairs, m, trade):
                if pays(trade, prices, t, cost, abroad):
                    if count < len(when):
                        when[count] = 2 * t
                        for i in range(n):
                            held[count, i] = reserves[i]
                            traded[count, i] = trade[i]
                    count += 1
                    income += settle(reserves, trade, prices, t, phi, noise, share, protocol)
            if is_moving:
                weights_at(starts, slopes, c, j, moving, kind, now)
            if swap < len(swap_minutes):
                swap = do_swaps(t, swap, swap_minutes, swap_tokens, swap_amounts, reserves, now, phi)
            if moves and looks and best_trade(reserves, now, prices, t, gamma, pairs, m, trade):
                if pays(trade, prices, t, cost, abroad):
                    if count < len(when):
                        when[count] = 2 * t + 1
                        for i in range(n):
                            held[count, i] = reserves[i]
                            traded[count, i] = trade[i]
                    count += 1
                    income += settle(reserves, trade, prices, t, phi, noise, share, protocol)
            for i in range(n):
                before[i] = now[i]
        until_step -= 1
        j += 1
        if j == chunk and c < len(starts) - 1:
            c, j = c + 1, 0
        if until_sample == 0:
            until_sample = sample
            value = 0.0
            for i in range(n):
                value += reserves[i] * prices[t, i]
            values[k] = value
            incomes[k] = income
            income = 0.0
            if len(rows):
                for i in range(n):
                    rows[k, i] = reserves[i]
            k += 1
        until_sample -= 1
    last = 0.0
    for i in range(n):
        last += reserves[i] * prices[total - 1, i]
    return count, last


@njit(cache=True, nogil=True, error_model="numpy")
def do_swaps(
    t: int, swap: int, minutes: Ints, tokens: Ints, amounts: Floats, reserves: Floats, weights: Floats, fee: float
) -> int:
    """Do the users' trades up to minute t, from number `swap` on; return the number of the next."""
    while swap < len(minutes) and minutes[swap] <= t:
        a, b = tokens[swap, 0], tokens[swap, 1]
        out = swap_out_of(reserves, weights, a, b, amounts[swap], fee)
        reserves[a] += amounts[swap]
        reserves[b] -= out
        swap += 1
    return swap
