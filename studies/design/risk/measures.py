"""Value at risk and expected shortfall of a sample of losses, with intervals; and what changes between two samples."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import numpy as np

from tokenspice.engine.units import Floats
from tokenspice.studies.design.fixed_statistics import bca
from tokenspice.studies.design.statistics import quantile_sequence

__all__ = ["Change", "Measure", "change", "measure", "shortfall", "value_at_risk"]

Interval = tuple[float, float]


@final
@dataclass(frozen=True)
class Measure:
    """The tail of some losses.

    Attributes:
        level: a share, such as 0.99.
        value: VaR, the loss that this share of runs does not exceed.
        interval: of VaR, valid at all numbers of runs.
        shortfall: ES, the mean of the losses beyond.
        shortfall_interval: BCa.
        n_beyond: runs beyond.
    """

    level: float
    value: float
    interval: Interval
    shortfall: float
    shortfall_interval: Interval
    n_beyond: int

    @property
    def half_width(self) -> float:
        """Of VaR's interval, as a share of VaR."""
        low, high = self.interval
        return (high - low) / 2 / abs(self.value) if self.value and math.isfinite(high - low) else math.inf


@final
@dataclass(frozen=True)
class Change:
    """What a proposal changes, over the same seeds.

    Attributes:
        value: of VaR, proposed minus present.
        interval: BCa, of pairs.
        shortfall: of ES.
        shortfall_interval: BCa, of pairs.
    """

    level: float
    value: float
    interval: Interval
    shortfall: float
    shortfall_interval: Interval


def value_at_risk(losses: Floats, level: float) -> float:
    """Return the least loss that at least a share `level` of runs does not exceed."""
    n = len(losses)
    place = min(max(math.ceil(level * n - 1e-9) - 1, 0), n - 1)
    return float(np.partition(losses, place)[place])


def shortfall(losses: Floats, level: float) -> float:
    """Return the mean of the worst 1 - level of all losses, and of one at least."""
    n = len(losses)
    k = max(round((1 - level) * n), 1)
    return float(np.partition(losses, n - k)[n - k :].mean())


def measure(losses: Sequence[float] | Floats, level: float, alpha: float = 0.05) -> Measure:
    """Return the tail of some losses at a level."""
    found = np.asarray(losses, float)
    return Measure(
        level,
        value_at_risk(found, level),
        quantile_sequence(found, level, alpha),
        shortfall(found, level),
        bca(found, lambda sample: shortfall(sample, level), alpha),
        max(round((1 - level) * len(found)), 1),
    )


def change(
    present: Sequence[float] | Floats, proposed: Sequence[float] | Floats, level: float, alpha: float = 0.05
) -> Change:
    """Return what changes from one sample to another that has the same seeds, in their order."""
    before, after = np.asarray(present, float), np.asarray(proposed, float)

    def of_value(places: Floats) -> float:
        drawn = places.astype(int)
        return value_at_risk(after[drawn], level) - value_at_risk(before[drawn], level)

    def of_shortfall(places: Floats) -> float:
        drawn = places.astype(int)
        return shortfall(after[drawn], level) - shortfall(before[drawn], level)

    places = np.arange(len(before), dtype=float)
    return Change(
        level,
        of_value(places),
        bca(places, of_value, alpha),
        of_shortfall(places),
        bca(places, of_shortfall, alpha),
    )
