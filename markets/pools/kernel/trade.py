"""The exact arbitrage of a weighted pool, compiled. The reference is `markets/pools/arbitrage.py`."""

import numpy as np
from numba import njit

from tokenspice.engine.units import Floats

__all__ = ["best_trade", "pays", "settle"]


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def log_near_1(x: float) -> float:
    """ln x, by a series where that is as exact and faster."""
    z = (x - 1.0) / (x + 1.0)
    if abs(z) > 0.01:
        return np.log(x)
    q = z * z
    return 2.0 * z * (1.0 + q * (1 / 3 + q * (1 / 5 + q * (1 / 7 + q / 9))))


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def exp_near_0(y: float) -> float:
    """exp y, by a series where that is as exact and faster."""
    if abs(y) > 0.01:
        return np.exp(y)
    return 1.0 + y * (1.0 + y / 2 * (1.0 + y / 3 * (1.0 + y / 4 * (1.0 + y / 5 * (1.0 + y / 6 * (1.0 + y / 7))))))


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def best_trade(
    reserves: Floats, weights: Floats, prices: Floats, t: int, gamma: float, pairs: bool, m: Floats, trade: Floats
) -> bool:
    """Fill `trade` with the best one; say no, and fill nothing, inside the no-trade region.

    The set of tokens that trade is guessed from the two that are farthest apart, and corrected until the multiplier
    that it gives is consistent with it; the multiplier is then the only one. `m` is scratch of n numbers.
    """
    n = len(reserves)
    least, most = np.inf, 0.0
    for i in range(n):
        level = reserves[i] * prices[t, i] / weights[i]
        m[i] = level
        least = min(least, level)
        most = max(most, level)
    if most * gamma <= least:
        return False
    if pairs and gamma < 1.0:
        return best_pair(weights, prices, t, gamma, m, trade)
    for i in range(n):
        trade[i] = -1.0 if m[i] == least else (1.0 if m[i] == most or gamma == 1.0 else 0.0)
    mu, settled = most, False
    for _ in range(2 * n):
        if settled:
            break
        mu = multiplier(weights, gamma, most, m, trade)
        settled = gamma == 1.0 or agrees(gamma, mu, m, trade)
    if not settled:
        mu = np.exp(root(weights, np.log(gamma), m))
    for i in range(n):
        trade[i] = 0.0
        if gamma * mu > m[i]:
            trade[i] = (gamma * mu - m[i]) / gamma * weights[i] / prices[t, i]
        elif mu < m[i]:
            trade[i] = (mu - m[i]) * weights[i] / prices[t, i]
    return True


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def multiplier(weights: Floats, gamma: float, reference: float, m: Floats, signs: Floats) -> float:
    """μ if tokens with sign −1 flow in and those with sign 1 flow out."""
    total, weight = 0.0, 0.0
    for i in range(len(m)):
        if signs[i] != 0.0:
            level = m[i] / reference if signs[i] > 0 else m[i] / (gamma * reference)
            total += weights[i] * log_near_1(level)
            weight += weights[i]
    return reference * exp_near_0(total / weight)


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def agrees(gamma: float, mu: float, m: Floats, signs: Floats) -> bool:
    """Whether the signs are those that μ gives; they are set to these."""
    same = True
    for i in range(len(m)):
        sign = -1.0 if m[i] < gamma * mu else (1.0 if m[i] > mu else 0.0)
        same = same and sign == signs[i]
        signs[i] = sign
    return same


@njit(cache=True, nogil=True, error_model="numpy")
def root(weights: Floats, log_gamma: float, m: Floats) -> float:
    """ln μ, between the two breakpoints around the change of sign."""
    n = len(m)
    low, high, low_sum, high_sum = -np.inf, np.inf, -np.inf, np.inf
    for k in range(2 * n):
        x = np.log(m[k % n]) - (log_gamma if k >= n else 0.0)
        total = 0.0
        for i in range(n):
            log_m = np.log(m[i])
            if log_m < x + log_gamma:
                total += weights[i] * (x + log_gamma - log_m)
            elif log_m > x:
                total += weights[i] * (x - log_m)
        if total < 0.0 and x > low:
            low, low_sum = x, total
        if total >= 0.0 and x < high:
            high, high_sum = x, total
    if high_sum == 0.0 or low == -np.inf:
        return high
    return low - low_sum / (high_sum - low_sum) * (high - low)


@njit(cache=True, nogil=True, error_model="numpy")
def best_pair(weights: Floats, prices: Floats, t: int, gamma: float, m: Floats, trade: Floats) -> bool:
    """As `best_trade`, for one token in and one out."""
    n = len(m)
    best, best_mu, profit = -1, 0.0, 0.0
    for k in range(n * n):
        a, b = k // n, k % n
        if m[b] * gamma <= m[a]:
            continue
        mu = m[b] * exp_near_0(weights[a] / (weights[a] + weights[b]) * log_near_1(m[a] / (gamma * m[b])))
        gain = (m[b] - mu) * weights[b] - (gamma * mu - m[a]) / gamma * weights[a]
        if gain > profit:
            best, best_mu, profit = k, mu, gain
    if best < 0:
        return False
    a, b = best // n, best % n
    for i in range(n):
        trade[i] = 0.0
    trade[a] = (gamma * best_mu - m[a]) / gamma * weights[a] / prices[t, a]
    trade[b] = (best_mu - m[b]) * weights[b] / prices[t, b]
    return True


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def pays(trade: Floats, prices: Floats, t: int, gas: float, outside: float) -> bool:
    """Whether the profit covers gas and the fee elsewhere."""
    profit, gross = -gas, 0.0
    for i in range(len(trade)):
        value = trade[i] * prices[t, i]
        profit -= value
        gross += abs(value)
    return profit >= 0.5 * outside * gross


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def settle(
    reserves: Floats, trade: Floats, prices: Floats, t: int, fee: float, noise: float, share: float, protocol: Floats
) -> float:
    """Make the trade: change `reserves`, add to `protocol`, and return the providers' income, dollars."""
    fees, value = 0.0, 0.0
    for i in range(len(trade)):
        reserves[i] += trade[i]
        value += reserves[i] * prices[t, i]
        if trade[i] > 0.0:
            fees += trade[i] * fee * prices[t, i]
    income = fees * (1.0 - share)
    if noise > 0.0:
        ratio = 1.0 + noise * income / value
        for i in range(len(trade)):
            reserves[i] *= ratio
        income *= 1.0 + noise
    if share > 0.0:
        for i in range(len(trade)):
            if trade[i] > 0.0:
                reserves[i] -= trade[i] * fee * share
                protocol[i] += trade[i] * fee * share
    return income
