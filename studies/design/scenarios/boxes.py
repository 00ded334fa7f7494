"""A box of values: limits on some variables, in words, and how well it holds the failures."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias, final

import numpy as np
from numpy.typing import NDArray

from tokenspice.engine.units import Floats

__all__ = ["FailureBox", "Flags", "Labels", "Limit", "Scores", "Table", "quasi_p", "scores_of"]

Flags: TypeAlias = NDArray[np.bool_]
Labels: TypeAlias = NDArray[np.object_]
Table: TypeAlias = Mapping[str, Floats | Labels]
"""The runs' variables, by name: numbers, or labels of choices [n_runs]."""


@final
@dataclass(frozen=True)
class Limit:
    """What a box asks of one variable.

    Args:
        low, high: of a number; infinite where that side is open.
        choices: of a choice, those that lie in the box.
    """

    low: float = -np.inf
    high: float = np.inf
    choices: tuple[str, ...] = ()

    def holds(self, values: Floats | Labels) -> Flags:
        if self.choices:
            return np.isin(values.astype(str), self.choices)
        numbers = values.astype(float)
        return (numbers >= self.low) & (numbers <= self.high)

    def words(self, name: str) -> str:
        if self.choices:
            return f"{name} = {' or '.join(self.choices)}"
        if not np.isfinite(self.low):
            return f"{name} < {self.high:.4g}"
        return (
            f"{name} > {self.low:.4g}" if not np.isfinite(self.high) else f"{self.low:.4g} < {name} < {self.high:.4g}"
        )


@final
@dataclass(frozen=True)
class FailureBox:
    """Limits by the names of variables; those that are not named may be anything."""

    limits: Mapping[str, Limit]

    def holds(self, table: Table) -> Flags:
        """Return which runs lie in the box [n_runs]."""
        inside = np.ones(len(next(iter(table.values()))), dtype=np.bool_)
        for name, limit in self.limits.items():
            inside &= limit.holds(table[name])
        return inside

    def without(self, name: str) -> "FailureBox":
        return FailureBox({other: limit for other, limit in self.limits.items() if other != name})

    def with_limit(self, name: str, limit: Limit) -> "FailureBox":
        return FailureBox({**self.limits, name: limit})

    def __str__(self) -> str:
        return " and ".join(limit.words(name) for name, limit in self.limits.items()) or "anywhere"


@final
@dataclass(frozen=True)
class Scores:
    """How well a box holds the failures of some runs.

    Attributes:
        inside: runs in the box.
        caught: of these, how many fail.
        failures: of all runs.
        n: all runs.
    """

    inside: int
    caught: int
    failures: int
    n: int

    @property
    def coverage(self) -> float:
        """The share of all failures that lies in the box."""
        return self.caught / self.failures if self.failures else 0.0

    @property
    def density(self) -> float:
        """The share of the box's runs that fail."""
        return self.caught / self.inside if self.inside else 0.0

    @property
    def balance(self) -> float:
        """The harmonic mean of coverage and density."""
        return 2 * self.caught / (self.inside + self.failures) if self.failures else 0.0


def scores_of(box: FailureBox, table: Table, fails: Flags) -> Scores:
    """Return how well a box does with some runs."""
    inside = box.holds(table)
    return Scores(int(inside.sum()), int((inside & fails).sum()), int(fails.sum()), len(fails))


def quasi_p(box: FailureBox, name: str, table: Table, fails: Flags) -> float:
    """Return how likely a box of this density is by chance if the limit on `name` did nothing.

    The box without the limit has a density of its own; the runs of the box are taken as draws of that. Source: Bryant
    & Lempert, Technological Forecasting and Social Change 77 (2010).
    """
    from scipy.stats import binom

    here, wider = scores_of(box, table, fails), scores_of(box.without(name), table, fails)
    return float(binom.sf(here.caught - 1, here.inside, wider.density)) if here.inside else 1.0
