"""Fine weights inside the compiled loops. The reference is `markets/pools/interpolation.py`."""

import numpy as np
from numba import njit

from tokenspice.engine.units import Floats

__all__ = ["GREAT_CIRCLE", "LAGGED", "LINEAR", "OPTIMAL", "weights_at"]

LINEAR, OPTIMAL, LAGGED, GREAT_CIRCLE = 0, 1, 2, 3


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def weights_at(starts: Floats, slopes: Floats, c: int, j: int, moving: int, kind: int, out: Floats) -> None:
    """Fill `out` with the weights of minute j of chunk c."""
    n = len(out)
    if kind == LINEAR or j >= moving:
        for i in range(n):
            out[i] = starts[c, i] + min(j, moving) * slopes[c, i]
    elif kind == GREAT_CIRCLE:
        great_circle(starts, slopes, c, j / moving, moving, out)
    else:
        approximate(starts, slopes, c, j, j / (moving + 1) if kind == LAGGED else j / moving, moving, out)


@njit(cache=True, nogil=True, error_model="numpy")
def approximate(starts: Floats, slopes: Floats, c: int, j: int, exponent: float, moving: int, out: Floats) -> None:
    """Fill `out` with the mean of the linear and the geometric way."""
    n, total = len(out), 0.0
    for i in range(n):
        start, end = starts[c, i], starts[c, i] + moving * slopes[c, i]
        out[i] = start + j * slopes[c, i] + start * (end / start) ** exponent
        total += out[i]
    for i in range(n):
        out[i] /= total


@njit(cache=True, nogil=True, error_model="numpy")
def great_circle(starts: Floats, slopes: Floats, c: int, way: float, moving: int, out: Floats) -> None:
    """Fill `out` with a point of the arc."""
    n, cosine, total = len(out), 0.0, 0.0
    for i in range(n):
        cosine += np.sqrt(starts[c, i] * (starts[c, i] + moving * slopes[c, i]))
    angle = np.arccos(min(cosine, 1.0))
    for i in range(n):
        start, end = starts[c, i], starts[c, i] + moving * slopes[c, i]
        if angle < 1e-12:
            out[i] = start + way * (end - start)
        else:
            out[i] = (np.sin((1 - way) * angle) * np.sqrt(start) + np.sin(way * angle) * np.sqrt(end)) ** 2
        total += out[i]
    for i in range(n):
        out[i] /= total
