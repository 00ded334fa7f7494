"""How long an estimator remembers, in days, and the factor λ by which it forgets at every chunk."""

import numpy as np

from tokenspice.engine.units import Floats
from tokenspice.markets.errors import StrategyConfigError

__all__ = ["DAY_MINUTES", "decay_of_memory", "inverse_squareplus", "logistic", "memory_of_decay", "squareplus"]

DAY_MINUTES = 1440


def memory_of_decay(decay: Floats | float, chunk_minutes: int) -> Floats:
    """[...] days of memory of an estimator that forgets by `decay`, 0 to below 1, at every chunk."""
    kept = np.asarray(decay, dtype=float)
    return np.asarray(2 * chunk_minutes / DAY_MINUTES * np.cbrt(6 * kept / (1 - kept) ** 3))


def decay_of_memory(memory_days: Floats | float, chunk_minutes: int) -> Floats:
    """[...] the inverse of `memory_of_decay`, by Cardano's formula.

    With y = 1 − λ, y³ + c·y − c = 0, where c = 6 (2 · chunk / memory)³.
    """
    days = np.asarray(memory_days, dtype=float)
    if not (days >= 0).all():
        raise StrategyConfigError(f"A memory of {days.tolist()} days. Write days, 0 or more.")
    with np.errstate(divide="ignore", invalid="ignore"):
        c = 6 * (2 * chunk_minutes / DAY_MINUTES / days) ** 3
        y = 2 * np.sqrt(c / 3) * np.sinh(np.arcsinh(1.5 * np.sqrt(3 / c)) / 3)
        for _ in range(2):  # Newton, for the last digits
            y = y - (y**3 + c * y - c) / (3 * y**2 + c)
    return np.where(days > 0, 1 - y, 0.0)


def logistic(x: Floats | float) -> Floats:
    """[...] 1 / (1 + exp(−x))."""
    return np.asarray(1 / (1 + np.exp(-np.asarray(x, dtype=float))))


def squareplus(x: Floats | float) -> Floats:
    """[...] a smooth positive map, (x + √(x² + 4)) / 2. Source: Barron, arXiv 2112.11687."""
    x = np.asarray(x, dtype=float)
    return np.asarray((x + np.sqrt(x**2 + 4)) / 2)


def inverse_squareplus(y: Floats | float) -> Floats:
    """[...] the inverse of `squareplus`, for positive y."""
    y = np.asarray(y, dtype=float)
    return np.asarray((y**2 - 1) / y)
