"""The box that a response is learnt in: what each variable may be, and the columns that a model sees of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import final

import numpy as np

from tokenspice.engine.errors import StudyError
from tokenspice.engine.units import Floats
from tokenspice.engine.variables import Value

__all__ = ["Axis", "as_columns", "check_inside"]


@final
@dataclass(frozen=True)
class Axis:
    """One variable of a box.

    Args:
        name: dotted, as `--set` takes it.
        low, high: the ends of a range.
        log: whether equal factors count alike.
        choices: the values of a variable that has no range.
    """

    name: str
    low: float = 0.0
    high: float = 1.0
    log: bool = False
    choices: tuple[Value, ...] = ()

    @property
    def width(self) -> int:
        """How many columns a model sees of it: one, or one for each choice."""
        return len(self.choices) or 1

    def columns(self, value: Value) -> list[float]:
        """Return what a model sees of a value: its place from 0 to 1, or a 1 among zeros."""
        if self.choices:
            return [float(str(value) == str(choice)) for choice in self.choices]
        low, high, x = self.scaled(self.low), self.scaled(self.high), self.scaled(float(value))
        return [(x - low) / (high - low)]

    def values(self, count: int) -> list[Value]:
        """Return some values from end to end, or all choices."""
        if self.choices:
            return list(self.choices)
        ends = self.scaled(self.low), self.scaled(self.high)
        places = np.linspace(*ends, count)
        inner = (np.exp(places) if self.log else places)[1:-1]
        return [self.low, *map(float, inner), self.high]

    def holds(self, value: Value) -> bool:
        """Whether a value lies in the box; a last digit more is forgiven."""
        if self.choices:
            return str(value) in map(str, self.choices)
        slack = 1e-9 * (self.high - self.low)
        return self.low - slack <= float(value) <= self.high + slack

    def scaled(self, x: float) -> float:
        return float(np.log(x)) if self.log else x

    @property
    def shown(self) -> str:
        """The values that it may have, in words."""
        if self.choices:
            return ", ".join(map(str, self.choices))
        return f"{self.low:g} to {self.high:g}"


def as_columns(axes: Sequence[Axis], points: Sequence[Mapping[str, Value]]) -> Floats:
    """Return what a model sees of some points [n_points, n_columns]."""
    return np.array([[x for axis in axes for x in axis.columns(point[axis.name])] for point in points], float)


def check_inside(axes: Sequence[Axis], point: Mapping[str, Value]) -> None:
    """Refuse a point that lies outside the box.

    Raises:
        StudyError: it does; a learnt response knows nothing there.
    """
    for axis in axes:
        if axis.name not in point:
            raise StudyError(f"the response needs {axis.name}. Give it: {axis.shown}.")
        if not axis.holds(point[axis.name]):
            raise StudyError(
                f"{axis.name} = {point[axis.name]} lies outside the box that the response was learnt in. "
                f"Write a value of {axis.shown}, or sweep a larger box."
            )
