"""A local search: COBYQA, a trust-region method without derivatives (Ragonneau and Zhang 2023), from the defaults."""

from collections.abc import Callable, Sequence
from typing import final

import numpy as np

from tokenspice.engine.units import Floats
from tokenspice.studies.design.optimisation.judge import Judgement
from tokenspice.studies.design.optimisation.searches import Axis, Point

__all__ = ["search_locally"]

RADIUS = 0.1  # of the first trust region, as a part of each range
FINEST = 1e-3  # at which it is done
INSIDE = 1e-6  # by how much specs are met at the least, so that what it comes to is not beyond a limit by a rounding


@final
class Stopped(Exception):
    """The budget is spent: scipy's own loop is left by this."""


def search_locally(judge: Callable[[Point], Judgement | None], axes: Sequence[Axis], start: Point) -> None:
    """Improve a design step by step; choices stay as they are.

    Args:
        judge: runs a design, and remembers it; None where the budget is spent.
        axes: of the space.
        start: where it begins.
    """
    from scipy.optimize import Bounds, NonlinearConstraint, minimize

    numbers = [place for place, n in enumerate(axes) if not n]
    if not numbers:
        return
    known: dict[Point, Judgement] = {}

    def at(x: Floats) -> Judgement:
        point = list(start)
        for place, u in zip(numbers, x, strict=True):
            point[place] = float(min(max(u, 0.0), 1.0))
        key = tuple(point)
        if key not in known:
            if (found := judge(key)) is None:
                raise Stopped
            known[key] = found
        return known[key]

    def value(x: Floats) -> float:
        judged = at(x)
        return judged.values[0] if judged.values and not judged.violations[0] else np.inf

    def violations(x: Floats) -> Floats:
        # That runs end is no constraint that could be met by degrees: their value is infinite.
        found = at(x).violations[1:]
        return np.array(found) if len(found) == n_specs else np.ones(n_specs)

    first = np.array([start[place] for place in numbers])
    try:
        n_specs = len(at(first).violations) - 1
        minimize(
            value,
            first,
            method="COBYQA",
            bounds=Bounds(np.zeros(len(numbers)), np.ones(len(numbers))),
            constraints=[NonlinearConstraint(violations, -np.inf, -INSIDE)] if n_specs else [],
            options={"initial_tr_radius": RADIUS, "final_tr_radius": FINEST, "maxfev": 500 * len(numbers)},
        )
    except Stopped:
        pass
