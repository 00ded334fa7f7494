"""Axes: round ticks in plain numbers of one format, and room for what is drawn."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np

from tokenspice.engine.units import Floats
from tokenspice.studies.plot.picture import plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["scale_axes", "scale_x", "scale_y", "tick_texts", "unit_and_factor"]

STEPS = [1, 2, 5, 10]
MANY = ((1e12, "trillions"), (1e9, "billions"), (1e6, "millions"))
SAME = 1e-9  # values that differ by less, as a part of the largest, are one value


def scale_axes(axes: "Axes", scale: Literal["linear", "log"], y: Floats, unit: str) -> None:
    """Scale both axes to hold what is drawn, and write the unit, alone, on the y axis.

    Args:
        scale: a log axis is linear where no value is above 0, and for a constant.
        y: all values that are drawn, in any shape.
        unit: of `y`; of values above ten millions, millions of it are written.
    """
    scale_y(axes, scale, y, unit)
    scale_x(axes)


def scale_x(axes: "Axes", n_ticks: int = 10) -> None:
    """Write at most so many round ticks on an x axis of numbers."""
    from matplotlib.ticker import FixedFormatter, FixedLocator, MaxNLocator

    left, right = axes.get_xlim()
    found = MaxNLocator(nbins=n_ticks, steps=STEPS).tick_values(left, right)
    places = [float(place) for place in found if left <= place <= right]
    axes.xaxis.set_major_locator(FixedLocator(places))
    axes.xaxis.set_major_formatter(FixedFormatter(tick_texts(places)))


def scale_y(axes: "Axes", scale: Literal["linear", "log"], y: Floats, unit: str) -> None:
    """Scale the y axis alone, as scale_axes does."""
    from matplotlib.ticker import FixedFormatter, FixedLocator, MaxNLocator, NullLocator

    known = y[np.isfinite(y)]
    is_log = scale == "log" and bool((known > 0).any()) and not is_constant(known)
    if is_log:
        axes.set_yscale("log")
    else:
        axes.set_ylim(*limits(known, *axes.get_ylim()))
    low, high = axes.get_ylim()
    unit, factor = unit_and_factor(unit, max(abs(low), abs(high)) if not is_log else 1.0)
    axes.set_ylabel(plain(unit), wrap=True)
    whole = bool((known == np.round(known)).all())
    even = MaxNLocator(nbins=7, steps=STEPS, integer=whole)
    ticks = log_ticks(low, high) if is_log else even.tick_values(low, high)
    inside = [float(tick) for tick in ticks if low <= tick <= high]
    axes.yaxis.set_major_locator(FixedLocator(inside))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FixedFormatter(tick_texts([tick / factor for tick in inside], is_log)))


def limits(known: Floats, low: float, high: float) -> tuple[float, float]:
    """Return the ends of a y axis; that of a constant holds 0 and 1, so that nobody takes a rounding for a change.

    Args:
        known: the finite values.
        low: the lower end, as matplotlib has it.
        high: the upper end.
    """
    if not len(known):
        return 0.0, 1.0
    if not is_constant(known):
        return low, high
    least, most = min(float(known.min()), 0.0), max(float(known.max()), 1.0)
    margin = 0.05 * (most - least)
    return least - margin, most + margin


def is_constant(known: Floats) -> bool:
    least, most = float(known.min()), float(known.max())
    return most - least <= SAME * max(abs(least), abs(most))


def unit_and_factor(unit: str, largest: float) -> tuple[str, float]:
    """Return the unit that an axis is labelled with, and what its ticks are divided by."""
    if not any(name in unit for _, name in MANY):
        for factor, name in MANY:
            if largest >= 10 * factor:
                return f"{unit}, {name}", factor
    return unit, 1.0


def log_ticks(low: float, high: float) -> Floats:
    """Return the ticks of a log axis: decades, 1-2-5 of few decades, and round steps within less than one."""
    from matplotlib.ticker import MaxNLocator

    n_decades = math.log10(high / low)
    if n_decades < 1:
        ticks: Floats = np.asarray(MaxNLocator(nbins=7, steps=STEPS).tick_values(low, high), float)
        return ticks[ticks > 0]
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    digits = (1, 2, 5) if n_decades < 3 else (1,)
    every = max(1, math.ceil(n_decades / 8))
    return np.array([digit * 10.0**power for power in range(first, last + 1, every) for digit in digits])


def tick_texts(ticks: Sequence[float], is_log: bool = False) -> list[str]:
    """Write ticks, all in one format: as many decimals as the finest needs, and commas; tiny and vast ones as powers."""
    known = [abs(float(tick)) for tick in ticks if tick]
    if known and (max(known) >= 1e15 or max(known) < 1e-6 or (is_log and not 1e-6 <= min(known) <= max(known) < 1e7)):
        return [power_text(float(tick)) for tick in ticks]
    if is_log and known and max(known) / min(known) >= 10:  # 0.001 beside 1,000 needs no 1,000.000
        return [f"{tick:,.{decimals([tick])}f}" for tick in ticks]
    places = decimals(ticks)
    return [f"{float(tick) + 0.0:,.{places}f}" for tick in ticks]


def decimals(ticks: Sequence[float]) -> int:
    """Return how many digits after the point tell these apart."""
    largest = max((abs(float(tick)) for tick in ticks), default=0.0)
    return next(
        (places for places in range(12) if all(abs(tick - round(tick, places)) <= 1e-9 * largest for tick in ticks)), 12
    )


def power_text(value: float) -> str:
    if not value:
        return "0"
    power = math.floor(math.log10(abs(value)) + 1e-9)
    digits = f"{value / 10.0**power:.3g}"
    return rf"$10^{{{power}}}$" if digits == "1" else rf"${digits}\times10^{{{power}}}$"
