"""Numbers that a run is judged by, each a function of the rows that it logged."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from tokenspice.engine.errors import StudyError
from tokenspice.engine.units import Floats

__all__ = [
    "COLUMN_METRICS",
    "Metric",
    "OfColumn",
    "Rows",
    "at",
    "final",
    "first_passage",
    "highest",
    "lowest",
    "max_drawdown",
    "mean",
    "quantile",
    "share_above",
    "share_below",
]

Rows: TypeAlias = Mapping[str, Floats]
"""What a run logged: the values of each column, from its first row to its last; NaN where it was not logged."""


@dataclass(frozen=True)
class Metric:
    """A number of a run.

    Args:
        function: takes the rows.
        unit: of what it returns.
    """

    function: Callable[[Rows], float]
    unit: str = ""

    def __call__(self, rows: Rows) -> float:
        return float(self.function(rows))

    @property
    def text(self) -> str:
        """As the command line takes it; of a function of one's own, its name."""
        return (
            str(self.function)
            if isinstance(self.function, OfColumn)
            else getattr(self.function, "__qualname__", repr(self.function))
        )


@dataclass(frozen=True)
class OfColumn:
    """One of the functions below, of one column.

    Attributes:
        name: of the function.
        column: what it looks at.
        numbers: its further arguments, by name.
    """

    name: str
    column: str
    numbers: tuple[tuple[str, float], ...] = ()

    def __call__(self, rows: Rows) -> float:
        if self.column not in rows:
            raise StudyError(f'there is no column "{self.column}". There are: {", ".join(rows)}.')
        return float(COLUMN_METRICS[self.name](rows, self.column, **dict(self.numbers)))

    def __str__(self) -> str:
        words = [self.column, *(f"{name}={number!r}" for name, number in self.numbers)]
        return f"{self.name}({', '.join(words)})"


def final(column: str, unit: str = "") -> Metric:
    """Return the last value."""
    return Metric(OfColumn("final", column), unit)


def at(column: str, day: float, unit: str = "") -> Metric:
    """Return the value of the last row at or before a day."""
    return Metric(OfColumn("at", column, (("day", float(day)),)), unit)


def mean(column: str, unit: str = "") -> Metric:
    """Return the mean over time."""
    return Metric(OfColumn("mean", column), unit)


def quantile(column: str, q: float, unit: str = "") -> Metric:
    """Return the number below which lies the share `q` of all rows."""
    if not 0 <= q <= 1:
        raise StudyError(f"quantile({column}, {q}): write a share from 0 to 1.")
    return Metric(OfColumn("quantile", column, (("q", float(q)),)), unit)


def highest(column: str, unit: str = "") -> Metric:
    """Return the highest value that was logged."""
    return Metric(OfColumn("highest", column), unit)


def lowest(column: str, unit: str = "") -> Metric:
    """Return the lowest value that was logged."""
    return Metric(OfColumn("lowest", column), unit)


def max_drawdown(column: str, unit: str = "") -> Metric:
    """Return the deepest fall below an earlier peak, as a share of that peak."""
    return Metric(OfColumn("max_drawdown", column), unit)


def share_above(column: str, x: float, unit: str = "") -> Metric:
    """Return the share of rows whose value lies above `x`."""
    return Metric(OfColumn("share_above", column, (("x", float(x)),)), unit)


def share_below(column: str, x: float, unit: str = "") -> Metric:
    """Return the share of rows whose value lies below `x`."""
    return Metric(OfColumn("share_below", column, (("x", float(x)),)), unit)


def first_passage(
    column: str, at_least: float | None = None, at_most: float | None = None, unit: str = "days"
) -> Metric:
    """Return the day of the first row at or beyond a level; infinite if there is none."""
    levels = {"at_least": at_least, "at_most": at_most}
    given = tuple((name, float(level)) for name, level in levels.items() if level is not None)
    if len(given) != 1:
        raise StudyError(f"first_passage({column}): write one level, at_least=… or at_most=….")
    return Metric(OfColumn("first_passage", column, given), unit)


def last_value(rows: Rows, column: str) -> float:
    return float(rows[column][-1])


def value_at(rows: Rows, column: str, day: float) -> float:
    place = int(np.searchsorted(rows["Day"], day, side="right")) - 1
    return float(rows[column][max(place, 0)])


def drawdown(rows: Rows, column: str) -> float:
    peaks = np.maximum.accumulate(rows[column])
    with np.errstate(divide="ignore", invalid="ignore"):
        falls = np.where(peaks > 0, (peaks - rows[column]) / peaks, 0.0)
    return float(falls.max())


def passage(rows: Rows, column: str, at_least: float = -np.inf, at_most: float = np.inf) -> float:
    reached = np.flatnonzero((rows[column] >= at_least) & (rows[column] <= at_most))
    return float(rows["Day"][reached[0]]) if len(reached) else np.inf


COLUMN_METRICS: dict[str, Callable[..., float]] = {
    "final": last_value,
    "at": value_at,
    "mean": lambda rows, column: float(np.mean(rows[column])),
    "quantile": lambda rows, column, q: float(np.quantile(rows[column], q)),
    "highest": lambda rows, column: float(np.max(rows[column])),
    "lowest": lambda rows, column: float(np.min(rows[column])),
    "max_drawdown": drawdown,
    "share_above": lambda rows, column, x: float(np.mean(rows[column] > x)),
    "share_below": lambda rows, column, x: float(np.mean(rows[column] < x)),
    "first_passage": passage,
}
