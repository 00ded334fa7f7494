"""A weighted pool whose arbitrage costs nothing, in closed form: no loop over minutes.

After an arbitrage, reserves are V · weights / prices. With ρ = p(t) / p(t − 1) and ω = w(t) / w(t − 1), ln V grows from one
minute to the next by Σ w(t − 1) ln ρ − Σ w(t) ln ω.
"""

import numpy as np

from tokenspice.engine.units import Floats

__all__ = ["free_reserves", "free_values"]


def free_values(prices: Floats, weights: Floats, value_USD: float) -> Floats:
    """[T] the pool's value, dollars.

    Args:
        prices: [T, n] dollars.
        weights: [T, n], or [n] if they do not move.
        value_USD: at the start.
    """
    logs = np.log(prices)
    if weights.ndim == 1:
        log_value = (logs - logs[0]) @ weights
    else:
        growth = np.empty(len(prices))
        growth[0] = 0.0
        log_weights = np.log(weights)
        np.einsum("tn,tn->t", weights[:-1], logs[1:] - logs[:-1], out=growth[1:])
        growth[1:] -= np.einsum("tn,tn->t", weights[1:], log_weights[1:] - log_weights[:-1])
        log_value = np.cumsum(growth)
    return np.asarray(value_USD * np.exp(log_value))


def free_reserves(prices: Floats, weights: Floats, value_USD: float) -> Floats:
    """[T, n] the pool's reserves, tokens. Arguments as of `free_values`."""
    return np.asarray(free_values(prices, weights, value_USD)[:, None] * weights / prices)
