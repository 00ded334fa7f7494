"""Fine weights: the way from a chunk's first weights to its last, minute by minute."""

from enum import StrEnum
from typing import final

import numpy as np

from tokenspice.engine.units import Floats

__all__ = ["Interpolation", "fine_weights"]


@final
class Interpolation(StrEnum):
    """Kinds of ways.

    linear: at constant speed.
    approx_optimal: the mean of the linear and the geometric way, which costs less. Source: Willetts and Harrington,
        arXiv 2403.18737.
    approx_optimal_lagged: the same, but the geometric way ends one minute late, as quantammsim has it.
    great_circle: an arc in the square roots of the weights.
    """

    linear = "linear"
    approx_optimal = "approx_optimal"
    approx_optimal_lagged = "approx_optimal_lagged"
    great_circle = "great_circle"


def fine_weights(start: Floats, slope: Floats, moving: int, minutes: int, kind: Interpolation) -> Floats:
    """[minutes, n] weights of a chunk.

    Args:
        start, slope: [n] weights of the first minute, and their change per minute.
        moving: minutes for which they move.
        minutes: of the chunk, at least `moving`.
        kind: of the way.
    """
    j = np.arange(minutes)[:, None]
    end = start + moving * slope
    linear = start + np.minimum(j, moving) * slope
    if kind is Interpolation.linear:
        return linear
    way = j / moving
    if kind is Interpolation.great_circle:
        angle = np.arccos(min(float(np.sqrt(start * end).sum()), 1.0))
        if angle < 1e-12:
            return linear
        rooted = np.sin((1 - way) * angle) * np.sqrt(start) + np.sin(way * angle) * np.sqrt(end)
        mixed = rooted**2
    else:
        exponent = j / (moving + 1) if kind is Interpolation.approx_optimal_lagged else way
        mixed = linear + start * (end / start) ** exponent
    mixed = mixed / mixed.sum(axis=1, keepdims=True)
    return np.where(j < moving, mixed, end)
