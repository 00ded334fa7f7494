"""The last value of each column, over what a batch has swept: a line, a heat map, or a cloud of points."""

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa

from tokenspice.engine.charts import YParam
from tokenspice.engine.units import Floats, Unit
from tokenspice.studies.charts import safe_name
from tokenspice.studies.plot.axes import scale_x, scale_y
from tokenspice.studies.plot.looks import look
from tokenspice.studies.plot.picture import add_source, new_figure, plain, save
from tokenspice.studies.plot.sets import is_number, value_text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["draw_finals"]

LETTERS_OF_TITLE = 80
MOST_CELLS = 150  # of a heat map whose numbers can still be read


class Point(NamedTuple):
    """One parameter set: its values, and 5 %, 50 % and 95 % of its runs' last values.

    Of a column that is 1 or 0, the share of runs in which it is 1, between the ends of its 95 % interval (Wilson's).
    """

    parameters: tuple[Any, ...]
    low: float
    middle: float
    high: float


@dataclass(frozen=True)
class Final:
    """What is drawn of one column.

    Args:
        name: how to call it.
        unit: of its values.
        swept: the names of the swept parameters.
        values: [n_runs] the last values of all runs that have one.
        points: the parameter sets that have one, in order.
        is_yes_or_no: whether a run ends with 1 or 0, and some do with either.
    """

    name: str
    unit: Unit
    swept: Sequence[str]
    values: Floats
    points: list[Point]
    is_yes_or_no: bool = False

    @property
    def axis_label(self) -> str:
        return plain(f"{self.name} ({self.unit.name})")


def draw_finals(
    runs: pa.Table, swept: Sequence[str], params: Sequence[YParam], source: str, folder: Path
) -> list[Path]:
    """Draw each column that a chart shows, as its last value, and return the pictures' paths.

    Args:
        runs: a batch's runs.parquet.
        swept: the names of the swept parameters.
        params: the netlist's charts.
        source: what stands below each.
        folder: where the pictures go.
    """
    found = {column: read_final(runs, column, swept, *chart) for column, chart in called(params).items()}
    return [
        draw_final(final, source, folder / f"final_{safe_name(column)}.png")
        for column, final in found.items()
        if len(final.values)
    ]


def called(params: Sequence[YParam]) -> dict[str, tuple[str, Unit]]:
    """Return what to call each column that a chart shows, and its unit.

    A chart of differences is named after them, and not after what a column holds: a column that no other chart shows is
    called by its own name.
    """
    charts: dict[str, tuple[str, Unit]] = {}
    for param in sorted(params, key=lambda param: bool(param.minus)):
        labels = param.labels or [param.title]
        for column, label in zip(param.columns, labels, strict=True):
            name = f"{param.title}: {label}" if len(param.columns) > 1 else param.title
            name = (
                column if param.minus else name
            )  # what a column holds is not the difference that a chart is named after
            charts.setdefault(column, (name, param.unit))
    return charts


def read_final(runs: pa.Table, column: str, swept: Sequence[str], name: str, unit: Unit) -> Final:
    """Gather the last values of a column."""
    logged = f"{column}.logged" if f"{column}.logged" in runs.column_names else column
    if logged not in runs.column_names:
        return Final(name, unit, swept, np.array([]), [])
    last = runs[logged].to_numpy().astype(float) * unit.factor
    known, sets = np.isfinite(last), runs["set"].to_numpy()  # what is infinite has no place on an axis
    is_yes_or_no = set(last[known].tolist()) == {0.0, 1.0}
    points = []
    for place in np.unique(sets[known]):
        mine = known & (sets == place)
        row = runs.slice(int(mine.argmax()), 1).to_pylist()[0]
        spread = share(last[mine]) if is_yes_or_no else np.quantile(last[mine], (0.05, 0.5, 0.95)).tolist()
        points.append(Point(tuple(row[one] for one in swept), *spread))
    return Final(name, unit, swept, last[known], points, is_yes_or_no)


def share(last: Floats) -> tuple[float, float, float]:
    """Return the share of ones, in the middle of its interval."""
    from tokenspice.studies.design.fixed_statistics import wilson

    ones = int(last.sum())
    low, high = wilson(ones, len(last))
    return low, ones / len(last), high


def draw_final(final: Final, source: str, path: Path) -> Path:
    """Draw the picture that suits what was swept."""
    figure = figure_of(final)
    add_source(figure, source)
    return save(figure, path)


def figure_of(final: Final) -> "Figure":
    levels = [sorted({point.parameters[i] for point in final.points}, key=order) for i in range(len(final.swept))]
    if not final.swept:
        return draw_histogram(final)
    is_grid = len(final.points) == math.prod(map(len, levels)) and min(map(len, levels)) > 1
    if is_grid and final.is_yes_or_no and len(levels) in (2, 3):
        return draw_lines(final, levels)
    if is_grid and len(levels) == 2:
        return draw_heat_map(final, levels[0], levels[1])
    return draw_panels(final)


def draw_histogram(final: Final) -> "Figure":
    figure = new_figure(8, 5)
    axes = figure.add_subplot()
    axes.hist(final.values, bins=min(40, max(5, round(math.sqrt(len(final.values))))), color=look(0).colour)
    axes.set_title(f"Last values of {len(final.values)} runs")
    axes.set_xlabel(final.axis_label)
    axes.set_ylabel("runs")
    axes.grid(alpha=0.3)
    return figure


def draw_heat_map(final: Final, rows: list[Any], columns: list[Any]) -> "Figure":
    """Draw the medians of a full grid of two parameters."""
    figure = new_figure(max(7.0, 1.5 + 0.7 * len(columns)), max(5.0, 1.5 + 0.45 * len(rows)))
    axes = figure.add_subplot()
    medians = np.full((len(rows), len(columns)), np.nan)
    for point in final.points:
        medians[rows.index(point.parameters[0]), columns.index(point.parameters[1])] = point.middle
    image = axes.imshow(medians, aspect="auto", origin="lower", cmap="viridis")
    axes.set_yticks(range(len(rows)), [value_text(value) for value in rows])
    axes.set_xticks(
        range(len(columns)), [value_text(value) for value in columns], rotation=45 if len(columns) > 8 else 0
    )
    axes.set_ylabel(plain(final.swept[0]))
    axes.set_xlabel(plain(final.swept[1]))
    axes.set_title("Medians of the runs' last values")
    figure.colorbar(image, label=final.axis_label)
    if medians.size <= MOST_CELLS:
        middle = (medians.min() + medians.max()) / 2
        for (row, column), value in np.ndenumerate(medians):
            colour = "white" if value < middle else "black"
            axes.text(column, row, value_text(value), ha="center", va="center", color=colour, fontsize="small")
    return figure


def draw_lines(final: Final, levels: list[list[Any]]) -> "Figure":
    """Draw shares over the first parameter, a line for each value of the second, a panel for each of the third."""
    panels = levels[2] if len(levels) > 2 else [None]
    across = min(3, len(panels))
    figure = new_figure(max(8.0, 4.0 * across), 1.0 + 4.0 * math.ceil(len(panels) / across))
    at = {point.parameters: point for point in final.points}
    x, is_axis = levels[0], all(map(is_number, levels[0]))
    for i, panel in enumerate(panels):
        axes = figure.add_subplot(math.ceil(len(panels) / across), across, i + 1)
        for j, line in enumerate(levels[1]):
            rest = (line,) if panel is None else (line, panel)
            low, middle, high = np.array([at[(value, *rest)][1:] for value in x]).T
            where = x if is_axis else [value_text(value) for value in x]
            axes.errorbar(
                where,
                middle,
                np.vstack([middle - low, high - middle]),
                color=look(j).colour,
                linestyle=look(j).dash,
                marker="o",
                markersize=4,
                capsize=3,
                elinewidth=0.8,
                label=value_text(line),
            )
        axes.set_ylim(-0.03, 1.03)
        axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", "25", "50", "75", "100"])
        axes.set_ylabel("% of runs")
        axes.set_xlabel(plain(final.swept[0]))
        axes.grid(alpha=0.3)
        if is_axis:
            axes.set_xticks(x, [value_text(value) for value in x])
        if panel is not None:
            axes.set_title(plain(f"{final.swept[2]} = {value_text(panel)}"), fontsize=10)
        if i == 0:
            axes.legend(title=plain(final.swept[1]), fontsize="small")
    figure.suptitle(title_of(final), fontsize=11)
    return figure


def title_of(final: Final) -> str:
    title = textwrap.fill(final.name, LETTERS_OF_TITLE)
    what = (
        "Share of runs that end so, with 95 % intervals"
        if final.is_yes_or_no
        else "The runs' last values: median, 5–95 %"
    )
    return plain(f"{title}\n{what}")


def draw_panels(final: Final) -> "Figure":
    """Draw the sets over each parameter in turn: medians, and what lies between 5 % and 95 % of the runs."""
    n_panels = len(final.swept)
    across = min(3, n_panels)
    figure = new_figure(max(8.0, 4.5 * across), max(5.0, 4.0 * math.ceil(n_panels / across)))
    low, middle, high = (
        np.array([getattr(point, name) for point in final.points]) for name in ("low", "middle", "high")
    )
    for i, name in enumerate(final.swept):
        axes = figure.add_subplot(math.ceil(n_panels / across), across, i + 1)
        values = [point.parameters[i] for point in final.points]
        x = values if all(map(is_number, values)) else [value_text(value) for value in values]
        spread = np.vstack([middle - low, high - middle])
        alone = n_panels == 1 and x is values and values == sorted(values)
        axes.errorbar(
            x, middle, spread, fmt="o-" if alone else "o", color=look(0).colour, markersize=4, elinewidth=0.8, alpha=0.8
        )
        unit = "share of runs" if final.is_yes_or_no else final.unit.name
        scale_y(axes, "linear", np.concatenate([low, middle, high]), unit)
        if x is values:
            scale_x(axes, 6)
        axes.set_xlabel(plain(name))
        axes.grid(alpha=0.3)
    figure.suptitle(title_of(final), fontsize=11)
    return figure


def order(value: Any) -> tuple[bool, Any]:
    return isinstance(value, str), value
