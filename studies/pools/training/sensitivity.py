"""What the measures would be beside the point that was chosen."""

from dataclasses import dataclass
from typing import final

import numpy as np

from tokenspice.engine.units import Floats
from tokenspice.markets.errors import MarketError
from tokenspice.markets.prices.table import Prices
from tokenspice.markets.scenario import Scenario
from tokenspice.studies.pools.metrics import METRICS
from tokenspice.studies.pools.training.candidates import courses
from tokenspice.studies.pools.training.segments import Segments
from tokenspice.studies.pools.training.settings import Training
from tokenspice.studies.pools.training.space import Space

__all__ = ["Sensitivity", "sensitivities"]


@final
@dataclass(frozen=True)
class Sensitivity:
    """Measures along one free number, the others as chosen.

    Attributes:
        path: of the number.
        values: [points] its mean over tokens.
        measures: by segment, [points].
    """

    path: str
    values: Floats
    measures: dict[str, Floats]


def sensitivities(
    scenario: Scenario,
    training: Training,
    prices: Prices,
    segments: Segments,
    x: Floats,
    points: int = 9,
    reach: float = 2.0,
) -> list[Sensitivity]:
    """Along each free number; training and validation alone are looked at.

    Args:
        scenario: as it was before training.
        training: its free numbers, and the measure that chose.
        prices: a table that begins at midnight.
        segments: of it.
        x: [d] the point.
        points: how many, in equal steps of the coordinate.
        reach: how far from the point, in coordinates.
    """
    space, known = Space(scenario, training.free), segments.known(prices)
    own = Segments(segments.train, segments.validation, type(segments.test)(segments.known_end, 0))
    found, at = [], 0
    for number, size in zip(training.free, space.sizes, strict=True):
        values, rows = [], []
        for step in np.linspace(-reach, reach, points):
            moved = x.copy()
            moved[at : at + size] += step
            values.append(float(space.values(moved)[number.path].mean()))
            rows.append(measured(space, moved, known, own, training.chosen_by))
        found.append(
            Sensitivity(
                number.path,
                np.array(values),
                {k: np.array([r.get(k, np.nan) for r in rows]) for k in rows[points // 2]},
            )
        )
        at += size
    return found


def measured(space: Space, x: Floats, known: Prices, segments: Segments, name: str) -> dict[str, float]:
    """The measure by segment; none where the scenario cannot be."""
    try:
        parts = courses(space.scenario_at(x), known.close, segments)
    except MarketError:
        return {}
    return {part: float(METRICS[name](course)) for part, course in parts.items()}
