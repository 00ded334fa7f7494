"""A batch in pictures: medians and quantiles of each of the netlist's charts, and last values over what was swept.

Shapes: n_sets parameter sets, n_runs runs of a set, n_ticks logged ticks, n_columns logged columns.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from tokenspice.engine.charts import PlotInstructions, YParam
from tokenspice.engine.units import Floats
from tokenspice.studies.batch.tables import read_checked
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.plot.draw import (
    as_numbers,
    check_columns,
    dress,
    file_name,
    make_folder,
    new_figure,
    plain,
    save,
    scale_y,
    scales,
)
from tokenspice.studies.plot.finals import draw_finals, is_number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_batch"]

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
MEDIAN = 2
LEGEND: dict[str, Any] = {"loc": "outside lower center", "ncols": 2, "fontsize": "small", "title_fontsize": "small"}
MOST_BANDS = 6  # parameter sets whose bands can be told apart in one picture; of more, only medians are drawn


@dataclass(frozen=True)
class SetOfRuns:
    """The finished runs of one parameter set.

    Args:
        parameters: what was swept.
        n_runs: how many.
        bands: [5, n_ticks, n_columns] the QUANTILES of each column at each tick; NaN where no run has a value.
        x: [n_ticks] where to draw them.
        instructions: the netlist's charts.
    """

    parameters: dict[str, Any]
    n_runs: int
    bands: Floats
    x: Floats
    instructions: PlotInstructions


def draw_batch(netlist: Netlist, folder: Path, png_folder: Path) -> list[Path]:
    """Draw a batch, and return the pictures' paths.

    Args:
        netlist: says which columns are drawn, and in which units.
        folder: what `tsp batch` made.
        png_folder: must not exist.

    Raises:
        NetlistError: a chart names a column that the batch does not have.
        RunError: there are no results yet, or a folder or file cannot be made.
    """
    header, sets = read_sets(netlist, folder)
    params = list(sets[0].instructions.y_params)
    for param in params:
        check_columns(param, header)
    make_folder(png_folder)
    charts = [(param, scale) for param in params for scale in scales(param)]
    drawn = [draw_chart(param, scale, header, sets, png_folder) for param, scale in charts]
    return drawn + draw_finals(read_checked(folder / "runs.parquet"), swept(folder), params, png_folder)


def read_sets(netlist: Netlist, folder: Path) -> tuple[list[str], list[SetOfRuns]]:
    """Return the logged columns' names, and each parameter set with its quantiles."""
    table = read_checked(folder / "rows.parquet")
    names = table.column_names
    first = names.index("Tick")
    header = [name.removesuffix(".logged") for name in names[first:]]
    values = np.column_stack([table[name].to_numpy().astype(float) for name in names[first:]])
    places, runs = table["set"].to_numpy(), table["run"].to_numpy()
    found = []
    for place in np.unique(places):
        chosen = places == place
        bands = quantiles(values[chosen], runs[chosen])
        instructions = netlist.plot_instructions(header, bands[MEDIAN])
        row = table.slice(int(chosen.argmax()), 1).to_pylist()[0]
        parameters = {name: row[name] for name in swept(folder)}
        x = as_numbers(instructions.x, bands.shape[1])
        found.append(SetOfRuns(parameters, len(np.unique(runs[chosen])), bands, x, instructions))
    return header, found


def swept(folder: Path) -> list[str]:
    """Return the names of the swept parameters."""
    names: list[str] = pq.read_schema(folder / "runs.parquet").names
    return names[names.index("seed") + 1 : names.index("outcome")]


def quantiles(values: Floats, runs: NDArray[np.int64]) -> Floats:
    """Return the QUANTILES over runs.

    Args:
        values: [n_rows, n_columns] of all runs; the first column is the tick.
        runs: [n_rows] whose rows they are.

    Returns:
        [5, n_ticks, n_columns]
    """
    ticks, at_tick = np.unique(values[:, 0], return_inverse=True)
    numbers, at_run = np.unique(runs, return_inverse=True)
    cube = np.full((len(numbers), len(ticks), values.shape[1]), np.nan)
    cube[at_run, at_tick] = values
    cube[~np.isfinite(cube)] = np.nan  # what is infinite has no place on an axis
    # A column that no run has at a tick has no quantiles either, which numpy would warn of.
    known = ~np.isnan(cube).all(axis=0)
    bands = np.full((len(QUANTILES), *known.shape), np.nan)
    bands[:, known] = np.nanquantile(cube[:, known], QUANTILES, axis=0)
    return bands


def draw_chart(
    param: YParam, scale: Literal["linear", "log"], header: list[str], sets: Sequence[SetOfRuns], folder: Path
) -> Path:
    """Draw one chart: all columns together for a single parameter set, a panel for each column for several."""
    columns = [[column] for column in param.columns] if len(sets) > 1 else [list(param.columns)]
    labels = dict(zip(param.columns, param.labels, strict=True)) if param.labels else {}
    across = math.ceil(math.sqrt(len(columns)))
    down = math.ceil(len(columns) / across)
    figure = new_figure(max(8.0, 5.0 * across), max(5.5, 4.0 * down + 1))
    drawn = np.concatenate([one.bands[..., header.index(column)].ravel() for one in sets for column in param.columns])
    for number, group in enumerate(columns, 1):
        axes = figure.add_subplot(down, across, number)
        lines = line_drawer(axes, sets, header, param.unit.factor)
        for column in group:
            lines(column, labels.get(column, column) if len(sets) == 1 and len(group) > 1 else "")
        dress(axes, param, scale, sets[0].instructions.x_label)
        if len(columns) > 1:
            axes.set_title(plain(labels.get(group[0], group[0])))
            axes.set_ylabel(plain(param.unit.name))
        scale_y(axes, scale, drawn * param.unit.factor)
    if len(columns) > 1:
        figure.suptitle(plain(f"{param.title} ({scale.upper()})"))
    if 1 < len(sets) <= MOST_BANDS:
        figure.legend(*figure.axes[0].get_legend_handles_labels(), title=caption(sets), **LEGEND)
    else:
        figure.supxlabel(caption(sets), fontsize="small")
    if len(sets) == 1 and len(param.columns) > 1:
        figure.axes[0].legend()
    if len(sets) > MOST_BANDS:
        add_colour_bar(figure, sets)
    return save(figure, folder / file_name(param.title, scale))


def line_drawer(
    axes: "Axes", sets: Sequence[SetOfRuns], header: list[str], factor: float
) -> Callable[[str, str], None]:
    """Return what draws a column of all sets; given a label, it is the column's and not the set's."""
    colours = set_colours(sets)

    def draw(column: str, label: str) -> None:
        for one, colour in zip(sets, colours, strict=True):
            low, lower, middle, upper, high = one.bands[..., header.index(column)] * factor
            mine = None if len(sets) == 1 else colour
            (line,) = axes.plot(
                one.x, middle, color=mine, label=plain(label or set_label(one.parameters)), linewidth=1.5
            )
            if len(sets) <= MOST_BANDS:
                for bottom, top, alpha in ((low, high, 0.12), (lower, upper, 0.25)):
                    axes.fill_between(one.x, bottom, top, color=line.get_color(), alpha=alpha, linewidth=0)

    return draw


def set_colours(sets: Sequence[SetOfRuns]) -> list[Any]:
    """Return a colour for each set: distinct ones for few, along the first swept number for many."""
    from matplotlib import colormaps

    if len(sets) <= MOST_BANDS:
        return [f"C{number}" for number in range(len(sets))]
    _, values = shade(sets)
    low, high = min(values), max(values)
    return [colormaps["viridis"]((value - low) / ((high - low) or 1.0)) for value in values]


def shade(sets: Sequence[SetOfRuns]) -> tuple[str, list[float]]:
    """Return the first swept parameter that is a number, and its value in each set; else the sets' places."""
    for name, value in sets[0].parameters.items():
        if is_number(value):
            return name, [float(one.parameters[name]) for one in sets]
    return "parameter set", [float(place) for place in range(len(sets))]


def add_colour_bar(figure: Any, sets: Sequence[SetOfRuns]) -> None:
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    name, values = shade(sets)
    scale = ScalarMappable(Normalize(min(values), max(values)), "viridis")
    figure.colorbar(scale, ax=figure.axes, label=plain(name))


def caption(sets: Sequence[SetOfRuns]) -> str:
    """Say what the lines and bands are."""
    counts = sorted({one.n_runs for one in sets})
    runs = f"{counts[0]}" if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
    if len(sets) > MOST_BANDS:
        return f"medians of {runs} runs each, {len(sets)} parameter sets"
    return f"median, 25–75 % and 5–95 % of {runs} runs{' each' if len(sets) > 1 else ''}"


def set_label(parameters: dict[str, Any]) -> str:
    """Name a parameter set in a legend."""
    shown = partial(
        map, lambda item: f"{item[0]} = {item[1]:g}" if isinstance(item[1], float) else f"{item[0]} = {item[1]}"
    )
    return ", ".join(shown(parameters.items()))
