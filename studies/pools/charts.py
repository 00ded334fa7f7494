"""Charts of trainings and walks, as PNG files."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tokenspice.engine.units import Floats
from tokenspice.studies.pools.metrics import Course
from tokenspice.studies.pools.training.candidates import Candidate
from tokenspice.studies.pools.training.sensitivity import Sensitivity
from tokenspice.studies.pools.walk_forward import Cycle

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["draw_curves", "draw_parts", "draw_sensitivities", "draw_walk", "draw_weights"]

DAY = 1440


def figure(width: float, height: float) -> "Figure":
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def thinned(minutes: int) -> slice:
    """Minutes at equal distances, so that a chart has two thousand points at most."""
    return slice(None, None, max(1, minutes // 2000))


def draw_parts(parts: Mapping[str, Course], path: Path) -> None:
    """A pool's value against holding, from training through validation to test."""
    drawn = figure(9, 5)
    axes, begin = drawn.subplots(), 0
    first = next(iter(parts.values()))
    for number, (name, course) in enumerate(parts.items()):
        at = thinned(len(course.value_USD))
        days = (begin + np.arange(len(course.value_USD)))[at] / DAY
        held = course.prices @ first.first_reserves
        axes.plot(days, course.value_USD[at] / 1e6, color=f"C{number}", label=f"pool, {name}")
        axes.plot(days, held[at] / 1e6, color="grey", linestyle="--", label="" if number else "held since the start")
        begin += len(course.value_USD)
        axes.axvline(begin / DAY, color="lightgrey", linewidth=1)
    axes.set(xlabel="Day", ylabel="Value [million USD]")
    axes.legend()
    drawn.savefig(path)


def draw_curves(candidates: Sequence[Candidate], chosen: Candidate, measure: str, path: Path) -> None:
    """The measure in training and validation over the iterations, of each parameter set."""
    drawn = figure(9, 5)
    above, below = drawn.subplots(2, 1, sharex=True) if not np.isnan(chosen.validation) else (drawn.subplots(), None)
    for number in sorted({c.parameter_set for c in candidates if c.parameter_set >= 0}):
        own = [c for c in candidates if c.parameter_set == number]
        for axes, values in ((above, [c.train for c in own]), (below, [c.validation for c in own])):
            if axes is not None:
                axes.plot([c.iteration for c in own], values, marker=".", label=f"set {number}")
    above.plot(chosen.iteration, chosen.train, "k*", markersize=12, label="chosen")
    above.set(ylabel="In training")
    if below is not None:
        below.plot(chosen.iteration, chosen.validation, "k*", markersize=12)
        below.set(ylabel="In validation")
    (above if below is None else below).set_xlabel("Iteration")
    above.set_title(measure)
    above.legend(loc="best", fontsize="small")
    drawn.savefig(path)


def draw_sensitivities(found: Sequence[Sensitivity], measure: str, path: Path) -> None:
    """The measure beside the chosen point, along each free number."""
    drawn = figure(4.5 * len(found), 4)
    for axes, one in zip(np.atleast_1d(drawn.subplots(1, len(found))), found, strict=True):
        for name, values in one.measures.items():
            axes.plot(one.values, values, marker=".", label=name)
        axes.axvline(one.values[len(one.values) // 2], color="grey", linestyle="--", label="chosen")
        axes.set(xlabel=f"{one.path.rpartition('.')[2]}, mean over tokens", ylabel=measure)
        if (one.values > 0).all() and one.values.max() > 10 * one.values.min():
            log_ticks(axes)
        axes.legend(fontsize="small")
    drawn.savefig(path)


def log_ticks(axes: Any) -> None:
    """A logarithmic axis with plain numbers at 1, 2 and 5."""
    from matplotlib.ticker import LogLocator, NullLocator, StrMethodFormatter

    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))


def draw_walk(cycles: Sequence[Cycle], path: Path) -> None:
    """The tests of a walk, one after another, each against holding from its start."""
    drawn = figure(9, 5)
    axes, begin = drawn.subplots(), 0
    for number, cycle in enumerate(cycles):
        course = cycle.test
        at = thinned(len(course.value_USD))
        days = (begin + np.arange(len(course.value_USD)))[at] / DAY
        start = course.value_USD[0]
        axes.plot(days, course.value_USD[at] / start, color=f"C{number}", label=f"pool, test {number + 1}")
        axes.plot(
            days,
            ((course.prices @ course.first_reserves) / start)[at],
            "--",
            color="grey",
            label="" if number else "held",
        )
        begin += len(course.value_USD)
    axes.set(xlabel="Day of the tests", ylabel="Value over that at the test's start")
    axes.legend()
    drawn.savefig(path)


def draw_weights(cycles: Sequence[Cycle], tokens: Sequence[str], path: Path) -> None:
    """The weights in the tests of a walk."""
    drawn = figure(9, 4)
    axes = drawn.subplots()
    weights: Floats = np.concatenate([cycle.weights for cycle in cycles])
    at = thinned(len(weights))
    bands: Any = axes.stackplot(np.arange(len(weights))[at] / DAY, weights[at].T, labels=tokens)
    axes.set(xlabel="Day of the tests", ylabel="Weight", ylim=(0, 1), xlim=(0, len(weights) / DAY))
    axes.legend(handles=list(bands), loc="upper left")
    drawn.savefig(path)
