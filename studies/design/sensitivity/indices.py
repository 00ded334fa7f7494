"""Elementary effects, and shares of variance, as SALib computes them; each with its interval.

Morris 1991; Saltelli et al. 2010; Jansen 1999; Tarantola et al. 2006 (RBD-FAST); with chance as one more input, Zhu and
Sudret, RESS 2021.
"""

from dataclasses import dataclass
from typing import Any, final

import numpy as np

from tokenspice.engine.units import Floats

__all__ = ["Index", "Screened", "given_indices", "morris_effects", "morris_points", "sobol_indices", "sobol_points"]

LEVELS = 4  # of Morris' grid
RESAMPLES = 200

Interval = tuple[float, float]


@final
@dataclass(frozen=True)
class Screened:
    """What Morris' method says of an input.

    Attributes:
        mean: μ*, of the elementary effects' sizes, per range of the input.
        interval: of it.
        sd: σ, of the effects; large where the input interacts, or acts out of proportion.
    """

    name: str
    mean: float
    interval: Interval
    sd: float


@final
@dataclass(frozen=True)
class Index:
    """An input's shares of the metric's variance.

    Attributes:
        first: S = V[E(y | x)] / V, by itself.
        first_interval: of it.
        total: T = E[V(y | all but x)] / V, interactions included; NaN where the method has none.
        total_interval: of it.
    """

    name: str
    first: float
    first_interval: Interval
    total: float = float("nan")
    total_interval: Interval = (float("nan"), float("nan"))


def morris_points(n_inputs: int, trajectories: int, seed: int) -> Floats:
    """Return trajectories through a grid: [trajectories · (n_inputs + 1), n_inputs], each step along one input."""
    from SALib.sample import morris

    points: Floats = morris.sample(problem(n_inputs), trajectories, num_levels=LEVELS, seed=positive(seed))
    return points


def morris_effects(names: list[str], points: Floats, values: Floats, alpha: float, seed: int) -> list[Screened]:
    """Return the elementary effects of values at Morris' points."""
    from SALib.analyze import morris

    found = morris.analyze(
        problem(len(names)),
        points,
        values,
        num_levels=LEVELS,
        num_resamples=RESAMPLES,
        conf_level=1 - alpha,
        seed=positive(seed),
    )
    rows = zip(names, found["mu_star"], found["mu_star_conf"], found["sigma"], strict=True)
    return [
        Screened(name, float(mean), (max(float(mean - half), 0.0), float(mean + half)), float(sd))
        for name, mean, half, sd in rows
    ]


def sobol_points(n_inputs: int, n: int, seed: int) -> Floats:
    """Return Saltelli's points, [n · (n_inputs + 2), n_inputs]; more of them begin with fewer of them."""
    from SALib.sample import sobol

    points: Floats = sobol.sample(problem(n_inputs), n, calc_second_order=False, seed=positive(seed))
    return points


def sobol_indices(names: list[str], values: Floats, alpha: float, seed: int) -> list[Index]:
    """Return the shares of variance of values at Saltelli's points, in their order."""
    from SALib.analyze import sobol

    found = sobol.analyze(
        problem(len(names)),
        values,
        calc_second_order=False,
        num_resamples=RESAMPLES,
        conf_level=1 - alpha,
        seed=positive(seed),
    )
    rows = zip(names, found["S1"], found["S1_conf"], found["ST"], found["ST_conf"], strict=True)
    return [
        Index(name, float(first), around(first, first_half), float(total), around(total, total_half))
        for name, first, first_half, total, total_half in rows
    ]


def given_indices(names: list[str], points: Floats, values: Floats, alpha: float, seed: int) -> list[Index]:
    """Return first-order shares from points that were drawn for another purpose: independent inputs, any order.

    Args:
        names: of the inputs.
        points: [n_points, n_inputs].
        values: [n_points] of the metric.
        alpha: how often an interval may miss.
        seed: of the bootstrap.
    """
    from SALib.analyze import rbd_fast

    found = rbd_fast.analyze(
        problem(len(names)), points, values, num_resamples=RESAMPLES, conf_level=1 - alpha, seed=positive(seed)
    )
    return [
        Index(name, float(first), around(first, half))
        for name, first, half in zip(names, found["S1"], found["S1_conf"], strict=True)
    ]


def problem(n_inputs: int) -> dict[str, Any]:
    names = [f"x{number}" for number in range(n_inputs)]
    return {"num_vars": n_inputs, "names": names, "bounds": [[0.0, 1.0]] * n_inputs}


def positive(seed: int) -> int:
    """Return a seed that SALib does not take for none at all, as it does 0."""
    return int(np.random.SeedSequence(seed).generate_state(1)[0]) % (2**31 - 1) + 1


def around(middle: float, half: float) -> Interval:
    return float(middle - half), float(middle + half)
