"""One variable at a time: what a small change of it does, all else equal, seed by seed."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import final

from tokenspice.engine.units import Floats
from tokenspice.engine.variables import Value
from tokenspice.studies.design.fixed_statistics import Paired, paired
from tokenspice.studies.design.space import Box

__all__ = ["Change", "Effect", "changes", "effect"]

STEP = 0.05  # of a range, up and down


@final
@dataclass(frozen=True)
class Change:
    """Two values of a variable, all others being nominal.

    Attributes:
        name: of the variable.
        before, after: the lower and the upper value; of a choice, the nominal and another.
        is_choice: whether the values are no numbers that one could divide by.
    """

    name: str
    before: Value
    after: Value
    is_choice: bool


@final
@dataclass(frozen=True)
class Effect:
    """What a change does to the metric.

    Attributes:
        change: of one variable.
        difference: of the metric, after minus before, over the same seeds.
        slope: per unit of the variable; NaN of a choice.
        elasticity: per cent of the metric per cent of the variable; NaN of a choice, and where the metric is 0.
    """

    change: Change
    difference: Paired
    slope: float
    elasticity: float


def changes(box: Box, nominal: Mapping[str, Value]) -> list[Change]:
    """Return what is tried: of a range, a twentieth of it down and up; of a choice, each other value."""
    found: list[Change] = []
    for name in box.names:
        levels = box.levels(name)
        value = nominal[name]
        if levels is not None and not all(is_number(level) for level in levels):
            found += [Change(name, value, level, True) for level in levels if level != value]
        else:
            found.append(Change(name, *neighbours(box, name, value), False))
    return found


def neighbours(box: Box, name: str, value: Value) -> tuple[Value, Value]:
    """Return the values a twentieth of the range below and above, or the next steps; at an end, the end itself."""
    single = Box({name: box.variables[name]}, box._types)
    return tuple(neighbour(single, name, value, sign) for sign in (-1.0, 1.0))  # type: ignore[return-value]


def neighbour(single: Box, name: str, value: Value, sign: float) -> Value:
    levels = single.levels(name)
    (place,) = single.point({name: value})
    if levels is not None:
        here = min(range(len(levels)), key=lambda index: abs(float(levels[index]) - float(value)))
        steps = max(1, round(STEP * len(levels)))
        return levels[min(max(here + int(sign) * steps, 0), len(levels) - 1)]
    return single.settings([min(max(place + sign * STEP, 0.0), 1.0)])[name]


def effect(change: Change, before: Floats, after: Floats, nominal: Value, level: float, alpha: float) -> Effect:
    """Return what a change does.

    Args:
        change: of one variable.
        before, after: [n_seeds] of the metric.
        nominal: the variable's nominal value.
        level: the metric's mean where all is nominal.
        alpha: how often the interval of the difference may miss.
    """
    difference = paired(after, before, alpha)
    if change.is_choice or (width := float(change.after) - float(change.before)) == 0:
        return Effect(change, difference, math.nan, math.nan)
    slope = difference.mean / width
    return Effect(change, difference, slope, slope * float(nominal) / level if level else math.nan)


def is_number(value: Value) -> bool:
    if isinstance(value, bool):
        return False
    try:
        float(value)
    except ValueError:
        return False
    return True


def ranked(effects: Sequence[Effect]) -> list[Effect]:
    """Return the effects, the largest first."""
    return sorted(effects, key=lambda one: -abs(one.difference.mean))
