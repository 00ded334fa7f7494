"""The arithmetic of the rules, from signals to changes of weights, on any array namespace (NumPy, JAX).

`xp` is the namespace; arrays are [..., n]. Gains k are changes of weight for a signal of 1.
"""

from types import ModuleType
from typing import Any, TypeAlias

__all__ = ["CHANNEL_PEAK", "channel", "inverse_variance", "power", "zero_sum"]

# The height of the channel's wave at its peak, by which it is divided.
CHANNEL_PEAK = 0.5415

# Of NumPy or JAX, whichever namespace was given; neither declares the other's type.
Array: TypeAlias = Any


def zero_sum(xp: ModuleType, signal: Array, gains: Array) -> Array:
    """Changes of weights whose sum is 0: each token's signal against the mean, weighted by the gains."""
    total = xp.sum(gains, axis=-1, keepdims=True)
    mean = xp.sum(gains * signal, axis=-1, keepdims=True) / xp.where(total == 0, 1.0, total)
    return gains * (signal - mean)


def power(xp: ModuleType, gradient: Array, exponent: Array, scale: Array) -> Array:
    """sign(g) · |g / (2 scale)| ** exponent."""
    size = xp.abs(gradient / (2 * scale))
    # The power's derivative is not finite at 0, so it is taken beside it.
    safe = xp.where(size == 0, 1.0, size)
    return xp.where(size == 0, 0.0, xp.sign(gradient) * safe**exponent)


def channel(
    xp: ModuleType,
    wave: Array,
    trend: Array,
    envelope: Array,
    width: Array,
    amplitude: Array,
    exponent: Array,
    scale: Array,
    peak: float | Array = CHANNEL_PEAK,
) -> Array:
    """Against the movement inside a channel of gradients, with it outside.

    Args:
        xp: array namespace.
        wave, trend, envelope: gradients for the three parts; of most rules, the same one.
        width: of the channel, in units of the gradient.
        amplitude: of the counter-movement.
        exponent, scale: of the trend, as in `power`.
        peak: what the wave is divided by.
    """
    inside = xp.exp(-(envelope**2) / (2 * width**2))
    u = xp.pi * wave / (3 * width)
    against = -amplitude * inside * (u - u**3 / 6) / peak
    return against + (1 - inside) * power(xp, trend, exponent, scale)


def inverse_variance(xp: ModuleType, variance: Array) -> Array:
    """Weights in inverse proportion to variances; a token without variance counts as one with very little."""
    precision = 1 / xp.maximum(variance, 1e-30)
    return precision / xp.sum(precision, axis=-1, keepdims=True)
