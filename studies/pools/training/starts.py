"""Where training begins: the scenario's own numbers, and others around them or over their range."""

import numpy as np

from tokenspice.engine.streams import RandomStreams
from tokenspice.engine.units import Floats
from tokenspice.studies.pools.training.settings import Training
from tokenspice.studies.pools.training.space import Space

__all__ = ["first_points", "fresh_point"]


def first_points(space: Space, training: Training, streams: RandomStreams, start: Floats | None = None) -> Floats:
    """[sets, d] points. The first is `start`, or the scenario's own."""
    own = space.start if start is None else start
    others = training.parameter_sets - 1
    if not others:
        return own[None, :]
    if training.first_points == "noise":
        noise = streams("first points").standard_normal((others, space.size))
        return np.vstack([own, own + training.spread * noise])
    from scipy.stats import qmc

    kind = qmc.Sobol if training.first_points == "sobol" else qmc.LatinHypercube
    sampler = kind(space.size, rng=streams("first points"))
    # The first of Sobol's points may be a corner.
    unit = (
        sampler.random(1 << (others + 1).bit_length())[1 : others + 1]
        if training.first_points == "sobol"
        else sampler.random(others)
    )
    low, high = space.bounds()
    return np.vstack([own, low + unit * (high - low)])


def fresh_point(space: Space, streams: RandomStreams, iteration: int, parameter_set: int) -> Floats:
    """[d] a point anywhere in the range, for a set that was lost."""
    low, high = space.bounds()
    return low + (high - low) * streams(f"fresh {iteration} {parameter_set}").random(space.size)
