"""Pictures of a sweep: main effects, the strongest pairs as contours, and what was left out against what was learnt."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from tokenspice.engine.units import Floats
from tokenspice.engine.variables import Value
from tokenspice.studies.design.charts import Draw
from tokenspice.studies.design.surrogate.axes import Axis
from tokenspice.studies.design.surrogate.effects import Effects, MainEffect, PairEffect
from tokenspice.studies.design.surrogate.response import Surrogate
from tokenspice.studies.plot.picture import new_figure, plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["sweep_charts"]

ACROSS = 4  # panels beside each other
LEAST_SHARE = 0.005  # of the variance, of a pair that is drawn


def sweep_charts(surrogate: Surrogate, effects: dict[str, Effects]) -> dict[str, Draw]:
    """Return what draws each picture, by its name."""
    charts: dict[str, Draw] = {}
    axes = {axis.name: axis for axis in surrogate.axes}
    for name, found in effects.items():
        response = surrogate.responses[name]
        label = f"{name} [{response.unit}]" if response.unit else name
        error = f"left-out sets are off by ± {response.rmse:.3g} (Q² = {response.q2:.2f})"
        charts[f"main_effects_{name}"] = partial(draw_mains, found.mains, axes, label, error)
        pairs = [pair for pair in found.pairs if pair.share >= LEAST_SHARE] or list(found.pairs[:1])
        if pairs:
            charts[f"contours_{name}"] = partial(draw_pairs, pairs, axes, label, error)
        predicted = response.trained.validated.predicted
        charts[f"left_out_{name}"] = partial(draw_left_out, response.means, predicted, label, error)
    return charts


def draw_mains(mains: Sequence[MainEffect], axes: dict[str, Axis], label: str, error: str) -> "Figure":
    """Draw the mean response along each variable, all to one scale."""
    rows = -(-len(mains) // ACROSS)
    columns = min(len(mains), ACROSS)
    figure = new_figure(max(3.2 * columns, 5), 3.0 * rows + 0.6)
    panels = np.atleast_1d(figure.subplots(rows, columns, sharey=True, squeeze=False)).ravel()
    for panel, main in zip(panels, mains, strict=False):
        axis = axes[main.name]
        marker = "o" if axis.choices else ""
        panel.plot(places(axis, main.values), main.means, marker=marker, linestyle=" " if axis.choices else "-")
        name_axis(panel, "x", axis, main.values)
        panel.set_title(f"alone {main.share:.0%}", fontsize="small")
        panel.grid(alpha=0.3)
    for panel in panels[len(mains) :]:
        panel.set_visible(False)
    for place in range(0, len(mains), columns):
        panels[place].set_ylabel(plain(f"mean of {label}"), wrap=True)
    figure.suptitle(plain(f"{label}: {error}"), fontsize="medium", wrap=True)
    return figure


def draw_pairs(pairs: Sequence[PairEffect], axes: dict[str, Axis], label: str, error: str) -> "Figure":
    """Draw the mean response over each pair of variables."""
    figure = new_figure(4.6 * len(pairs) + 0.6, 4.4)
    panels = np.atleast_1d(figure.subplots(1, len(pairs), squeeze=False)).ravel()
    low, high = min(pair.means.min() for pair in pairs), max(pair.means.max() for pair in pairs)
    levels = np.linspace(low, high if high > low else low + 1.0, 13)
    drawn: Any = None
    for panel, pair in zip(panels, pairs, strict=True):
        one, other = (axes[name] for name in pair.names)
        x, y = places(one, pair.values[0]), places(other, pair.values[1])
        if one.choices or other.choices:
            drawn = panel.pcolormesh(x, y, pair.means.T, vmin=levels[0], vmax=levels[-1], shading="nearest")
        else:
            drawn = panel.contourf(x, y, pair.means.T, levels)
        name_axis(panel, "x", one, pair.values[0])
        name_axis(panel, "y", other, pair.values[1])
        panel.set_title(f"together {pair.share:.1%} more than alone", fontsize="small")
    figure.colorbar(drawn, ax=list(panels), label=plain(f"mean of {label}"))
    figure.suptitle(plain(f"{label}: {error}"), fontsize="medium", wrap=True)
    return figure


def draw_left_out(means: Floats, predicted: Floats, label: str, error: str) -> "Figure":
    """Draw each set's mean against what was learnt without it."""
    figure = new_figure(5, 5)
    panel = figure.add_subplot()
    ends = [float(min(means.min(), predicted.min())), float(max(means.max(), predicted.max()))]
    panel.plot(ends, ends, color="grey", linewidth=1)
    panel.plot(predicted, means, ".")
    panel.set(xlabel=plain(f"learnt without it: {label}"), ylabel=plain(f"mean of the set's runs: {label}"))
    panel.set_title(plain(error), fontsize="small", wrap=True)
    panel.grid(alpha=0.3)
    return figure


def places(axis: Axis, values: Sequence[Value]) -> Floats:
    """Return where values stand on an axis of a picture."""
    return np.arange(len(values), dtype=float) if axis.choices else np.array([float(value) for value in values])


def name_axis(panel: "Axes", which: str, axis: Axis, values: Sequence[Value]) -> None:
    """Write a variable's name, and its choices or its scale."""
    if which == "x":
        panel.set_xlabel(plain(axis.name))
    else:
        panel.set_ylabel(plain(axis.name))
    side = panel.xaxis if which == "x" else panel.yaxis
    if axis.choices:
        side.set_ticks(range(len(values)), [plain(str(value)) for value in values])
        ends = -0.5, len(values) - 0.5
        panel.set_xlim(*ends) if which == "x" else panel.set_ylim(*ends)
    elif axis.log:
        panel.set_xscale("log") if which == "x" else panel.set_yscale("log")
