"""By how much designs fall short of the best one of each scenario."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, final

import numpy as np

from tokenspice.engine.units import Floats
from tokenspice.engine.variables import Value
from tokenspice.studies.design.optimisation.judge import Judgement
from tokenspice.studies.design.optimisation.searches import Point

__all__ = ["Regrets", "Scenario", "regrets_of"]

Scenario: TypeAlias = Mapping[str, Value]


@final
@dataclass(frozen=True)
class Regrets:
    """What a search for the least regret found.

    Attributes:
        scenarios: corners of the environment.
        designs: that were run in all of them.
        values: [n_designs, n_scenarios] of the goal, to be small; infinite where a design violates a spec.
        confirmed: [n_scenarios, n_seeds] shortfall of the chosen one, on fresh seeds, to the best design there.
        chosen: the place of the design of least regret.
        best: for each scenario, the place of the best design.
        judged: the chosen design's runs on the fresh seeds, scenario by scenario.
    """

    scenarios: Sequence[Scenario]
    designs: Sequence[Point]
    values: Floats
    confirmed: Floats
    chosen: int
    best: Sequence[int]
    judged: Sequence[Judgement]


def regrets_of(values: Floats) -> Floats:
    """Return by how much each design falls short of the best one, scenario by scenario.

    Where no design meets the specs, none is better than another.

    Args:
        values: [n_designs, n_scenarios] of a goal that is to be small.
    """
    best = values.min(axis=0)
    with np.errstate(invalid="ignore"):
        found: Floats = np.where(np.isinf(best), 0.0, values - best)
    return found
